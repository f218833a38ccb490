import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { put, remove, write } from '../testing/builders.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import type { Store } from '../types.ts';
import { openDatabase } from './database.ts';
import { storeOn } from './open.ts';
import { atomically, numberOf } from './schema.ts';
import { createSweeper } from './sweep.ts';

let file: string;
let database: DatabaseSync;
let store: Store;

const rows = (): number => numberOf(database, 'SELECT count(*) FROM log');
const thousand = (text: string) => Array.from({ length: 1000 }, (_, at) => put(`k${at}`, text));

beforeEach(() => {
  const folder = temporaryFolder();
  file = join(folder.path, 'store.db');
  database = openDatabase(file, 'relaxed');
  store = storeOn(database, file, () => undefined);
  onTestFinished(async () => {
    await store.close();
    folder.remove();
  });
});

describe('sweep', () => {
  it('removes no row that the compacted revision shows', async () => {
    await write(store, put('a', '1'), put('b', '1'));
    await write(store, put('a', '2'));
    await store.compact(1);
    expect(rows()).toBe(3);
  });

  it('leaves one row for each live key and none for deleted ones', async () => {
    await write(store, ...thousand('1'));
    await write(store, ...thousand('2'));
    await write(store, remove('k1'), remove('k2'));
    await write(store, put('k2', 'again'));
    await store.compact(4);
    expect(rows()).toBe(999);
  });

  it('goes on in small steps where it was interrupted', async () => {
    await write(store, ...thousand('1'));
    await write(store, ...thousand('2'));
    database.exec(`UPDATE progress SET revision = 2 WHERE name = 'compacted'`);
    const interrupted = createSweeper(database);
    const counts = [interrupted, interrupted, interrupted].map((sweeper) => [sweeper.step(), rows()]);
    expect(counts).toEqual([
      [true, 2000],
      [true, 2000],
      [true, 1500],
    ]);
    const resumed = createSweeper(database);
    while (resumed.step());
    expect(rows()).toBe(1000);
  });

  it('gives the space of what was deleted back to the file system', async () => {
    await write(store, ...thousand('x'.repeat(5000)));
    await write(store, ...Array.from({ length: 1000 }, (_, at) => remove(`k${at}`)));
    await store.compact(2);
    expect([rows(), store.revision]).toEqual([0, 2]);
    await store.close();
    expect(statSync(file).size).toBeLessThan(2_000_000);
  });
});

describe('a transaction of the file', () => {
  it('leaves nothing behind when its work throws, and the next one works', () => {
    const failing = () =>
      atomically(database, () => {
        database.exec(`UPDATE progress SET revision = 9`);
        throw new Error('stop');
      });
    expect(failing).toThrow('stop');
    expect(atomically(database, () => numberOf(database, 'SELECT sum(revision) FROM progress'))).toBe(0);
  });
});
