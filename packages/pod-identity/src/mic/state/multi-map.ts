/** Sets by key; empty sets are not kept. */
export interface MultiMap<V> {
  add(key: string, value: V): void;
  delete(key: string, value: V): void;
  get(key: string): ReadonlySet<V>;
  readonly size: number;
}

const nothing: ReadonlySet<never> = new Set<never>();

export const createMultiMap = <V>(): MultiMap<V> => {
  const sets = new Map<string, Set<V>>();
  return {
    add(key, value) {
      const set = sets.get(key);
      if (set === undefined) sets.set(key, new Set([value]));
      else set.add(value);
    },
    delete(key, value) {
      const set = sets.get(key);
      if (set?.delete(value) === true && set.size === 0) sets.delete(key);
    },
    get: (key) => sets.get(key) ?? nothing,
    get size() {
      return sets.size;
    },
  };
};
