import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { binFolder } from '../paths.ts';

/** Every executable of that name on PATH, in order, without the repository's own bin folder. */
export const which = async (name: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    if (folder === '' || path.resolve(folder) === binFolder) continue;
    const file = path.join(folder, name);
    const usable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) found.push(file);
  }
  return found;
};
