import type { JsonObject } from '@podpass/kernel';
import { ageOf } from './age.ts';
import { at, joined, listAt, numberAt, objectAt, textAt } from './read.ts';
import type { Renderer } from './renderer.ts';

interface Summary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  /** RFC 3339 of the newest termination that led to a restart; empty when there is none. */
  readonly lastRestart: string;
}

const condition = (pod: JsonObject, type: string) => listAt(pod, 'status.conditions').find((item) => item['type'] === type);
const isTrue = (pod: JsonObject, type: string) => condition(pod, type)?.['status'] === 'True';

/** Counts restarts and remembers when the newest happened. */
const createRestarts = () => {
  let count = 0;
  let last = '';
  return {
    add(status: JsonObject) {
      count += numberAt(status, 'restartCount');
      const finished = textAt(status, 'lastState.terminated.finishedAt');
      if (finished > last) last = finished;
    },
    get state() {
      return { restarts: count, lastRestart: last };
    },
  };
};

const exitText = (terminated: JsonObject): string => {
  const reason = textAt(terminated, 'reason');
  if (reason !== '') return reason;
  const signal = numberAt(terminated, 'signal');
  return signal === 0 ? `ExitCode:${String(numberAt(terminated, 'exitCode'))}` : `Signal:${String(signal)}`;
};

/** What an init container that is not done makes of the pod's status; undefined when it is done. */
const initReason = (status: JsonObject, sidecar: boolean, progress: string): string | undefined => {
  const terminated = at(status, 'state.terminated');
  if (terminated !== undefined && numberAt(status, 'state.terminated.exitCode') === 0) return undefined;
  if (sidecar && status['started'] === true) return undefined;
  if (terminated !== undefined) return `Init:${exitText(objectAt(status, 'state.terminated'))}`;
  const waiting = textAt(status, 'state.waiting.reason');
  return waiting !== '' && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${progress}`;
};

const startReason = (pod: JsonObject): string => {
  if (condition(pod, 'PodScheduled')?.['reason'] === 'SchedulingGated') return 'SchedulingGated';
  return textAt(pod, 'status.reason') || textAt(pod, 'status.phase');
};

const finalReason = (pod: JsonObject, reason: string): string => {
  if (at(pod, 'metadata.deletionTimestamp') === undefined) return reason;
  if (textAt(pod, 'status.reason') === 'NodeLost') return 'Unknown';
  return ['Succeeded', 'Failed'].includes(textAt(pod, 'status.phase')) ? reason : 'Terminating';
};

/** The STATUS, READY and RESTARTS of `kubectl get pods`. Source: pkg/printers/internalversion of Kubernetes. */
const summarise = (pod: JsonObject): Summary => {
  const inits = listAt(pod, 'spec.initContainers');
  const sidecars = new Set(inits.filter((item) => item['restartPolicy'] === 'Always').map((item) => item['name']));
  const total = listAt(pod, 'spec.containers').length + sidecars.size;
  const all = createRestarts();
  const lasting = createRestarts();
  let ready = 0;
  let reason = startReason(pod);
  let initializing = false;
  for (const [index, status] of listAt(pod, 'status.initContainerStatuses').entries()) {
    const sidecar = sidecars.has(status['name']);
    all.add(status);
    if (sidecar) lasting.add(status);
    const next = initReason(status, sidecar, `${String(index)}/${String(inits.length)}`);
    if (next === undefined) {
      if (sidecar && status['ready'] === true) ready += 1;
      continue;
    }
    reason = next;
    initializing = true;
    break;
  }
  if (initializing && !isTrue(pod, 'Initialized')) return { ready, total, reason: finalReason(pod, reason), ...all.state };
  let running = false;
  for (const status of listAt(pod, 'status.containerStatuses').toReversed()) {
    lasting.add(status);
    const waiting = textAt(status, 'state.waiting.reason');
    if (waiting !== '') reason = waiting;
    else if (at(status, 'state.terminated') !== undefined) reason = exitText(objectAt(status, 'state.terminated'));
    else if (status['ready'] === true && at(status, 'state.running') !== undefined) {
      running = true;
      ready += 1;
    }
  }
  if (reason === 'Completed' && running) reason = isTrue(pod, 'Ready') ? 'Running' : 'NotReady';
  return { ready, total, reason: finalReason(pod, reason), ...lasting.state };
};

const gates = (pod: JsonObject): string => {
  const wanted = listAt(pod, 'spec.readinessGates');
  if (wanted.length === 0) return '<none>';
  return `${String(wanted.filter((gate) => isTrue(pod, textAt(gate, 'conditionType'))).length)}/${String(wanted.length)}`;
};

export const pods: Renderer = {
  columns: ['Ready', 'Status', 'Restarts', 'Age', '*IP', '*Node', '*Nominated Node', '*Readiness Gates'],
  cells(pod, now) {
    const { ready, total, reason, restarts, lastRestart } = summarise(pod);
    const restartText = restarts > 0 && lastRestart !== '' ? `${String(restarts)} (${ageOf(lastRestart, now)} ago)` : String(restarts);
    return [
      `${String(ready)}/${String(total)}`,
      reason,
      restartText,
      ageOf(textAt(pod, 'metadata.creationTimestamp'), now),
      textAt(pod, 'status.podIP') || joined([]),
      textAt(pod, 'spec.nodeName') || joined([]),
      textAt(pod, 'status.nominatedNodeName') || joined([]),
      gates(pod),
    ];
  },
};
