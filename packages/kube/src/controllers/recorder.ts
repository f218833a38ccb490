import { newGuid } from '@podpass/kernel';
import { nameOf, namespaceOf, timestamp, uidOf } from '../object/read.ts';
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

/** Writes an Event about an object. A failure is logged only: events are a courtesy. */
export const recordEvent = async (
  deps: Pick<ControllerDeps, 'registry' | 'clock' | 'log'>,
  about: KubeObject,
  details: EventDetails,
): Promise<void> => {
  const namespace = namespaceOf(about) || 'default';
  const now = deps.clock.now();
  const time = timestamp(now);
  try {
    await deps.registry.create(events, {
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
  }
};
