import { open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '@podpass/kernel';
import type { DataFolder } from './folder.ts';
import { isRunning } from './process.ts';
import { StartFailure } from '../start/failure.ts';

/** Milliseconds between two looks at what another starter is doing. */
const pause = 10;

/** Between a lock's creation and its owner's number in it lie moments: an empty one is waited for this long, in milliseconds. */
const writingTime = 500;

/** A guard is held for moments; an older one, in milliseconds, was left behind by a starter that was killed. */
const guardTime = 2000;

/** Looks before giving up: longer than all waiting times together. */
const looks = 500;

/** Makes a file with this process's number in it. Returns the error when there is one already. */
const claim = async (file: string): Promise<unknown> => {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(`${process.pid}\n`);
    await handle.close();
    return undefined;
  } catch (cause) {
    if (systemCode(cause) !== 'EEXIST') throw cause;
    return cause;
  }
};

/** What the lock says; empty when its owner ended before it wrote its number, undefined when it is gone. */
const read = async (lock: string): Promise<string | undefined> => {
  for (let waited = 0; ; waited += pause) {
    const text = await readFile(lock, 'utf8').catch(() => undefined);
    if (text !== '' || waited >= writingTime) return text;
    await sleep(pause);
  }
};

/**
 * Removes a stale lock, and only that one. Several starters may have seen it: whoever holds the guard looks again, so
 * that none removes the lock by which another has replaced it.
 */
const removeStale = async (lock: string, stale: string): Promise<void> => {
  const guard = `${lock}.guard`;
  if ((await claim(guard)) !== undefined) {
    const made = await stat(guard).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > guardTime) await rm(guard, { force: true });
    else await sleep(pause);
    return;
  }
  try {
    if ((await read(lock)) === stale) await rm(lock, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
};

/**
 * Takes the folder's lock, so that two servers never write one database. A lock whose owner is gone is taken over.
 * Returns the function that gives it back. Throws StartFailure `already-running`.
 */
export const takeLock = async (folder: DataFolder): Promise<() => Promise<void>> => {
  for (let look = 0; look < looks; look += 1) {
    const cause = await claim(folder.lock);
    if (cause === undefined) return () => rm(folder.lock, { force: true });
    const text = await read(folder.lock);
    if (text === undefined) continue;
    const owner = Number.parseInt(text, 10);
    if (Number.isInteger(owner) && owner !== process.pid && (await isRunning(owner)))
      throw new StartFailure('already-running', `A Podpass server (process ${owner}) already uses ${folder.root}.`, {
        hint: 'Use it, stop it with `podpass down`, or name another folder with --data.',
        cause,
      });
    await removeStale(folder.lock, text);
  }
  throw new StartFailure('already-running', `The lock of ${folder.root} changes hands too fast.`, { hint: 'Start one server at a time.' });
};
