import type { Clock } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';
import type { Admission } from '../admission/types.ts';
import type { Registry } from '../registry/registry.ts';

/**
 * What every controller stands on. Controllers write through the registry, as the API's handlers do, without admission; those that
 * make objects from what users wrote (pods from templates) go through admission with `workloads/client.ts`.
 */
export interface ControllerDeps {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Logger;
  /** PEM that `kube-root-ca.crt` carries. */
  readonly serverCa: string;
  readonly admission: Admission;
}

export interface Controller {
  close(): void;
}
