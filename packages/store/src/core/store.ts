import { KernelError } from '@podpass/kernel';
import type { KeyValue, Store } from '../types.ts';
import type { Change } from './evaluate.ts';
import { createHistory, type Recorded } from './history.ts';
import { range } from './range.ts';
import { slice, sizeOf } from './tree.ts';
import { validate } from './validate.ts';
import { createWatchers } from './watchers.ts';
import { createWriter } from './writer.ts';

/** What a driver adds to the core: where changes are kept. */
export interface Log {
  /** Makes changes durable, all or nothing. */
  append(changes: readonly Change[]): void;
  /** Notes that history up to `revision` is forgotten; cheap. */
  forget(revision: number): void;
  /** Frees the space of what was forgotten, in small steps. */
  sweep(): Promise<void>;
  close(): void;
}

export interface CoreOptions {
  /** What the log held; nothing when absent. */
  readonly recorded?: Recorded;
  readonly log: Log;
  readonly schedule: (flush: () => void) => void;
  readonly report: (message: string) => void;
}

const empty = { revision: 0, root: undefined };
const nothing: Recorded = { base: empty, steps: [], present: empty };

/** The multi-version core that all in-process drivers share: reads and watches from memory, writes through a log. */
export const createStore = ({ recorded = nothing, log, schedule, report }: CoreOptions): Store => {
  const history = createHistory(recorded);
  const { root } = history.present;
  const current = new Map<string, KeyValue>(slice(root, 0, sizeOf(root)).map((item) => [item.key, item]));
  const watchers = createWatchers(report);
  let closed = false;
  const assertOpen = (): void => {
    if (closed) throw new KernelError('closed', 'The store is closed.');
  };
  const publish = (change: Change): void => {
    history.push(change);
    for (const { key, value } of change.events) {
      if (value === undefined) current.delete(key);
      else current.set(key, value);
    }
    watchers.deliver(change);
  };
  const writer = createWriter({ present: () => history.present, append: (batch) => log.append(batch), publish, schedule });
  return {
    async get(key) {
      assertOpen();
      return current.get(key);
    },
    async list(prefix, options = {}) {
      assertOpen();
      const version = options.revision === undefined ? history.present : history.at(options.revision);
      return range(version, prefix, options);
    },
    async txn(transaction) {
      assertOpen();
      return writer.submit(validate(transaction));
    },
    watch(prefix, { from = history.present.revision }, listener) {
      assertOpen();
      return watchers.add(prefix, { from, changes: history.since(from) }, listener);
    },
    async compact(revision) {
      assertOpen();
      if (revision <= history.oldest.revision && revision >= 0) return;
      history.at(revision);
      log.forget(revision);
      history.forget(revision);
      await log.sweep();
    },
    get revision() {
      return history.present.revision;
    },
    get compactedRevision() {
      return history.oldest.revision;
    },
    async close() {
      if (closed) return;
      closed = true;
      writer.drain();
      watchers.clear();
      log.close();
    },
  };
};
