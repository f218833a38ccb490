import { dig, fields, nameOf, objects, specOf, strings, text } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import { templateGenerationAnnotation } from '../../strategies/workloads.ts';
import { selectsNode, tolerates } from '../scheduling.ts';
import { controllerReference } from './claim.ts';
import { rows } from './parts.ts';
import { podFromTemplate, revisionHashLabel, templateGenerationLabel } from './template.ts';

const exists = (key: string, effect: string): Fields => ({ key, operator: 'Exists', effect });

/**
 * Daemons stay on and come to nodes with these conditions.
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations
 */
const daemonTolerations: readonly Fields[] = [
  exists('node.kubernetes.io/not-ready', 'NoExecute'),
  exists('node.kubernetes.io/unreachable', 'NoExecute'),
  exists('node.kubernetes.io/disk-pressure', 'NoSchedule'),
  exists('node.kubernetes.io/memory-pressure', 'NoSchedule'),
  exists('node.kubernetes.io/pid-pressure', 'NoSchedule'),
  exists('node.kubernetes.io/unschedulable', 'NoSchedule'),
];
const hostNetworkToleration = exists('node.kubernetes.io/network-unavailable', 'NoSchedule');

const withTolerations = (spec: Fields): readonly Fields[] => {
  const present = objects(spec['tolerations']);
  const wanted = [...daemonTolerations, ...(spec['hostNetwork'] === true ? [hostNetworkToleration] : [])];
  const same = (left: Fields, right: Fields) => left['key'] === right['key'] && left['effect'] === right['effect'];
  return [...present.filter((entry) => !wanted.some((added) => same(entry, added))), ...wanted];
};

/** Only this node: whether the template allows it was decided before. */
const bound = (affinity: unknown, node: string): Fields => {
  const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }];
  const nodeAffinity = {
    ...fields(fields(affinity)['nodeAffinity']),
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms },
  };
  return { ...fields(affinity), nodeAffinity };
};

/** The daemon's pod for a node, left to the scheduler to place there. `hash` stands for the template. */
export const daemonPod = (set: KubeObject, node: string, hash: string): KubeObject => {
  const generation = set.metadata.annotations?.[templateGenerationAnnotation];
  const pod = podFromTemplate(set, controllerReference(rows.daemonSets, set), {
    [revisionHashLabel]: hash,
    ...(generation === undefined ? {} : { [templateGenerationLabel]: generation }),
  });
  const spec = specOf(pod);
  return { ...pod, spec: { ...spec, affinity: bound(spec['affinity'], node), tolerations: withTolerations(spec) } };
};

/** The node that a daemon's pod is on or is meant for; empty when it is meant for none in particular. */
export const targetOf = (pod: KubeObject): string => {
  const assigned = text(specOf(pod)['nodeName']);
  if (assigned !== '') return assigned;
  const required = dig(specOf(pod), 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
  for (const term of objects(required)) {
    const field = objects(term['matchFields']).find((entry) => entry['key'] === 'metadata.name' && entry['operator'] === 'In');
    const [name] = strings(field?.['values']);
    if (name !== undefined) return name;
  }
  return '';
};

export interface Eligibility {
  /** A pod belongs there. */
  readonly run: boolean;
  /** A pod that is there may stay. */
  readonly stay: boolean;
}

/** Which nodes a daemon set's pods belong on, by selector, affinity and taints. Whether a node is ready makes no difference. */
export const eligibilityOf = (set: KubeObject): ((node: KubeObject) => Eligibility) => {
  const template = fields(fields(specOf(set)['template'])['spec']);
  const pod: KubeObject = { metadata: {}, spec: { ...template, tolerations: withTolerations(template) } };
  const tolerations = objects(specOf(pod)['tolerations']);
  const wanted = text(template['nodeName']);
  return (node) => {
    if ((wanted !== '' && wanted !== nameOf(node)) || !selectsNode(pod, node)) return { run: false, stay: false };
    const repelling = objects(specOf(node)['taints']).filter((taint) => !tolerates(tolerations, taint));
    const evicts = repelling.some((taint) => taint['effect'] === 'NoExecute');
    return { run: !evicts && !repelling.some((taint) => taint['effect'] === 'NoSchedule'), stay: !evicts };
  };
};
