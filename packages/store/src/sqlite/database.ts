import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { translate } from './errors.ts';
import { createTables, inspect } from './schema.ts';

/** `full`: a write survives loss of power. `relaxed`: it survives a crash of the process, not always loss of power. */
export type Durability = 'full' | 'relaxed';

const synchronous: Readonly<Record<Durability, string>> = { full: 'FULL', relaxed: 'NORMAL' };

/** The write-ahead log is cut back to this size after a checkpoint, in bytes. */
const largestLeftoverLog = 16_777_216;

const ensureFile = (file: string): void => {
  const folder = dirname(file);
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
};

/** SQLite gives the write-ahead log the mode of the file itself. */
const ownerOnly = (file: string): void => {
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
};

/** A foreign file is recognised before anything about it is changed. The exclusive lock keeps a second process out. */
const prepare = (database: DatabaseSync, file: string, durability: Durability): void => {
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  const known = inspect(database, file);
  ownerOnly(file);
  if (!known) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(`PRAGMA synchronous = ${synchronous[durability]}`);
  database.exec(`PRAGMA journal_size_limit = ${largestLeftoverLog}`);
  if (!known) createTables(database);
  database.exec('BEGIN IMMEDIATE; COMMIT');
};

/** Opens or creates a store file with mode 0600. Throws `corrupt` or `unavailable`. */
export const openDatabase = (file: string, durability: Durability): DatabaseSync => {
  let database: DatabaseSync | undefined;
  try {
    ensureFile(file);
    database = new DatabaseSync(file);
    prepare(database, file, durability);
    return database;
  } catch (thrown) {
    database?.close();
    throw translate(file, thrown);
  }
};
