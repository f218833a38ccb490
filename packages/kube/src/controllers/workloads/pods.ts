import { isDeleting, objects, number, specOf, statusOf, text } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';

/** Whether the pod runs or may still run. */
export const isActivePod = (pod: KubeObject): boolean => !isDeleting(pod) && !hasEnded(pod);

export const hasEnded = (pod: KubeObject): boolean => ['Succeeded', 'Failed'].includes(text(statusOf(pod)['phase']));

const readyCondition = (pod: KubeObject): Fields | undefined =>
  objects(statusOf(pod)['conditions']).find((condition) => condition['type'] === 'Ready');

export const isReadyPod = (pod: KubeObject): boolean => readyCondition(pod)?.['status'] === 'True';

const readySince = (pod: KubeObject): number => {
  const time = Date.parse(text(readyCondition(pod)?.['lastTransitionTime']));
  return Number.isNaN(time) ? 0 : time;
};

/** Milliseconds until a ready pod counts as available; 0 when it is, undefined when it is not ready. */
export const untilAvailable = (pod: KubeObject, minReadySeconds: number, now: number): number | undefined =>
  isReadyPod(pod) ? (minReadySeconds === 0 ? 0 : Math.max(0, readySince(pod) + minReadySeconds * 1_000 - now)) : undefined;

const phases = ['Pending', 'Unknown', 'Running'];
const costAnnotation = 'controller.kubernetes.io/pod-deletion-cost';
const costOf = (pod: KubeObject) => {
  const cost = Number(pod.metadata.annotations?.[costAnnotation] ?? '0');
  return Number.isSafeInteger(cost) ? cost : 0;
};
const restarts = (pod: KubeObject) =>
  Math.max(0, ...objects(statusOf(pod)['containerStatuses']).map((container) => number(container['restartCount']) ?? 0));
const createdAt = (pod: KubeObject) => Date.parse(text(pod.metadata.creationTimestamp)) || 0;

/**
 * The order in which a replica set gives up pods: unplaced, pending, not ready, cheap, doubled up on a node, lately ready, often
 * restarted, young ones first. Source: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset
 */
export const byExpendability = (pods: readonly KubeObject[]): readonly KubeObject[] => {
  const perNode = new Map<string, number>();
  const nodeOf = (pod: KubeObject) => text(specOf(pod)['nodeName']);
  for (const pod of pods) if (isActivePod(pod)) perNode.set(nodeOf(pod), (perNode.get(nodeOf(pod)) ?? 0) + 1);
  /** Smaller goes first, place by place. */
  const rank = (pod: KubeObject): readonly number[] => [
    nodeOf(pod) === '' ? 0 : 1,
    phases.indexOf(text(statusOf(pod)['phase'])),
    isReadyPod(pod) ? 1 : 0,
    costOf(pod),
    -(perNode.get(nodeOf(pod)) ?? 0),
    -readySince(pod),
    -restarts(pod),
    -createdAt(pod),
  ];
  return pods
    .map((pod) => ({ pod, rank: rank(pod) }))
    .toSorted((left, right) => {
      const place = left.rank.findIndex((value, index) => value !== right.rank[index]);
      return place === -1 ? 0 : (left.rank[place] ?? 0) - (right.rank[place] ?? 0);
    })
    .map(({ pod }) => pod);
};
