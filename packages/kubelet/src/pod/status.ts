import type { Condition, Container, ContainerState, ContainerStatus, Pod, PodStatus } from '../api/types.ts';
import type { PodAddresses } from '../env/downward.ts';

/** What the kubelet knows about one container. */
export interface ContainerRecord {
  readonly container: Container;
  readonly init: boolean;
  /** An init container with restartPolicy Always: keeps running beside the others. */
  readonly sidecar: boolean;
  state: ContainerState;
  lastState: ContainerState;
  ready: boolean;
  started: boolean;
  restartCount: number;
  containerID: string | undefined;
  imageID: string;
}

export interface StatusInput {
  readonly pod: Pod;
  readonly records: readonly ContainerRecord[];
  readonly mounted: boolean;
  readonly startTime: string;
  /** RFC 3339. */
  readonly now: string;
  readonly restartPolicy: string;
  /** Undefined before the pod is in its network. */
  readonly addresses: { readonly hostIp: string; readonly ip?: PodAddresses['ip'] | undefined };
}

const statusOf = (record: ContainerRecord): ContainerStatus => ({
  name: record.container.name,
  image: record.container.image,
  imageID: record.imageID,
  ...(record.containerID === undefined ? {} : { containerID: record.containerID }),
  ready: record.ready,
  started: record.started,
  restartCount: record.restartCount,
  state: record.state,
  lastState: record.lastState,
});

/** Whether an init container lets the next one begin. */
export const isInitialised = (record: ContainerRecord): boolean =>
  record.sidecar ? record.started : record.state.terminated?.exitCode === 0;

/** Source: getPhase in pkg/kubelet of Kubernetes. */
const podPhase = (records: readonly ContainerRecord[], restartPolicy: string): 'Pending' | 'Running' | 'Succeeded' | 'Failed' => {
  const inits = records.filter((record) => record.init && !record.sidecar);
  const mains = records.filter((record) => !record.init);
  const failedInit = inits.some(({ state }) => state.terminated !== undefined && state.terminated.exitCode !== 0);
  if (failedInit && restartPolicy === 'Never') return 'Failed';
  if (
    !records.filter((record) => record.init).every(isInitialised) &&
    mains.every(
      ({ lastState, state }) => lastState.terminated === undefined && state.running === undefined && state.terminated === undefined,
    )
  )
    return 'Pending';
  const begun = mains.filter(
    ({ state, lastState }) => state.running !== undefined || state.terminated !== undefined || lastState.terminated !== undefined,
  );
  if (begun.length < mains.length) return 'Pending';
  const sidecars = records.filter((record) => record.sidecar && record.state.running !== undefined);
  const ended = sidecars.length === 0 && mains.every(({ state }) => state.terminated !== undefined);
  if (!ended || restartPolicy === 'Always') return 'Running';
  const failed = mains.some(({ state }) => state.terminated?.exitCode !== 0);
  if (!failed) return 'Succeeded';
  return restartPolicy === 'Never' ? 'Failed' : 'Running';
};

interface Verdict {
  readonly type: string;
  readonly holds: boolean;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

const named = (records: readonly ContainerRecord[]) => `[${records.map((record) => record.container.name).join(' ')}]`;

const verdicts = ({ pod, records, mounted }: StatusInput, phase: string): Verdict[] => {
  const pending = records.filter((record) => record.init && !isInitialised(record));
  const unready = records.filter((record) => (!record.init || record.sidecar) && !record.ready);
  const finished = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : undefined;
  const ready = unready.length === 0;
  const why = ready
    ? {}
    : {
        reason: finished ?? 'ContainersNotReady',
        message: finished === undefined ? `containers with unready status: ${named(unready)}` : undefined,
      };
  const gates = (pod.spec.readinessGates ?? []).filter(
    (gate) => !pod.status?.conditions?.some(({ type, status }) => type === gate.conditionType && status === 'True'),
  );
  return [
    { type: 'PodReadyToStartContainers', holds: mounted && finished === undefined },
    {
      type: 'Initialized',
      holds: pending.length === 0,
      ...(pending.length === 0
        ? {}
        : { reason: 'ContainersNotInitialized', message: `containers with incomplete status: ${named(pending)}` }),
    },
    gates.length > 0 && ready
      ? {
          type: 'Ready',
          holds: false,
          reason: 'ReadinessGatesNotReady',
          message: `the status of pod readiness gate "${gates[0]?.conditionType ?? ''}" is not "True", but False`,
        }
      : { type: 'Ready', holds: ready, ...why },
    { type: 'ContainersReady', holds: ready, ...why },
    { type: 'PodScheduled', holds: true },
  ];
};

/** Keeps the time of the last change when the verdict is the one that was there. */
const conditions = (input: StatusInput, phase: string): Condition[] => {
  const before = new Map((input.pod.status?.conditions ?? []).map((condition) => [condition.type, condition]));
  const own = verdicts(input, phase).map(({ type, holds, reason, message }): Condition => {
    const status = holds ? 'True' : 'False';
    const known = before.get(type);
    before.delete(type);
    return {
      type,
      status,
      lastProbeTime: null,
      lastTransitionTime: known?.status === status && typeof known.lastTransitionTime === 'string' ? known.lastTransitionTime : input.now,
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
    };
  });
  // Conditions of others (readiness gates, disruption) are not the kubelet's to drop.
  return [...own, ...before.values()];
};

/** The pod's whole status as the kubelet reports it, made from what it knows. Pure: the same input gives the same status. */
export const podStatus = (input: StatusInput): PodStatus & Record<string, unknown> => {
  const phase = podPhase(input.records, input.restartPolicy);
  const inits = input.records.filter((record) => record.init);
  return {
    phase,
    conditions: conditions(input, phase),
    hostIP: input.addresses.hostIp,
    hostIPs: [{ ip: input.addresses.hostIp }],
    ...(input.addresses.ip === undefined ? {} : { podIP: input.addresses.ip, podIPs: [{ ip: input.addresses.ip }] }),
    startTime: input.startTime,
    ...(inits.length === 0 ? {} : { initContainerStatuses: inits.map(statusOf) }),
    containerStatuses: input.records.filter((record) => !record.init).map(statusOf),
  };
};
