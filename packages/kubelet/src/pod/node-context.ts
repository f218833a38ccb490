import type { Clock } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';
import type { ApiClient } from '../api/client.ts';
import type { EventRecorder } from '../api/events.ts';
import type { KubeletOptions } from '../types.ts';

/** What the pods of one node share. */
export interface NodeContext {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly log: Logger;
  readonly options: Pick<KubeletOptions, 'podsDir' | 'images' | 'apiServer' | 'hostEnvironment'>;
}
