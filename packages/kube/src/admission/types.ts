import type { UserInfo } from '../authn/user.ts';
import type { KubeObject } from '../object/types.ts';
import type { ResourceRow } from '../resources/types.ts';

type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** One write on its way through admission. */
export interface AdmissionRequest {
  readonly operation: AdmissionOperation;
  readonly row: ResourceRow;
  /** The version that the client asked for, when a webhook sees the request in an equivalent one. */
  readonly requested?: ResourceRow;
  readonly subresource: string;
  /** What `object` and `oldObject` are, when not of the row's kind (`deployments/scale` carries an autoscaling/v1 Scale). */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly namespace: string;
  /** Empty for creations with `generateName` only. */
  readonly name: string;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** CreateOptions, UpdateOptions or DeleteOptions as webhooks see them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The new object; undefined for DELETE. */
  readonly object: KubeObject | undefined;
  readonly oldObject: KubeObject | undefined;
  /** Warnings for the client; steps append. */
  readonly warnings: string[];
}

/** The admission chain of a cluster. Steps throw StatusError to refuse. */
export interface Admission {
  /** Runs the mutating steps and returns the object to go on with. */
  mutate(request: AdmissionRequest): Promise<KubeObject>;
  /** Runs the validating steps. */
  validate(request: AdmissionRequest): Promise<void>;
}
