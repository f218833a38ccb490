import type { StatusCause } from '../errors.ts';
import type { KubeObject } from '../object/types.ts';
import type { Registry } from '../registry/registry.ts';

/** What one resource does besides what all resources do. `prepare…` change the new object in place. */
export interface Strategy {
  prepareCreate?(object: KubeObject, registry: Registry): void;
  prepareUpdate?(next: KubeObject, current: KubeObject): void;
  /** Changes that are not allowed. */
  checkUpdate?(next: KubeObject, current: KubeObject): readonly StatusCause[];
  /** Refuses what this API server cannot honour. */
  checkWrite?(object: KubeObject): readonly StatusCause[];
  /** Clients set the status on creation (nodes register themselves with it). */
  readonly keepsStatusOnCreate?: boolean;
}
