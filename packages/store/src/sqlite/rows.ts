import type { DatabaseSync } from 'node:sqlite';
import type { KeyValue, WatchEvent } from '../types.ts';
import { stride } from './schema.ts';

export interface RowWriter {
  /** Adds the row of one event; `position` is its place in its transaction. */
  event(event: WatchEvent, position: number): void;
  /** Adds a row for a key-value without history. */
  keyValue(keyValue: KeyValue, position: number): void;
}

export const createRowWriter = (database: DatabaseSync): RowWriter => {
  const insert = database.prepare('INSERT INTO log (id, name, deleted, created, version, previous, value) VALUES (?, ?, ?, ?, ?, ?, ?)');
  return {
    event({ key, revision, value, previous }, position) {
      const id = revision * stride + position;
      const superseded = previous?.modRevision ?? 0;
      if (value === undefined) insert.run(id, key, 1, 0, 0, superseded, null);
      else insert.run(id, key, 0, value.createRevision, value.version, superseded, value.value);
    },
    keyValue({ key, value, createRevision, modRevision, version }, position) {
      insert.run(modRevision * stride + position, key, 0, createRevision, version, 0, value);
    },
  };
};
