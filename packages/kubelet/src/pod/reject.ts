import { messageOf, type JsonObject } from '@podpass/kernel';
import { isKubeStatus } from '@podpass/kube-client';
import { namespaceOf, type Pod } from '../api/types.ts';
import { timestamp } from '../time.ts';
import { paths } from '../wire.ts';
import type { NodeContext } from './node-context.ts';

/**
 * Fails a pod that names this node although it has no room: pods may name their node themselves, and then no scheduler counts them.
 * Words: `canAdmitPod` in pkg/kubelet of Kubernetes.
 */
export const rejectPod = async (
  node: Pick<NodeContext, 'api' | 'clock' | 'events' | 'log'>,
  pod: Pod,
  room: { readonly used: number; readonly capacity: number },
): Promise<void> => {
  const { api, clock, events, log } = node;
  const reason = 'OutOfpods';
  const message = `Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: ${String(room.used)}, capacity: ${String(room.capacity)}`;
  events.pod(pod, { type: 'warning', reason, message });
  const body: JsonObject = {
    metadata: { uid: pod.metadata.uid },
    status: { phase: 'Failed', reason, message, startTime: timestamp(clock.now()) },
  };
  await api.patch(`${paths.pod(namespaceOf(pod), pod.metadata.name)}/status`, body).catch((thrown: unknown) => {
    if (!isKubeStatus(thrown, 404, 409)) log.warn({ pod: pod.metadata.name }, `A pod could not be rejected: ${messageOf(thrown)}`);
  });
};
