import type { Item } from './collection.ts';

/** The keys under which a value is found: one, several, or none when undefined. */
export type IndexKeys<T> = (value: T, id: string) => string | readonly string[] | undefined;

/** The values filed under a key, in no particular order. The array is shared: never change it. */
export type Lookup<T> = (key: string) => readonly T[];

export interface MirrorIndex<T> {
  readonly lookup: Lookup<T>;
  change(previous: Item<T> | undefined, next: Item<T> | undefined): void;
}

interface Bucket<T> {
  readonly values: Map<string, T>;
  /** Built upon the first look-up after a change, so that look-ups do not copy. */
  list: readonly T[] | undefined;
}

const none: readonly never[] = Object.freeze([]);

export const createMirrorIndex = <T>(keysOf: IndexKeys<T>): MirrorIndex<T> => {
  const buckets = new Map<string, Bucket<T>>();
  /** The keys an item was filed under: `keysOf` is asked once per value, so removal cannot miss. */
  const filed = new Map<string, readonly string[]>();
  const removeItem = (id: string): void => {
    for (const key of filed.get(id) ?? []) {
      const bucket = buckets.get(key);
      if (bucket === undefined) continue;
      bucket.values.delete(id);
      bucket.list = undefined;
      if (bucket.values.size === 0) buckets.delete(key);
    }
    filed.delete(id);
  };
  const addItem = ({ id, value }: Item<T>): void => {
    const found = keysOf(value, id);
    if (found === undefined) return;
    const keys = typeof found === 'string' ? [found] : [...found];
    for (const key of keys) {
      const bucket = buckets.get(key) ?? { values: new Map<string, T>(), list: undefined };
      buckets.set(key, bucket);
      bucket.values.set(id, value);
      bucket.list = undefined;
    }
    filed.set(id, keys);
  };
  return {
    lookup(key) {
      const bucket = buckets.get(key);
      if (bucket === undefined) return none;
      bucket.list ??= [...bucket.values.values()];
      return bucket.list;
    },
    change(previous, next) {
      if (previous !== undefined) removeItem(previous.id);
      if (next !== undefined) addItem(next);
    },
  };
};
