import type { Clock } from '@podpass/kernel';
import type { PodEvents } from '../api/events.ts';
import type { Pod } from '../api/types.ts';
import type { DataSource } from '../env/sources.ts';
import type { MountTable } from '../env/translate.ts';
import type { NamespaceRuntime } from '../runtime/namespace/runtime.ts';
import type { ImageCatalogue, NodeNetwork, PodNetwork } from '../types.ts';
import type { Volumes } from '../volumes/volumes.ts';

/** What the containers of one pod share. */
export interface PodContext {
  readonly pod: Pod;
  readonly namespace: string;
  readonly podFolder: string;
  readonly restartPolicy: string;
  readonly graceMs: number;
  readonly clock: Clock;
  readonly events: PodEvents;
  readonly images: ImageCatalogue;
  readonly volumes: Volumes;
  readonly data: DataSource;
  readonly apiServer: string;
  readonly hostEnvironment: Readonly<Record<string, string>>;
  readonly network: NodeNetwork | undefined;
  /** The pod's own part of the network, once it has one. */
  readonly attached: () => PodNetwork | undefined;
  readonly runtime: NamespaceRuntime | undefined;
  /** Aborted when the pod is to end: nothing starts any more. */
  readonly signal: AbortSignal;
  /** The text, or the host's place when it is a mount path. */
  translate(text: string, mounts: MountTable): string;
  /** Tells that some record changed. */
  changed(): void;
  /** Removes the logs of this run and of those before it. */
  dropLogs(container: string, run: number): void;
}
