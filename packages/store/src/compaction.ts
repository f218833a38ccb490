import { messageOf } from '@podpass/kernel';
import type { Store } from './types.ts';

export interface CompactionOptions {
  readonly store: Store;
  /** Revisions that always stay readable; 1000 when absent, and never fewer (kine's default, which clients page within). */
  readonly keep?: number;
  /** Revisions beyond which history is forgotten even if it is young, so that bursts do not fill the memory; 20 000 when absent. */
  readonly most?: number;
  /** Milliseconds of machine time between two compactions; 60 000 when absent. */
  readonly every?: number;
  /** Told when a compaction fails; the next one tries again. A process warning when absent. */
  readonly log?: (message: string) => void;
}

export interface Compaction {
  /** Compacts once, now. */
  run(): Promise<void>;
  /** Stops; resolves when a compaction under way has ended. */
  close(): Promise<void>;
}

const leastKept = 1000;

/**
 * Compacts regularly, to the revision that was present at the run before: history stays readable for at least one
 * period, unless more than `most` revisions came. Does not keep the process alive.
 */
export const startCompaction = ({
  store,
  keep = leastKept,
  most = 20_000,
  every = 60_000,
  log = (message) => process.emitWarning(message),
}: CompactionOptions): Compaction => {
  const kept = Math.max(keep, leastKept);
  const capped = Math.max(most, kept);
  let before = store.revision;
  let running: Promise<void> = Promise.resolve();
  const compactOnce = async (): Promise<void> => {
    const { revision } = store;
    const target = Math.max(Math.min(before, revision - kept), revision - capped);
    before = revision;
    if (target > store.compactedRevision) await store.compact(target);
  };
  const run = (): Promise<void> => {
    const next = running.then(compactOnce);
    running = next.catch(() => undefined);
    return next;
  };
  const timer = setInterval(() => {
    run().catch((thrown: unknown) => log(`Compaction failed: ${messageOf(thrown)}`));
  }, every);
  timer.unref();
  return {
    run,
    async close() {
      clearInterval(timer);
      await running;
    },
  };
};
