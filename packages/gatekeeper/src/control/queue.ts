import { messageOf } from '@podpass/kernel';
import { pause } from '@podpass/kube-client';
import type { Logger } from '@podpass/telemetry';
import { times } from '../wire.ts';

export interface Queue {
  /** Asks for the work to be done for a key; several requests before it begins are one. */
  add(key: string): void;
  /** Settles when nothing waits and nothing runs, retries of failures aside. */
  idle(): Promise<void>;
  /** Keys whose last attempt failed. */
  failing(): number;
}

/** Does one thing at a time; what fails is tried again later, and stops nothing else. */
export const createQueue = (options: { work: (key: string) => Promise<void>; log: Logger; signal: AbortSignal }): Queue => {
  const { work, log, signal } = options;
  const waiting = new Set<string>();
  const failed = new Set<string>();
  let running: Promise<void> | undefined;

  const later = async (key: string) => {
    await pause(times.retry, signal);
    if (failed.has(key)) add(key);
  };
  const run = async () => {
    for (const key of waiting) {
      if (signal.aborted) return;
      waiting.delete(key);
      try {
        await work(key);
        failed.delete(key);
      } catch (thrown) {
        if (signal.aborted) return;
        failed.add(key);
        log.warn({ key, error: messageOf(thrown) }, 'a constraint template could not be brought into force; it is tried again');
        void later(key);
      }
    }
  };
  const add = (key: string) => {
    if (signal.aborted) return;
    waiting.add(key);
    running ??= run().finally(() => {
      running = undefined;
      if (waiting.size > 0 && !signal.aborted) add([...waiting][0] ?? key);
    });
  };
  return {
    add,
    async idle() {
      while (running !== undefined) await running;
    },
    failing: () => failed.size,
  };
};
