import type { DatabaseSync } from 'node:sqlite';
import { advance, type Change, type Version } from '../core/evaluate.ts';
import { compareKeys } from '../core/order.ts';
import { find, fromSorted } from '../core/tree.ts';
import type { KeyValue, WatchEvent } from '../types.ts';
import { corrupt } from './errors.ts';
import { numberOf, stride } from './schema.ts';

interface Row {
  readonly revision: number;
  readonly key: string;
  /** Undefined for a deletion. */
  readonly value: KeyValue | undefined;
}

const rowOf = (raw: Record<string, unknown>): Row => {
  const revision = Math.floor(Number(raw['id']) / stride);
  const key = String(raw['name']);
  if (raw['deleted'] === 1) return { revision, key, value: undefined };
  const value = raw['value'] instanceof Uint8Array ? raw['value'] : new Uint8Array();
  return {
    revision,
    key,
    value: { key, value, createRevision: Number(raw['created']), modRevision: revision, version: Number(raw['version']) },
  };
};

const eventOf = ({ key, revision, value }: Row, version: Version): WatchEvent => ({
  type: value === undefined ? 'delete' : 'put',
  key,
  revision,
  value,
  previous: find(version.root, key),
});

function* changesOf(rows: Iterable<Row>, base: Version, file: string): Generator<Change> {
  let version = base;
  let events: WatchEvent[] = [];
  for (const row of rows) {
    if (events.length > 0 && row.revision !== version.revision + 1) {
      const change = advance(version, events, version.revision + 1);
      yield change;
      version = change;
      events = [];
    }
    if (row.revision !== version.revision + 1) throw corrupt(file, `its revision ${version.revision + 1} is missing`);
    events.push(eventOf(row, version));
  }
  if (events.length > 0) yield advance(version, events, version.revision + 1);
}

function* read(database: DatabaseSync, condition: string, bound: number): Generator<Row> {
  const select = database.prepare(`SELECT id, name, deleted, created, version, value FROM log WHERE ${condition} ORDER BY id`);
  for (const raw of select.iterate(bound)) yield rowOf(raw);
}

export interface Loaded {
  /** The state at the compacted revision. */
  readonly base: Version;
  /** All changes since. */
  readonly changes: readonly Change[];
}

/** Replays the log: up to the compacted revision only the newest row of each key counts, after it every one. */
export const load = (database: DatabaseSync, file: string): Loaded => {
  const revision = numberOf(database, `SELECT revision FROM progress WHERE name = 'compacted'`);
  if (!Number.isSafeInteger(revision)) throw corrupt(file, 'its compacted revision is missing');
  const bound = (revision + 1) * stride;
  const live = new Map<string, KeyValue>();
  for (const { key, value } of read(database, 'id < ?', bound)) {
    if (value === undefined) live.delete(key);
    else live.set(key, value);
  }
  const entries = [...live.values()].toSorted((left, right) => compareKeys(left.key, right.key));
  const base = { revision, root: fromSorted(entries) };
  return { base, changes: [...changesOf(read(database, 'id >= ?', bound), base, file)] };
};
