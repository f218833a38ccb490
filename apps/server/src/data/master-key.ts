import { open, readFile, stat } from 'node:fs/promises';
import { randomOctets, systemCode } from '@podpass/kernel';
import type { DataFolder } from './folder.ts';
import { StartFailure } from '../start/failure.ts';

const bytes = 32;

const decode = (text: string, source: string): Buffer => {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== bytes)
    throw new StartFailure('data-corrupt', `${source} does not hold a master key of ${bytes} bytes in base64.`, {
      hint: 'Restore it from a backup; without it nothing that is sealed can be read.',
    });
  return key;
};

/**
 * The key under which everything secret is sealed at rest: from the environment when given there (`PODPASS_MASTER_KEY`,
 * base64), else from a file that only its owner may read, made at first start.
 * Throws StartFailure `data-corrupt` when it is missing beside an existing database, damaged, or readable by others.
 */
export const loadMasterKey = async (folder: DataFolder, environment: string | undefined): Promise<Buffer> => {
  if (environment !== undefined && environment !== '') return decode(environment, 'The variable PODPASS_MASTER_KEY');
  try {
    const { mode } = await stat(folder.masterKey);
    if ((mode & 0o077) !== 0)
      throw new StartFailure('data-corrupt', `Others than the owner may read ${folder.masterKey}.`, {
        hint: `Run: chmod 600 ${folder.masterKey}`,
      });
    return decode(await readFile(folder.masterKey, 'utf8'), folder.masterKey);
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
  }
  const database = await stat(folder.database).then(
    () => true,
    () => false,
  );
  if (database)
    throw new StartFailure('data-corrupt', `The database is there, but its master key ${folder.masterKey} is missing.`, {
      hint: 'Restore the key from a backup, or `podpass reset` to start anew.',
    });
  const key = randomOctets(bytes);
  const handle = await open(folder.masterKey, 'wx', 0o600);
  await handle.writeFile(`${key.toString('base64')}\n`);
  await handle.sync();
  await handle.close();
  return key;
};
