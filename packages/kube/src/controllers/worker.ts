import { isKernelError } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';
import { StatusError } from '../errors.ts';

/** Works off keys one after the other; a key that is added while it waits is worked off once. */
export interface Worker {
  add(key: string): void;
  close(): void;
}

const firstDelay = 20;
const longestDelay = 30_000;

/** Races with other writers are ordinary: the next attempt sees the new state. */
const ordinary = (thrown: unknown) =>
  (thrown instanceof StatusError && ['Conflict', 'NotFound', 'AlreadyExists'].includes(thrown.reason)) || isKernelError(thrown, 'closed');

/** Creates a worker. A key whose handling fails comes back after a growing delay. */
export const createWorker = (options: {
  readonly name: string;
  readonly log: Logger;
  readonly handle: (key: string) => Promise<void>;
}): Worker => {
  const { name, log, handle } = options;
  const waiting = new Set<string>();
  const failures = new Map<string, number>();
  const timers = new Set<NodeJS.Timeout>();
  let running = false;
  let closed = false;
  const retry = (key: string) => {
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        add(key);
      },
      Math.min(firstDelay * 2 ** (count - 1), longestDelay),
    );
    timer.unref();
    timers.add(timer);
  };
  const run = async () => {
    if (running) return;
    running = true;
    for (const key of waiting) {
      if (closed) break;
      waiting.delete(key);
      try {
        await handle(key);
        failures.delete(key);
      } catch (thrown) {
        if (closed) break;
        if (!ordinary(thrown)) log.error({ controller: name, key, err: thrown }, 'controller failed');
        retry(key);
      }
    }
    running = false;
  };
  const add = (key: string) => {
    if (closed) return;
    waiting.add(key);
    // Begun in a later turn, so that whoever wrote is answered first.
    setImmediate(() => void run());
  };
  return {
    add,
    close() {
      closed = true;
      waiting.clear();
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
