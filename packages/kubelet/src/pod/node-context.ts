import type { Clock } from '@podpass/kernel';
import type { KubeClient } from '@podpass/kube-client';
import type { Logger } from '@podpass/telemetry';
import type { PodEvents } from '../api/events.ts';
import type { NamespaceRuntime } from '../runtime/namespace/runtime.ts';
import type { KubeletOptions } from '../types.ts';

/** What the pods of one node share. */
export interface NodeContext {
  readonly api: KubeClient;
  readonly clock: Clock;
  readonly events: PodEvents;
  readonly log: Logger;
  readonly options: Pick<KubeletOptions, 'node' | 'podsDir' | 'images' | 'apiServer' | 'hostEnvironment' | 'network'>;
  /** Runs the programs of pods in namespaces; without it they are processes of the machine. */
  readonly runtime?: NamespaceRuntime | undefined;
}
