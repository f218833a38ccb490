import type { DatabaseSync } from 'node:sqlite';
import { corrupt, unavailable } from './errors.ts';

/** `PodP` in ASCII; marks the file as ours. */
const applicationId = 0x506f6450;

/** Raised whenever the tables change; a newer one is refused. */
const schemaVersion = 1;

/** Row ids are `revision * stride + position in the transaction`; the stride exceeds the most operations of one. */
export const stride = 1024;

/**
 * One row per operation, in the order of kine's log table: the id orders them, `previous` is the revision of the row
 * that this one supersedes (0: none). `progress` holds how far history is forgotten and how far its rows are removed.
 */
const tables = `
  CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    deleted INTEGER NOT NULL,
    created INTEGER NOT NULL,
    version INTEGER NOT NULL,
    previous INTEGER NOT NULL,
    value BLOB
  ) STRICT;
  CREATE TABLE progress (name TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO progress VALUES ('compacted', 0), ('swept', 0);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

/** The number that a one-column, one-row query yields. */
export const numberOf = (database: DatabaseSync, sql: string): number => Number(Object.values(database.prepare(sql).get() ?? {})[0]);

/** Runs `work` in one transaction, all or nothing. */
export const atomically = <R>(database: DatabaseSync, work: () => R): R => {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (thrown) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw thrown;
  }
};

/** Whether the file is a store of ours; false when it is empty. Throws `corrupt` for anything else. */
export const inspect = (database: DatabaseSync, file: string): boolean => {
  const application = numberOf(database, 'PRAGMA application_id');
  const objects = numberOf(database, 'SELECT count(*) FROM sqlite_schema');
  if (application === 0 && objects === 0) return false;
  if (application !== applicationId) throw corrupt(file, 'it is a database of another program');
  const version = numberOf(database, 'PRAGMA user_version');
  if (version !== schemaVersion) {
    throw unavailable(file, `its schema version is ${version}, and this program knows only ${schemaVersion}`);
  }
  const [health] = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {});
  if (health !== 'ok') throw corrupt(file, 'it is damaged');
  return true;
};

export const createTables = (database: DatabaseSync): void => atomically(database, () => database.exec(tables));
