import type { Clock, JsonObject } from '@podpass/kernel';
import type { KubeClient } from '@podpass/kube-client';
import type { Telemetry } from '@podpass/telemetry';

export interface GatekeeperOptions {
  /** A client with the rights of a cluster administrator. */
  readonly client: KubeClient;
  /** The webhook's certificate in PEM, for `gatekeeperNames.host`, and the CA in PEM that the API server checks it with. */
  readonly certificate: { readonly cert: string; readonly key: string; readonly caBundle: string };
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Address to listen on; `127.0.0.1` when absent. */
  readonly address?: string;
  /** Milliseconds between two audits; a minute when absent. */
  readonly auditInterval?: number;
}

/** One assignment of a built-in Azure policy, as it becomes a constraint. */
export interface PolicyConstraint {
  /** Kind of the constraint; one of those that this package brings a template for. */
  readonly kind: string;
  readonly name: string;
  readonly parameters: JsonObject;
  readonly match: {
    readonly excludedNamespaces: readonly string[];
    readonly namespaces: readonly string[];
    readonly labelSelector: JsonObject;
  };
  readonly enforcementAction: 'deny' | 'dryrun' | 'warn';
  /** What the object says about the assignment that it comes from. */
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Gatekeeper {
  /**
   * Makes these the policies of the cluster, and settles once they are in force: constraints that came from here
   * before and are not among them go. Throws what the API server answers, and KernelError `unavailable` when a policy
   * does not come into force in time.
   */
  setPolicies(policies: readonly PolicyConstraint[]): Promise<void>;
  /** Takes the webhook, the constraints, the templates and their definitions out of the cluster, then stops. */
  remove(): Promise<void>;
  /** Stops; the registration stays, so that the API server refuses what it cannot have checked. */
  close(): Promise<void>;
}
