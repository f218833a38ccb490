import type { Clock } from '@podpass/kernel';
import { errors } from '../errors.ts';
import { isDeleting, nameOf, objects, specOf, statusOf, text, timestamp } from '../object/read.ts';
import type { Fields, KubeObject } from '../object/types.ts';
import { resourceOf } from '../resources/lookup.ts';
import type { Registry } from './registry.ts';

const pods = resourceOf('', 'pods');

/** The conditions of an object's status with one of them set; its transition time moves only when its status does. */
export const withCondition = (
  conditions: unknown,
  condition: { type: string; status: string; reason?: string; message?: string },
  now: number,
): readonly Fields[] => {
  const present = objects(conditions);
  const before = present.find((entry) => text(entry['type']) === condition.type);
  const since = before !== undefined && before['status'] === condition.status ? before['lastTransitionTime'] : timestamp(now);
  const next: Fields = { lastProbeTime: null, lastTransitionTime: since, ...condition };
  return before === undefined ? [...present, next] : present.map((entry) => (entry === before ? next : entry));
};

/** Assigns a pod to a node and marks it as scheduled. Throws Conflict when it is assigned already or being deleted. */
export const bindPod = async (deps: { registry: Registry; clock: Clock }, pod: KubeObject, node: string): Promise<KubeObject> => {
  const subject = { group: '', resource: 'pods/binding', name: nameOf(pod) };
  if (isDeleting(pod)) throw errors.conflict(subject, `pod ${nameOf(pod)} is being deleted, cannot be assigned to a host`);
  const assigned = text(specOf(pod)['nodeName']);
  if (assigned !== '') throw errors.conflict(subject, `pod ${nameOf(pod)} is already assigned to node "${assigned}"`);
  const status = statusOf(pod);
  const conditions = withCondition(status['conditions'], { type: 'PodScheduled', status: 'True' }, deps.clock.now());
  return deps.registry.update(pods, pod, { ...pod, spec: { ...specOf(pod), nodeName: node }, status: { ...status, conditions } });
};
