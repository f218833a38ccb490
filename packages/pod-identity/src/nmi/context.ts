import type { Clock } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';
import type { Klog } from '../mic/klog.ts';
import type { MetadataHandler, MetadataRequest } from '../types.ts';
import type { MachineClient } from './acquire/machine.ts';
import type { Acquire } from './acquire/types.ts';
import type { ClusterView } from './cluster-view.ts';
import type { FindIdentity } from './find-identity.ts';
import type { NmiFlags } from './flags.ts';
import type { PodRecord } from './objects.ts';
import type { Reservations } from './reservations.ts';

/** What NMI's handlers stand on. */
export interface NmiContext {
  readonly nodeName: string;
  readonly flags: NmiFlags;
  readonly view: ClusterView;
  readonly find: FindIdentity;
  readonly reservations: Reservations;
  readonly acquire: Acquire;
  readonly machineClient: MachineClient;
  /** The machine's own service. */
  readonly machine: MetadataHandler;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly log: Klog;
}

/** What is learnt about a request on its way, for the audit line and the metric. */
export interface Trail {
  readonly request: MetadataRequest;
  pod: PodRecord | undefined;
  /** `namespace/name` of the AzureIdentity, or `machine` for excepted pods. */
  identity: string | undefined;
  clientId: string | undefined;
  resource: string | undefined;
}
