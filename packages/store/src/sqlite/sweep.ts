import type { DatabaseSync } from 'node:sqlite';
import { atomically, numberOf, stride } from './schema.ts';

/** Rows looked at in one step; a step takes a few milliseconds. */
const stepRows = 500;

/** Pages given back to the file system in one step. */
const stepPages = 256;

export interface Sweeper {
  /**
   * Removes some rows that the compaction made superfluous: those superseded by a row at or before the compacted
   * revision, and tombstones there. Returns whether there is more to do.
   */
  step(): boolean;
}

/** The cursor is stored with each step, so that a sweep goes on where a crash ended it. */
export const createSweeper = (database: DatabaseSync): Sweeper => {
  const next = database.prepare('SELECT id, name, deleted, previous FROM log WHERE id >= ? AND id < ? ORDER BY id LIMIT ?');
  const removeSuperseded = database.prepare('DELETE FROM log WHERE id >= ? AND id < ? AND name = ?');
  const removeOne = database.prepare('DELETE FROM log WHERE id = ?');
  const advanceTo = database.prepare(`UPDATE progress SET revision = ? WHERE name = 'swept'`);
  /** The id of the first row not looked at yet, within a revision that a step ended in. */
  let cursor = 0;
  const removeRows = (): boolean => {
    const target = numberOf(database, `SELECT revision FROM progress WHERE name = 'compacted'`);
    const swept = numberOf(database, `SELECT revision FROM progress WHERE name = 'swept'`);
    if (swept >= target) return false;
    const rows = next.all(Math.max(cursor, (swept + 1) * stride), (target + 1) * stride, stepRows);
    for (const { id, name, deleted, previous } of rows) {
      const superseded = Number(previous) * stride;
      if (superseded > 0) removeSuperseded.run(superseded, superseded + stride, String(name));
      if (deleted === 1) removeOne.run(Number(id));
      cursor = Number(id) + 1;
    }
    const done = rows.length < stepRows;
    advanceTo.run(done ? target : Math.floor((cursor - 1) / stride) - 1);
    return !done;
  };
  return {
    step() {
      if (atomically(database, removeRows)) return true;
      const free = numberOf(database, 'PRAGMA freelist_count');
      database.exec(`PRAGMA incremental_vacuum(${stepPages})`);
      const left = numberOf(database, 'PRAGMA freelist_count');
      return left > stepPages && left < free;
    },
  };
};
