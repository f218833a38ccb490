/** The keys under which a value is found: one, several, or none when undefined. Depends on nothing but its arguments: it is asked again when the value goes. */
export type IndexKeys<T> = (value: T, id: string) => string | readonly string[] | undefined;

/** The values filed under a key, in the order of their store keys. The array is shared: never change it. */
export type Lookup<T> = (key: string) => readonly T[];

/** What is filed: a value, its id, and the store key under which `resolve` finds it again. */
export interface Filed<T> {
  readonly storeKey: string;
  readonly id: string;
  readonly value: T;
}

export interface MirrorIndex<T> {
  readonly lookup: Lookup<T>;
  add(filed: Filed<T>): void;
  remove(filed: Filed<T>): void;
}

const none: readonly never[] = Object.freeze([]);

/** Lists that are kept; of what is looked up, only the most recent first look-ups stay at hand. */
const keptLists = 8192;

/**
 * Files store keys, not values, and a lone key without any container: most keys of most indexes have one value, and there may be
 * hundreds of thousands. Lists are made upon the first look-up after a change, so that look-ups do not copy.
 */
export const createMirrorIndex = <T>(keysOf: IndexKeys<T>, resolve: (storeKey: string) => T | undefined): MirrorIndex<T> => {
  const buckets = new Map<string, string | Set<string>>();
  const lists = new Map<string, readonly T[]>();
  const keysFor = ({ value, id }: Filed<T>): readonly string[] => {
    const keys = keysOf(value, id);
    return keys === undefined ? none : typeof keys === 'string' ? [keys] : keys;
  };
  const listOf = (bucket: string | Set<string>): readonly T[] => {
    const storeKeys = typeof bucket === 'string' ? [bucket] : [...bucket].toSorted();
    return storeKeys.map(resolve).filter((value) => value !== undefined);
  };
  return {
    lookup(key) {
      const known = lists.get(key);
      if (known !== undefined) return known;
      const bucket = buckets.get(key);
      if (bucket === undefined) return none;
      const list = listOf(bucket);
      const [oldest] = lists.size >= keptLists ? lists.keys() : [];
      if (oldest !== undefined) lists.delete(oldest);
      lists.set(key, list);
      return list;
    },
    add(filed) {
      const { storeKey } = filed;
      for (const key of keysFor(filed)) {
        const bucket = buckets.get(key);
        if (bucket === undefined) buckets.set(key, storeKey);
        else if (typeof bucket !== 'string') bucket.add(storeKey);
        else if (bucket !== storeKey) buckets.set(key, new Set([bucket, storeKey]));
        lists.delete(key);
      }
    },
    remove(filed) {
      const { storeKey } = filed;
      for (const key of keysFor(filed)) {
        const bucket = buckets.get(key);
        if (bucket === storeKey) buckets.delete(key);
        else if (typeof bucket === 'object' && bucket.delete(storeKey) && bucket.size === 0) buckets.delete(key);
        lists.delete(key);
      }
    },
  };
};
