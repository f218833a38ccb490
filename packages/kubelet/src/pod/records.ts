import type { Container, ContainerStatus, Pod } from '../api/types.ts';
import type { ContainerRecord } from './status.ts';

/** What is said about a container whose end nobody saw. */
const lost = {
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the kubelet started',
} as const;

/**
 * A container's record at the start of the kubelet: fresh, or continued from what an earlier run reported. A container
 * that was running then is not any more: its end is unknown, and its next run counts as a restart.
 */
const recordOf = (
  container: Container,
  { init, reason }: { init: boolean; reason: string },
  before: ContainerStatus | undefined,
): ContainerRecord => {
  const sidecar = init && container.restartPolicy === 'Always';
  const waiting = { waiting: { reason } };
  const fresh: ContainerRecord = {
    container,
    init,
    sidecar,
    state: waiting,
    lastState: {},
    ready: false,
    started: false,
    restartCount: 0,
    containerID: undefined,
    imageID: '',
  };
  if (before?.containerID === undefined) return fresh;
  const { running, terminated } = before.state;
  const ended =
    terminated ??
    (running === undefined ? before.lastState.terminated : { ...lost, startedAt: running.startedAt, containerID: before.containerID });
  return {
    ...fresh,
    restartCount: before.restartCount,
    containerID: before.containerID,
    imageID: before.imageID,
    state: ended === undefined ? waiting : { terminated: ended },
    lastState: before.lastState,
  };
};

/** All containers of a pod, init containers first, each in the order of the spec. */
export const recordsOf = (pod: Pod): readonly ContainerRecord[] => {
  const find = (statuses: readonly ContainerStatus[] | undefined, name: string) => statuses?.find((status) => status.name === name);
  const reason = (pod.spec.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating';
  return [
    ...(pod.spec.initContainers ?? []).map((container) =>
      recordOf(container, { init: true, reason }, find(pod.status?.initContainerStatuses, container.name)),
    ),
    ...pod.spec.containers.map((container) =>
      recordOf(container, { init: false, reason }, find(pod.status?.containerStatuses, container.name)),
    ),
  ];
};

/** Prepares a record that ended before for another run; false when its end was its last. */
export const resume = (record: ContainerRecord, again: (exitCode: number) => boolean): boolean => {
  const { terminated } = record.state;
  if (terminated === undefined) return true;
  if (!again(terminated.exitCode)) {
    record.ready = record.init && !record.sidecar && terminated.exitCode === 0;
    return false;
  }
  record.restartCount += 1;
  record.lastState = { terminated };
  record.state = { waiting: { reason: record.init ? 'PodInitializing' : 'ContainerCreating' } };
  return true;
};
