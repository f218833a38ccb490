/** Requests that wait for something to happen to their pod. */
export interface Waiters {
  /** Resolves when the key is woken, everything is woken, or `milliseconds` of machine time are over. */
  wait(key: string, milliseconds: number): Promise<void>;
  wake(key: string): void;
  wakeAll(): void;
}

export const createWaiters = (): Waiters => {
  const waiting = new Map<string, Set<() => void>>();

  const wake = (key: string): void => {
    const resolvers = waiting.get(key);
    if (resolvers === undefined) return;
    waiting.delete(key);
    for (const resolve of resolvers) resolve();
  };

  return {
    wait: (key, milliseconds) =>
      new Promise((resolve) => {
        const resolvers = waiting.get(key) ?? new Set();
        waiting.set(key, resolvers);
        const finish = (): void => {
          clearTimeout(timer);
          resolvers.delete(finish);
          if (resolvers.size === 0 && waiting.get(key) === resolvers) waiting.delete(key);
          resolve();
        };
        const timer = setTimeout(finish, Math.max(milliseconds, 1)).unref();
        resolvers.add(finish);
      }),
    wake,
    wakeAll() {
      for (const key of waiting.keys()) wake(key);
    },
  };
};
