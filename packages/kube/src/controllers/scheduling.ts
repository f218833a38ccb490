import { dig, items, labelsOf, nameOf, objects, specOf, statusOf, strings, text, textMap } from '../object/read.ts';
import type { Fields, KubeObject } from '../object/types.ts';
import { compileLabelSelector, matchesLabels, type LabelOperator, type LabelRequirement } from '../selectors/labels.ts';

/*
 * Whether a pod fits on a node, as pure functions. Each gives the reason why not, in the scheduler's words.
 */

const operators: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: 'missing',
  Gt: 'gt',
  Lt: 'lt',
};

const termMatches = (term: Fields, node: KubeObject): boolean => {
  const expressions = objects(term['matchExpressions']);
  const byField = objects(term['matchFields']);
  if (expressions.length === 0 && byField.length === 0) return false;
  const requirements = expressions.map((entry): LabelRequirement => ({
    key: text(entry['key']),
    operator: operators[text(entry['operator'])] ?? 'in',
    values: strings(entry['values']),
  }));
  return (
    matchesLabels(requirements, labelsOf(node)) &&
    byField.every(
      (entry) =>
        text(entry['key']) === 'metadata.name' && strings(entry['values']).includes(nameOf(node)) === (entry['operator'] !== 'NotIn'),
    )
  );
};

const affinityMatches = (pod: KubeObject, node: KubeObject): boolean => {
  const required = dig(specOf(pod), 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  return required === undefined || objects(dig(required, 'nodeSelectorTerms')).some((term) => termMatches(term, node));
};

/** Whether the node is one that the pod's node selector and required node affinity allow. */
export const selectsNode = (pod: KubeObject, node: KubeObject): boolean =>
  matchesLabels(compileLabelSelector({ matchLabels: textMap(specOf(pod)['nodeSelector']) }), labelsOf(node)) && affinityMatches(pod, node);

/** Whether one of the tolerations tolerates the taint. */
export const tolerates = (tolerations: readonly Fields[], taint: Fields): boolean =>
  tolerations.some((toleration) => {
    const key = text(toleration['key']);
    const effect = text(toleration['effect']);
    if (effect !== '' && effect !== text(taint['effect'])) return false;
    if (key !== '' && key !== text(taint['key'])) return false;
    return text(toleration['operator']) === 'Exists' || (key !== '' && text(toleration['value']) === text(taint['value']));
  });

/** Whether the node's kubelet says that it can take pods. */
export const isReady = (node: KubeObject): boolean =>
  objects(statusOf(node)['conditions']).some((condition) => condition['type'] === 'Ready' && condition['status'] === 'True');

/** The reason of a node that is full, in the scheduler's words. */
export const fullNode = 'Too many pods';

/** Whether the node takes no more than the pods that it has; one that does not say how many takes any number. */
const isFull = (node: KubeObject, occupied: number): boolean => {
  const most = dig(statusOf(node), 'allocatable', 'pods');
  return most !== undefined && occupied >= Number(most);
};

/** Why the pod cannot go to the node, on which there are so many already; undefined when it can. */
export const obstacle = (pod: KubeObject, node: KubeObject, occupied = 0): string | undefined => {
  const spec = specOf(pod);
  const tolerations = objects(spec['tolerations']);
  if (
    specOf(node)['unschedulable'] === true &&
    !tolerates(tolerations, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' })
  ) {
    return 'node(s) were unschedulable';
  }
  if (!isReady(node)) return 'node(s) were not ready';
  if (!selectsNode(pod, node)) return "node(s) didn't match Pod's node affinity/selector";
  const taint = objects(specOf(node)['taints']).find((entry) => entry['effect'] !== 'PreferNoSchedule' && !tolerates(tolerations, entry));
  if (taint === undefined) return isFull(node, occupied) ? fullNode : undefined;
  return `node(s) had untolerated taint {${text(taint['key'])}: ${text(taint['value'])}}`;
};

/** The scheduler's sentence when no node fits. */
export const unschedulableMessage = (reasons: readonly string[]): string => {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const listed = [...counts].map(([reason, count]) => `${count} ${reason}`).toSorted();
  const total = reasons.length;
  return total === 0 ? 'no nodes available to schedule pods' : `0/${total} nodes are available: ${listed.join(', ')}.`;
};

/** Whether the default scheduler has to place the pod. */
export const wantsPlace = (pod: KubeObject): boolean => {
  const spec = specOf(pod);
  const scheduler = text(spec['schedulerName']);
  return (
    text(spec['nodeName']) === '' &&
    pod.metadata.deletionTimestamp === undefined &&
    (scheduler === '' || scheduler === 'default-scheduler') &&
    items(spec['schedulingGates']).length === 0
  );
};
