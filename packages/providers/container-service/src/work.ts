/** Work on one cluster happens one after the other, whatever its requests say: a deletion waits for the creation. */
export interface ClusterWork {
  run(uid: string, work: () => Promise<void>): Promise<void>;
}

export const createClusterWork = (): ClusterWork => {
  const tails = new Map<string, Promise<void>>();
  return {
    async run(uid, work) {
      const mine = (tails.get(uid) ?? Promise.resolve()).then(work);
      const tail = mine.catch(() => undefined);
      tails.set(uid, tail);
      try {
        await mine;
      } finally {
        if (tails.get(uid) === tail) tails.delete(uid);
      }
    },
  };
};
