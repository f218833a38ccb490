import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

const exists = (folder: string): Promise<boolean> =>
  stat(folder).then(
    () => true,
    (thrown: unknown) => {
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return false;
      throw thrown;
    },
  );

/**
 * Creates a folder and those above it that are missing, readable by their owner only. Rejects with the system's error. Goes
 * level by level, because Node's own recursive creation never returns on file systems that answer ENOENT to it, such as /proc.
 */
export const makeFolder = async (folder: string): Promise<void> => {
  if (await exists(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder, { mode: 0o700 }).catch((thrown: unknown) => {
    // Somebody else was faster.
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  });
};
