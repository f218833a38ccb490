import { open, readFile, rm } from 'node:fs/promises';
import type { DataFolder } from './folder.ts';
import { isRunning } from './process.ts';
import { StartFailure, systemCode } from '../start/failure.ts';

/**
 * Takes the folder's lock, so that two servers never write one database. A lock whose owner is gone is taken over.
 * Returns the function that gives it back. Throws StartFailure `already-running`.
 */
export const takeLock = async (folder: DataFolder): Promise<() => Promise<void>> => {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const handle = await open(folder.lock, 'wx', 0o600);
      await handle.writeFile(`${process.pid}\n`);
      await handle.close();
      return () => rm(folder.lock, { force: true });
    } catch (cause) {
      if (systemCode(cause) !== 'EEXIST') throw cause;
      const text = await readFile(folder.lock, 'utf8').catch(() => '');
      const owner = Number.parseInt(text, 10);
      if (Number.isInteger(owner) && owner !== process.pid && (await isRunning(owner)))
        throw new StartFailure('already-running', `A Podpass server (process ${owner}) already uses ${folder.root}.`, {
          hint: 'Use it, stop it with `podpass down`, or name another folder with --data.',
          cause,
        });
      await rm(folder.lock, { force: true });
    }
  }
  throw new StartFailure('already-running', `The lock of ${folder.root} changes hands too fast.`, { hint: 'Start one server at a time.' });
};
