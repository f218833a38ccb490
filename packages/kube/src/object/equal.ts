import { isObject } from '@podpass/kernel';

/** Whether two JSON values are the same; the order of members does not matter, `undefined` members count as absent. */
export const sameJson = (left: unknown, right: unknown): boolean => {
  if (left === right) return true;
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((entry, index) => sameJson(entry, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const present = (value: Record<string, unknown>) => Object.keys(value).filter((key) => value[key] !== undefined);
  const keys = present(left);
  return keys.length === present(right).length && keys.every((key) => right[key] !== undefined && sameJson(left[key], right[key]));
};
