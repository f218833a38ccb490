/** One writer at a time for each key; others wait in order of arrival. */
export interface Locks {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export const createLocks = (): Locks => {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async run(key, work) {
      const before = tails.get(key);
      const mine = (before ?? Promise.resolve()).then(work, work);
      const tail = mine.catch(() => undefined);
      tails.set(key, tail);
      try {
        return await mine;
      } finally {
        if (tails.get(key) === tail) tails.delete(key);
      }
    },
  };
};
