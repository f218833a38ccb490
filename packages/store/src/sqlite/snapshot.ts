import { existsSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { KernelError } from '@podpass/kernel';
import type { KeyValue, Store } from '../types.ts';
import { openDatabase } from './database.ts';
import { translate } from './errors.ts';
import { createRowWriter } from './rows.ts';
import { atomically } from './schema.ts';

/** Rows written before other work gets its turn. */
const stepRows = 500;

/** The key-values with their place among those that the same transaction wrote. */
function* placed(items: readonly KeyValue[]): Generator<[KeyValue, number]> {
  const next = new Map<number, number>();
  for (const item of items) {
    const position = next.get(item.modRevision) ?? 0;
    next.set(item.modRevision, position + 1);
    yield [item, position];
  }
}

const write = async (database: DatabaseSync, items: readonly KeyValue[]): Promise<void> => {
  const rows = createRowWriter(database);
  const all = [...placed(items)];
  for (let at = 0; at < all.length; at += stepRows) {
    atomically(database, () => {
      for (const [item, position] of all.slice(at, at + stepRows)) rows.keyValue(item, position);
    });
    await nextTurn();
  }
};

/**
 * Writes the present state of any store, without its history, to a new file that `openSqliteStore` opens; keys keep
 * their revisions and versions. Works beside writers and shows one revision, which it returns. The file appears only
 * when it is complete. Throws `conflict` when it exists already, `unavailable` when it cannot be written.
 */
export const saveSnapshot = async (store: Store, file: string): Promise<number> => {
  if (existsSync(file)) throw new KernelError('conflict', `The file ${file} exists already.`);
  const { items, revision } = await store.list('');
  const partial = `${file}.partial`;
  const clean = () => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(partial + suffix, { force: true });
  };
  clean();
  const database = openDatabase(partial, 'full');
  try {
    await write(database, items);
    database.exec(`UPDATE progress SET revision = ${revision}`);
    database.close();
    renameSync(partial, file);
  } catch (thrown) {
    if (database.isOpen) database.close();
    clean();
    throw translate(file, thrown);
  }
  return revision;
};
