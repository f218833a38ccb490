import { AadstsError } from '../errors.ts';

/** Runs work that is slow on purpose: the hashes of passwords and client secrets. */
export type SlowHashes = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * A few hashes at once and a bounded number in waiting: each takes 32 MiB and a thread of the pool that also signs tokens, so without a bound a flood of
 * wrong passwords for many names would stop every exchange. Throws AADSTS90033 when too many wait; the work has not begun then.
 */
export const createSlowHashes = (limits: { readonly atOnce: number; readonly waiting: number }): SlowHashes => {
  const queue: (() => void)[] = [];
  let running = 0;
  const enter = async (): Promise<void> => {
    if (running < limits.atOnce) {
      running += 1;
      return;
    }
    if (queue.length >= limits.waiting) throw new AadstsError(90033);
    // The place of the one that leaves goes to the first in the queue, and is never free in between.
    const { promise, resolve } = Promise.withResolvers<void>();
    queue.push(resolve);
    await promise;
  };
  const leave = (): void => {
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  };
  return async (work) => {
    await enter();
    try {
      return await work();
    } finally {
      leave();
    }
  };
};
