import { messageOf, randomBelow, type Clock, type JsonObject } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';
import { timestamp } from '../time.ts';
import { component, eventTypes, paths } from '../wire.ts';
import type { ApiClient } from './client.ts';
import { isStatus } from './error.ts';
import { namespaceOf, type Pod } from './types.ts';

export interface EventRecorder {
  /** Tells about a pod. The same event again raises its count. Never fails: events are best effort. */
  pod(pod: Pod, event: { type?: keyof typeof eventTypes; reason: string; message: string; container?: string }): void;
  /** Waits for what is under way. */
  settle(): Promise<void>;
}

interface Recorded {
  readonly name: string;
  count: number;
}

/** Events that are remembered for counting. */
const remembered = 1_000;
const longestMessage = 1_024;

export const createEventRecorder = (options: { api: ApiClient; node: string; clock: Clock; log: Logger }): EventRecorder => {
  const { api, node, clock, log } = options;
  const known = new Map<string, Recorded>();
  // Not from nought: a kubelet that starts again under a frozen clock must not repeat names.
  let sequence = randomBelow(1_000_000);
  let last: Promise<void> = Promise.resolve();

  const send = async (pod: Pod, key: string, event: JsonObject): Promise<void> => {
    const namespace = namespaceOf(pod);
    const before = known.get(key);
    if (before !== undefined) {
      before.count += 1;
      try {
        await api.patch(`${paths.events(namespace)}/${before.name}`, { count: before.count, lastTimestamp: event['lastTimestamp'] });
        return;
      } catch (thrown) {
        // Events live for an hour: after that the same one is a new one.
        if (!isStatus(thrown, 404)) throw thrown;
      }
    }
    sequence += 1;
    const name = `${pod.metadata.name}.${(BigInt(Math.trunc(clock.now())) * 1_000_000n + BigInt(sequence)).toString(16)}`;
    if (known.size >= remembered) known.clear();
    known.set(key, { name, count: 1 });
    await api.create(paths.events(namespace), { ...event, metadata: { name, namespace } });
  };

  return {
    pod(pod, { type = 'normal', reason, message, container }) {
      const { name, uid, resourceVersion } = pod.metadata;
      const text = message.slice(0, longestMessage);
      const now = clock.now();
      const involvedObject: JsonObject = {
        kind: 'Pod',
        apiVersion: 'v1',
        name,
        namespace: namespaceOf(pod),
        uid,
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
        ...(container === undefined ? {} : { fieldPath: `spec.containers{${container}}` }),
      };
      const event: JsonObject = {
        apiVersion: 'v1',
        kind: 'Event',
        involvedObject,
        reason,
        message: text,
        type: eventTypes[type],
        source: { component, host: node },
        reportingComponent: component,
        reportingInstance: node,
        firstTimestamp: timestamp(now),
        lastTimestamp: timestamp(now),
        eventTime: null,
        count: 1,
      };
      const key = [uid, container, type, reason, text].join('\n');
      last = last
        .then(() => send(pod, key, event))
        .catch((thrown: unknown) => log.debug({ reason, pod: name }, `Event was not recorded: ${messageOf(thrown)}`));
    },
    settle: () => last,
  };
};
