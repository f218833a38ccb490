import { mkdir, rename, symlink } from 'node:fs/promises';
import path from 'node:path';
import { binFolder } from '../paths.ts';

/** Makes `name` in the repository's own bin folder point to `target`, atomically. */
export const linkTool = async (name: string, target: string): Promise<void> => {
  await mkdir(binFolder, { recursive: true });
  const temporary = path.join(binFolder, `.${name}.${process.pid}`);
  await symlink(target, temporary);
  await rename(temporary, path.join(binFolder, name));
};
