import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { binFolder } from '@podpass/tools';

const has = (name: string): boolean => {
  try {
    accessSync(path.join(binFolder, name), constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Whether the real clients are here. `npm test` provides them; where they cannot be had, their suites are skipped and counted as such. */
export const clientsAvailable = has('az') && has('kubectl');
