import type { KubeClient } from '@podpass/kube-client';

/** One entry of a cluster's pod identity profile. */
export interface AddonIdentity {
  readonly name: string;
  readonly namespace: string;
  /** What the pods' label must carry. */
  readonly selector: string;
  readonly resourceId: string;
  readonly clientId: string;
}

export interface AddonException {
  readonly name: string;
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
}

/** The add-on as a cluster describes it. Structurally the PodIdentityAddon of `arm`. */
export interface AddonProfile {
  /** Whether NMI may run on a kubenet cluster. */
  readonly allowKubenet: boolean;
  readonly identities: readonly AddonIdentity[];
  readonly exceptions: readonly AddonException[];
}

export interface AddonOptions {
  /** Must be allowed to write everything that the add-on consists of. */
  readonly client: KubeClient;
  readonly signal?: AbortSignal;
}

/** One entry that could not be applied or removed. */
export interface AddonFailure {
  readonly name: string;
  readonly namespace: string;
  readonly error: string;
}
