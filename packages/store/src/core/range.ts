import { KernelError } from '@podpass/kernel';
import type { ListOptions, ListResult } from '../types.ts';
import type { Version } from './evaluate.ts';
import { compareKeys } from './order.ts';
import { countWhile, slice } from './tree.ts';

/** Reads one page of a prefix out of a version, in O(log n + page). */
export const range = (version: Version, prefix: string, { limit, after }: ListOptions): ListResult => {
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 0)) {
    throw new KernelError('invalid', 'A limit must be a whole number, 0 or more.');
  }
  const { root, revision } = version;
  const start = countWhile(root, (key) => compareKeys(key, prefix) < 0 || (after !== undefined && compareKeys(key, after) <= 0));
  const end = Math.max(
    start,
    countWhile(root, (key) => key.startsWith(prefix) || compareKeys(key, prefix) < 0),
  );
  const stop = limit === undefined ? end : Math.min(end, start + limit);
  return { items: slice(root, start, stop), revision, remaining: end - stop };
};
