import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '../core/store.ts';
import { translate } from './errors.ts';
import { createRowWriter } from './rows.ts';
import { atomically } from './schema.ts';
import { createSweeper } from './sweep.ts';

/** The durable log: one SQLite transaction per batch of changes. */
export const createSqliteLog = (database: DatabaseSync, file: string): Log => {
  const rows = createRowWriter(database);
  const sweeper = createSweeper(database);
  const setCompacted = database.prepare(`UPDATE progress SET revision = ? WHERE name = 'compacted'`);
  let sweeping: Promise<void> = Promise.resolve();
  const attempt = <R>(work: () => R): R => {
    try {
      return work();
    } catch (thrown) {
      throw translate(file, thrown);
    }
  };
  const sweepAll = async (): Promise<void> => {
    while (database.isOpen && attempt(() => sweeper.step())) await nextTurn();
  };
  return {
    append: (changes) =>
      attempt(() =>
        atomically(database, () => {
          for (const { events } of changes) for (const [position, event] of events.entries()) rows.event(event, position);
        }),
      ),
    forget: (revision) => attempt(() => void setCompacted.run(revision)),
    sweep() {
      const next = sweeping.then(sweepAll);
      sweeping = next.catch(() => undefined);
      return next;
    },
    close: () => attempt(() => database.close()),
  };
};
