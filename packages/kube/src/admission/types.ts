import type { UserInfo } from '../authn/user.ts';
import type { KubeObject } from '../object/types.ts';
import type { ResourceRow } from '../resources/types.ts';

type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** One write on its way through admission. */
export interface AdmissionRequest {
  readonly operation: AdmissionOperation;
  readonly row: ResourceRow;
  readonly subresource: string;
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
