import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from './errors.ts';

const present = (folder: string): Promise<'folder' | 'other' | undefined> =>
  stat(folder).then(
    (found) => (found.isDirectory() ? 'folder' : 'other'),
    (thrown: unknown) => {
      if (systemCode(thrown) === 'ENOENT') return undefined;
      throw thrown;
    },
  );

/**
 * Creates a folder and those above it that are missing, readable by their owner only. Rejects with the system's error. Goes
 * level by level, because Node's own recursive creation never returns on file systems that answer ENOENT to it, such as /proc.
 */
export const makeFolder = async (folder: string): Promise<void> => {
  const found = await present(folder);
  if (found === 'folder') return;
  const parent = path.dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder, { mode: 0o700 }).catch((thrown: unknown) => {
    // Somebody else was faster.
    if (found !== undefined || systemCode(thrown) !== 'EEXIST') throw thrown;
  });
};
