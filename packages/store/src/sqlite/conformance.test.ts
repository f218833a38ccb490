import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { storeConformance } from '../testing/conformance.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { openSqliteStore } from './open.ts';

/** Copies the files as they are, which is what a killed process leaves; the lock of the original stays with it. */
const copyStore = (from: string, to: string): void => {
  for (const suffix of ['', '-wal']) if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
};

storeConformance('sqlite', async () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'store.db');
  const store = await openSqliteStore({ file, durability: 'relaxed' });
  return {
    store,
    reopen() {
      const copy = join(folder.path, 'copy.db');
      copyStore(file, copy);
      return openSqliteStore({ file: copy });
    },
    async dispose() {
      await store.close();
      folder.remove();
    },
  };
});
