import { isKernelError } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';
import { StatusError } from '../errors.ts';

/** Works off keys; a key that is added while it waits is worked off once, and never twice at the same time. */
export interface Worker {
  add(key: string): void;
  /** Adds the key in so many milliseconds; an earlier such request for it is kept only if it comes sooner. */
  addAfter(key: string, delay: number): void;
  close(): void;
}

const firstDelay = 20;
const longestDelay = 30_000;
/** The longest delay that a timer of Node takes. */
const longestTimer = 2 ** 31 - 1;

/** Races with other writers are ordinary: the next attempt sees the new state. */
const ordinary = (thrown: unknown) =>
  (thrown instanceof StatusError && ['Conflict', 'NotFound', 'AlreadyExists'].includes(thrown.reason)) || isKernelError(thrown, 'closed');

/** A refusal by admission or validation is the user's to solve; it was said in an event. */
const refused = (thrown: unknown) => thrown instanceof StatusError && thrown.code < 500;

/** Creates a worker. A key whose handling fails comes back after a growing delay. */
export const createWorker = (options: {
  readonly name: string;
  readonly log: Logger;
  readonly handle: (key: string) => Promise<void>;
  /** Keys that are handled at the same time; default 1. */
  readonly concurrency?: number;
}): Worker => {
  const { name, log, handle, concurrency = 1 } = options;
  const waiting = new Set<string>();
  const active = new Set<string>();
  const failures = new Map<string, number>();
  const timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly due: number }>();
  let closed = false;
  const addAfter = (key: string, delay: number) => {
    if (closed) return;
    const due = performance.now() + delay;
    const before = timers.get(key);
    if (before !== undefined && before.due <= due) return;
    clearTimeout(before?.timer);
    const timer = setTimeout(
      () => {
        timers.delete(key);
        add(key);
      },
      Math.min(Math.max(delay, 0), longestTimer),
    );
    timer.unref();
    timers.set(key, { timer, due });
  };
  const retry = (key: string) => {
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    addAfter(key, Math.min(firstDelay * 2 ** (count - 1), longestDelay));
  };
  const attempt = async (key: string) => {
    try {
      await handle(key);
      failures.delete(key);
    } catch (thrown) {
      if (closed) return;
      if (refused(thrown)) log.debug({ controller: name, key, err: thrown }, 'refused');
      else if (!ordinary(thrown)) log.error({ controller: name, key, err: thrown }, 'controller failed');
      retry(key);
    }
  };
  /** The next key that nobody works on. */
  const next = (): string | undefined => {
    for (const key of waiting) if (!active.has(key)) return key;
    return undefined;
  };
  const run = async () => {
    if (active.size >= concurrency) return;
    for (let key = next(); key !== undefined && !closed; key = next()) {
      waiting.delete(key);
      active.add(key);
      await attempt(key);
      active.delete(key);
    }
  };
  const add = (key: string) => {
    if (closed) return;
    waiting.add(key);
    // Begun in a later turn, so that whoever wrote is answered first.
    setImmediate(() => void run());
  };
  return {
    add,
    addAfter,
    close() {
      closed = true;
      waiting.clear();
      for (const { timer } of timers.values()) clearTimeout(timer);
    },
  };
};
