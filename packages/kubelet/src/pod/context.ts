import type { Clock } from '@podpass/kernel';
import type { EventRecorder } from '../api/events.ts';
import type { Pod } from '../api/types.ts';
import type { DataSource } from '../env/sources.ts';
import type { MountTable } from '../env/translate.ts';
import type { ImageCatalogue } from '../types.ts';
import type { Volumes } from '../volumes/volumes.ts';

/** What the containers of one pod share. */
export interface PodContext {
  readonly pod: Pod;
  readonly namespace: string;
  readonly podFolder: string;
  readonly restartPolicy: string;
  readonly graceMs: number;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly images: ImageCatalogue;
  readonly volumes: Volumes;
  readonly data: DataSource;
  readonly apiServer: string;
  readonly hostEnvironment: Readonly<Record<string, string>>;
  /** Aborted when the pod is to end: nothing starts any more. */
  readonly signal: AbortSignal;
  /** The text, or the host's place when it is a mount path. */
  translate(text: string, mounts: MountTable): string;
  /** Tells that some record changed. */
  changed(): void;
  /** Removes the logs of this run and of those before it. */
  dropLogs(container: string, run: number): void;
}
