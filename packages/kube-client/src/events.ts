import { messageOf, randomBelow, type Clock, type JsonObject } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';
import { isKubeStatus } from './error.ts';
import { timestamp } from './time.ts';
import type { KubeClient } from './types.ts';
import { eventLimits, paths } from './wire.ts';

export interface RecordedEvent {
  /** What it is about. */
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    /** The part that it is about: `spec.containers{name}`. */
    readonly fieldPath?: string;
  };
  /** `Normal` when absent. */
  readonly type?: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export interface EventRecorderOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** `source.component` and `reportingComponent`. */
  readonly component: string;
  /** `source.host` and `reportingInstance`; empty when absent. */
  readonly host?: string;
}

export interface EventRecorder {
  /** Records an event of core/v1; the same one again raises its count. Never fails and never waits: events are best effort. */
  record(event: RecordedEvent): void;
  /** Waits for what is under way. */
  settle(): Promise<void>;
}

interface Known {
  readonly name: string;
  count: number;
}

/** Namespace of events about cluster-wide objects. */
const clusterNamespace = 'default';

export const createEventRecorder = ({ client, clock, log, component, host = '' }: EventRecorderOptions): EventRecorder => {
  const known = new Map<string, Known>();
  // Not from nought: a recorder that starts again under a frozen clock must not repeat names.
  let sequence = randomBelow(1_000_000);
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();

  const send = async (namespace: string, key: string, event: JsonObject & { involvedObject: { name: string } }): Promise<void> => {
    const before = known.get(key);
    if (before !== undefined) {
      before.count += 1;
      try {
        await client.patch(paths.events(namespace, before.name), { count: before.count, lastTimestamp: event['lastTimestamp'] });
        return;
      } catch (thrown) {
        // Events live for an hour: after that the same one is a new one.
        if (!isKubeStatus(thrown, 404)) throw thrown;
      }
    }
    sequence += 1;
    const suffix = (BigInt(Math.trunc(clock.now())) * 1_000_000n + BigInt(sequence)).toString(16);
    const name = `${event.involvedObject.name.slice(0, eventLimits.namePart)}.${suffix}`;
    if (known.size >= eventLimits.remembered) known.clear();
    known.set(key, { name, count: 1 });
    await client.create(paths.events(namespace), { ...event, metadata: { name, namespace } });
  };

  return {
    record({ object, type = 'Normal', reason, message }) {
      if (waiting >= eventLimits.waiting) return;
      const now = timestamp(clock.now());
      const text = message.slice(0, eventLimits.message);
      const event = {
        apiVersion: 'v1',
        kind: 'Event',
        involvedObject: { ...object },
        reason,
        message: text,
        type,
        source: { component, ...(host === '' ? {} : { host }) },
        reportingComponent: component,
        reportingInstance: host,
        firstTimestamp: now,
        lastTimestamp: now,
        eventTime: null,
        count: 1,
      };
      const namespace = object.namespace ?? clusterNamespace;
      const key = [object.kind, namespace, object.name, object.uid, object.fieldPath, type, reason, text].join('\n');
      waiting += 1;
      last = last
        .then(() => send(namespace, key, event))
        .catch((thrown: unknown) => log.debug({ reason, object: object.name }, `Event was not recorded: ${messageOf(thrown)}`))
        .finally(() => {
          waiting -= 1;
        });
    },
    settle: () => last,
  };
};
