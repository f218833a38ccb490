import { newGuid } from '@podpass/kernel';
import { nameOf, namespaceOf, number, timestamp, uidOf } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import { resourceOf } from '../resources/lookup.ts';
import type { ControllerDeps } from './types.ts';

const events = resourceOf('', 'events');

export interface EventDetails {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
}

/** Writes an Event about an object and returns it. A failure is logged only: events are a courtesy. */
export const recordEvent = async (
  deps: Pick<ControllerDeps, 'registry' | 'clock' | 'log'>,
  about: KubeObject,
  details: EventDetails,
): Promise<KubeObject | undefined> => {
  const namespace = namespaceOf(about) || 'default';
  const now = deps.clock.now();
  const time = timestamp(now);
  try {
    return await deps.registry.create(events, {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: {
        name: `${nameOf(about)}.${(BigInt(Math.trunc(now)) * 1_000_000n).toString(16)}${newGuid().slice(0, 4)}`,
        namespace,
        uid: newGuid(),
        creationTimestamp: time,
      },
      involvedObject: {
        kind: about.kind,
        namespace,
        name: nameOf(about),
        uid: uidOf(about),
        apiVersion: about.apiVersion,
        resourceVersion: about.metadata.resourceVersion,
      },
      reason: details.reason,
      message: details.message,
      source: { component: details.component },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      type: details.type,
      eventTime: null,
      reportingComponent: details.component,
      reportingInstance: '',
    });
  } catch (thrown) {
    deps.log.warn({ err: thrown, reason: details.reason }, 'event not written');
    return undefined;
  }
};

/** Kinds of events that a recorder remembers in order to count them up. */
const remembered = 256;

/** Records events of one component. The same one again is counted up, so that what keeps failing does not fill the store. */
export const createRecorder = (
  deps: Pick<ControllerDeps, 'registry' | 'clock' | 'log'>,
  component: string,
): ((about: KubeObject, details: Omit<EventDetails, 'component'>) => Promise<void>) => {
  const written = new Map<string, string>();
  return async (about, details) => {
    const key = JSON.stringify([uidOf(about), details.type, details.reason, details.message]);
    const namespace = namespaceOf(about) || 'default';
    const before = deps.registry.get(events, namespace, written.get(key) ?? '');
    if (before !== undefined) {
      const lastTimestamp = timestamp(deps.clock.now());
      try {
        await deps.registry.update(events, before, { ...before, count: (number(before['count']) ?? 1) + 1, lastTimestamp });
        return;
      } catch (thrown) {
        deps.log.debug({ err: thrown, reason: details.reason }, 'event not counted up');
      }
    }
    const created = await recordEvent(deps, about, { ...details, component });
    const [oldest] = written.keys();
    if (written.size >= remembered && oldest !== undefined) written.delete(oldest);
    if (created !== undefined) written.set(key, nameOf(created));
  };
};
