import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolder, type DataFolder } from './folder.ts';
import { loadMasterKey } from './master-key.ts';

let folder: DataFolder;
beforeEach(async () => {
  folder = dataFolder(await mkdtemp(path.join(tmpdir(), 'key-')));
});
afterEach(() => rm(folder.root, { recursive: true, force: true }));

const some = Buffer.alloc(32, 7);
const write = async (text: string, mode = 0o600) => {
  await writeFile(folder.masterKey, text);
  await chmod(folder.masterKey, mode);
};
const damaged = [
  ['empty', ''],
  ['too short', Buffer.alloc(31).toString('base64')],
  ['too long', Buffer.alloc(33).toString('base64')],
  ['no base64', '!'.repeat(44)],
] as const;

describe('a key that cannot be used', () => {
  it.each([0o644, 0o640, 0o604, 0o620, 0o601])('is refused when its file has mode %o', async (mode) => {
    await write(some.toString('base64'), mode);
    await expect(loadMasterKey(folder, undefined)).rejects.toMatchObject({
      code: 'data-corrupt',
      message: `Others than the owner may read ${folder.masterKey}.`,
    });
  });

  it.each(damaged)('is refused, and kept, when its file is %s', async (_what, text) => {
    await write(text);
    const refused = await loadMasterKey(folder, undefined).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: 'data-corrupt', message: expect.stringContaining(folder.masterKey) });
    expect(await readFile(folder.masterKey, 'utf8')).toBe(text);
  });

  it.each(damaged.slice(1))('that is %s is not told to anybody', async (_what, text) => {
    await write(text);
    await expect(loadMasterKey(folder, undefined)).rejects.not.toThrow(text);
  });

  it.each(damaged.slice(1))('is refused when the variable is %s, whatever the file says', async (_what, text) => {
    await write(some.toString('base64'));
    const refused = await loadMasterKey(folder, text).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: 'data-corrupt', message: expect.stringContaining('PODPASS_MASTER_KEY') });
    expect(String(refused)).not.toContain(text);
  });

  it('is never made anew beside a database', async () => {
    await writeFile(folder.database, '');
    await expect(loadMasterKey(folder, undefined)).rejects.toMatchObject({
      code: 'data-corrupt',
      message: expect.stringContaining('is missing'),
    });
    expect(await readdir(folder.root)).toEqual(['podpass.db']);
  });

  it('cannot be made where no file can be', async () => {
    await expect(loadMasterKey(dataFolder(path.join(folder.root, 'none')), undefined)).rejects.toThrow('ENOENT');
  });
});

describe('the key', () => {
  it('is made at first start, for its owner only, and found again', async () => {
    const key = await loadMasterKey(folder, undefined);
    expect(key).toHaveLength(32);
    expect((await stat(folder.masterKey)).mode & 0o777).toBe(0o600);
    await writeFile(folder.database, '');
    expect(await loadMasterKey(folder, '')).toEqual(key);
  });

  it('differs from folder to folder', async () => {
    const first = await loadMasterKey(folder, undefined);
    await rm(folder.masterKey);
    expect(await loadMasterKey(folder, undefined)).not.toEqual(first);
  });

  it('of the environment goes before the file, and is not written down', async () => {
    await writeFile(folder.database, '');
    expect(await loadMasterKey(folder, ` ${some.toString('base64')}\n`)).toEqual(some);
    expect(await readdir(folder.root)).toEqual(['podpass.db']);
    await write(Buffer.alloc(32, 1).toString('base64'), 0o400);
    expect(await loadMasterKey(folder, some.toString('base64'))).toEqual(some);
    expect(await loadMasterKey(folder, undefined)).toEqual(Buffer.alloc(32, 1));
  });
});
