import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers';
import { createStore } from '../core/store.ts';
import type { Store } from '../types.ts';
import { openDatabase, type Durability } from './database.ts';
import { translate } from './errors.ts';
import { load } from './load.ts';
import { createSqliteLog } from './log.ts';

export interface SqliteStoreOptions {
  /** Path of the file; it and its folder (not those above) are created, modes 0600 and 0700, when absent. */
  readonly file: string;
  /** `full` when absent. */
  readonly durability?: Durability;
  /** Told of watch listeners that break their contract; a process warning when absent. */
  readonly log?: (message: string) => void;
}

/** The store whose log is in an open database. */
export const storeOn = (database: DatabaseSync, file: string, report: (message: string) => void): Store =>
  createStore({ recorded: load(database, file), log: createSqliteLog(database, file), schedule: setImmediate, report });

/**
 * Opens a store kept in one SQLite file with a write-ahead log. All state is held in memory too and reads never touch
 * the file; transactions submitted in one turn of the event loop share one commit. Only one process may have the file
 * open. Throws `corrupt` when the file is damaged, another program's or of another schema version, and `unavailable`
 * when it cannot be read and written.
 */
export const openSqliteStore = async ({
  file,
  durability = 'full',
  log = (message) => process.emitWarning(message),
}: SqliteStoreOptions): Promise<Store> => {
  const database = openDatabase(file, durability);
  try {
    return storeOn(database, file, log);
  } catch (thrown) {
    database.close();
    throw translate(file, thrown);
  }
};
