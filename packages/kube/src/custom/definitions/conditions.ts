import { objects, statusOf, text, timestamp } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** Whether a condition of the object's status is true. */
const isTrue = (object: KubeObject, type: string): boolean =>
  objects(statusOf(object)['conditions']).some((entry) => text(entry['type']) === type && entry['status'] === 'True');

/** Whether a definition's resource is served. */
export const isEstablished = (definition: KubeObject): boolean => isTrue(definition, 'Established');

/** The conditions with these set; a transition time moves only with its status. */
export const withConditions = (before: unknown, wanted: readonly Condition[], now: number): readonly Fields[] => {
  const present = objects(before);
  const kept = present.filter((entry) => !wanted.some((condition) => condition.type === text(entry['type'])));
  const next = wanted.map((condition) => {
    const known = present.find((entry) => text(entry['type']) === condition.type);
    const since = known !== undefined && known['status'] === condition.status ? text(known['lastTransitionTime']) : '';
    return { lastTransitionTime: since || timestamp(now), ...condition };
  });
  return [...kept, ...next];
};
