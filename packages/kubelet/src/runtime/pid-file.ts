import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject, parseJson } from '@podpass/kernel';
import { podFolders } from '../wire.ts';
import { startMark } from './start-mark.ts';

interface Recorded {
  readonly pid: number;
  readonly mark: string;
}

const fileOf = (podFolder: string, container: string) => join(podFolder, podFolders.processes, `${container}.json`);

/** Remembers a container's process, so that a later start can find and end it. */
export const recordProcess = async (podFolder: string, container: string, pid: number): Promise<void> => {
  const mark = await startMark(pid);
  if (mark === undefined) return;
  await mkdir(join(podFolder, podFolders.processes), { recursive: true, mode: 0o700 });
  await writeFile(fileOf(podFolder, container), JSON.stringify({ pid, mark } satisfies Recorded), { mode: 0o600 });
};

export const forgetProcess = (podFolder: string, container: string): Promise<void> => rm(fileOf(podFolder, container), { force: true });

const parse = (text: string): Recorded | undefined => {
  const value = parseJson(text);
  if (!isObject(value)) return undefined;
  const { pid, mark } = value;
  return typeof pid === 'number' && Number.isInteger(pid) && pid > 1 && typeof mark === 'string' && mark !== '' ? { pid, mark } : undefined;
};

/** The recorded processes of a pod that still run and are provably the ones that were recorded. */
export const survivors = async (podFolder: string): Promise<readonly number[]> => {
  const folder = join(podFolder, podFolders.processes);
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const recorded = parse(await readFile(join(folder, name), 'utf8').catch(() => ''));
      if (recorded === undefined) return undefined;
      return (await startMark(recorded.pid)) === recorded.mark ? recorded.pid : undefined;
    }),
  );
  return found.filter((pid) => pid !== undefined);
};
