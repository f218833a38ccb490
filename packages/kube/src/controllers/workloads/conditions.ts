import { objects, text, timestamp } from '../../object/read.ts';
import type { Fields } from '../../object/types.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

export const conditionOf = (conditions: unknown, type: string): Fields | undefined =>
  objects(conditions).find((condition) => text(condition['type']) === type);

export const withoutCondition = (conditions: unknown, type: string): readonly Fields[] =>
  objects(conditions).filter((condition) => text(condition['type']) !== type);

/**
 * The conditions with one of them set; an equal one (status and reason) stays as it is. The transition time moves only with the status.
 * `updates`: the kind of object also has `lastUpdateTime`. `now` is in milliseconds.
 */
export const setCondition = (conditions: unknown, wanted: Condition, options: { now: number; updates: boolean }): readonly Fields[] => {
  const before = conditionOf(conditions, wanted.type);
  if (before !== undefined && before['status'] === wanted.status && before['reason'] === wanted.reason) return objects(conditions);
  return replaceCondition(conditions, wanted, options);
};

/** As `setCondition`, but the condition is written anew even when it is equal: its update time shows progress. */
export const replaceCondition = (conditions: unknown, wanted: Condition, options: { now: number; updates: boolean }): readonly Fields[] => {
  const before = conditionOf(conditions, wanted.type);
  const time = timestamp(options.now);
  const since = before !== undefined && before['status'] === wanted.status ? before['lastTransitionTime'] : time;
  const next: Fields = { ...wanted, ...(options.updates ? { lastUpdateTime: time } : {}), lastTransitionTime: since };
  return [...withoutCondition(conditions, wanted.type), next];
};
