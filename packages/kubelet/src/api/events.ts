import type { Clock } from '@podpass/kernel';
import { createEventRecorder, type KubeClient } from '@podpass/kube-client';
import type { Logger } from '@podpass/telemetry';
import { component, eventTypes } from '../wire.ts';
import { namespaceOf, type Pod } from './types.ts';

export interface PodEvents {
  /** Tells about a pod. The same event again raises its count. Never fails: events are best effort. */
  pod(pod: Pod, event: { type?: keyof typeof eventTypes; reason: string; message: string; container?: string }): void;
  /** Waits for what is under way. */
  settle(): Promise<void>;
}

/** The events of one node's pods, in the node's name. */
export const createPodEvents = (options: { api: KubeClient; node: string; clock: Clock; log: Logger }): PodEvents => {
  const { api, node, clock, log } = options;
  const recorder = createEventRecorder({ client: api, clock, log, component, host: node });
  return {
    pod(pod, { type = 'normal', reason, message, container }) {
      const { name, uid, resourceVersion } = pod.metadata;
      const object = {
        apiVersion: 'v1',
        kind: 'Pod',
        name,
        namespace: namespaceOf(pod),
        uid,
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
        ...(container === undefined ? {} : { fieldPath: `spec.containers{${container}}` }),
      };
      recorder.record({ object, type: eventTypes[type], reason, message });
    },
    settle: recorder.settle,
  };
};
