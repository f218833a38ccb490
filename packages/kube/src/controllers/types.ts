import type { Clock } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';
import type { Registry } from '../registry/registry.ts';

/** What every controller stands on. Controllers write through the registry, as the API's handlers do, without admission. */
export interface ControllerDeps {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Logger;
  /** PEM that `kube-root-ca.crt` carries. */
  readonly serverCa: string;
}

export interface Controller {
  close(): void;
}
