import type { DatabaseSync } from 'node:sqlite';
import type { Step, Version } from '../core/evaluate.ts';
import type { Recorded } from '../core/history.ts';
import { compareKeys } from '../core/order.ts';
import { fromSorted } from '../core/tree.ts';
import type { KeyValue, WatchEvent } from '../types.ts';
import { corrupt } from './errors.ts';
import { createPacking } from './packing.ts';
import { numberOf, stride } from './schema.ts';

interface Row {
  readonly revision: number;
  readonly key: string;
  /** Undefined for a deletion. */
  readonly value: KeyValue | undefined;
}

const rowOf = (raw: Record<string, unknown>, packed: (value: Uint8Array) => Uint8Array): Row => {
  const revision = Math.floor(Number(raw['id']) / stride);
  const key = String(raw['name']);
  if (raw['deleted'] === 1) return { revision, key, value: undefined };
  const value = raw['value'] instanceof Uint8Array ? packed(raw['value']) : new Uint8Array();
  return {
    revision,
    key,
    value: { key, value, createRevision: Number(raw['created']), modRevision: revision, version: Number(raw['version']) },
  };
};

/** Applies a row to what lives, and tells what it changed. */
const eventOf = ({ key, revision, value }: Row, live: Map<string, KeyValue>): WatchEvent => {
  const previous = live.get(key);
  if (value === undefined) live.delete(key);
  // The same text for all: the log brings each key anew with each of its rows.
  else live.set(key, previous === undefined ? value : { ...value, key: previous.key });
  return { type: value === undefined ? 'delete' : 'put', key: previous?.key ?? key, revision, value: live.get(key), previous };
};

const stepsOf = (rows: Iterable<Row>, live: Map<string, KeyValue>, { base, file }: { base: number; file: string }): Step[] => {
  const steps: { revision: number; events: WatchEvent[] }[] = [];
  for (const row of rows) {
    const last = steps.at(-1);
    const expected = (last?.revision ?? base) + 1;
    if (last?.revision === row.revision) last.events.push(eventOf(row, live));
    else if (row.revision === expected) steps.push({ revision: expected, events: [eventOf(row, live)] });
    else throw corrupt(file, `its revision ${expected} is missing`);
  }
  return steps;
};

function* read(database: DatabaseSync, condition: string, bound: number): Generator<Row> {
  const select = database.prepare(`SELECT id, name, deleted, created, version, value FROM log WHERE ${condition} ORDER BY id`);
  const packed = createPacking();
  for (const raw of select.iterate(bound)) yield rowOf(raw, packed);
}

const versionOf = (revision: number, live: ReadonlyMap<string, KeyValue>): Version => ({
  revision,
  root: fromSorted([...live.values()].toSorted((left, right) => compareKeys(left.key, right.key))),
});

/** Reads the log: up to the compacted revision only the newest row of each key counts, after it every one. */
export const load = (database: DatabaseSync, file: string): Recorded => {
  const revision = numberOf(database, `SELECT revision FROM progress WHERE name = 'compacted'`);
  if (!Number.isSafeInteger(revision)) throw corrupt(file, 'its compacted revision is missing');
  const bound = (revision + 1) * stride;
  const live = new Map<string, KeyValue>();
  for (const { key, value } of read(database, 'id < ?', bound)) {
    if (value === undefined) live.delete(key);
    else live.set(key, value);
  }
  const base = versionOf(revision, live);
  const steps = stepsOf(read(database, 'id >= ?', bound), live, { base: revision, file });
  const last = steps.at(-1);
  return { base, steps, present: last === undefined ? base : versionOf(last.revision, live) };
};
