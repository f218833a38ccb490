import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolder, openDataFolder } from './folder.ts';

let home: string;
let root: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'folder-'));
  root = path.join(home, 'data');
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe('a folder that is refused', () => {
  it.each([
    ['a file of somebody', 'notes.txt'],
    ['a hidden file', '.git'],
    ['a database without the marker', 'podpass.db'],
    ['something like the marker', 'podpass.json.bak'],
  ])('has %s in it; nothing is written there', async (_what, name) => {
    await mkdir(root);
    await chmod(root, 0o755);
    await writeFile(path.join(root, name), 'mine');
    await expect(openDataFolder(root)).rejects.toMatchObject({ code: 'data-foreign', message: expect.stringContaining(root) });
    expect(await readdir(root)).toEqual([name]);
    expect((await stat(root)).mode & 0o777).toBe(0o755);
  });

  it.each([
    ['empty', '', 'is damaged'],
    ['cut off', '{"layout":', 'is damaged'],
    ['of another layout', '{"layout":2}', 'a layout that this version does not know'],
    ['without a layout', '{}', 'a layout that this version does not know'],
    ['no object', 'null', 'a layout that this version does not know'],
  ])('has a marker that is %s; it stays as it is', async (_what, text, message) => {
    await openDataFolder(root);
    await writeFile(dataFolder(root).marker, text);
    await expect(openDataFolder(root)).rejects.toMatchObject({ code: 'data-corrupt', message: expect.stringContaining(message) });
    expect(await readFile(dataFolder(root).marker, 'utf8')).toBe(text);
  });

  it.each([
    ['is a file', '', 'a file of that name exists'],
    ['lies below a file', '/below/it', 'a part of the path is a file'],
  ])('%s', async (_what, below, reason) => {
    await writeFile(root, 'mine');
    await expect(openDataFolder(`${root}${below}`)).rejects.toMatchObject({
      code: 'data-unwritable',
      message: `The data folder ${root}${below} cannot be written: ${reason}.`,
    });
    expect(await readFile(root, 'utf8')).toBe('mine');
  });

  it('takes no new content', async () => {
    await openDataFolder(root);
    await rm(path.join(root, '.writable'));
    await mkdir(path.join(root, '.writable'));
    await expect(openDataFolder(root)).rejects.toMatchObject({ code: 'data-unwritable' });
  });

  it.runIf(process.getuid?.() !== 0)('may not be written', async () => {
    await mkdir(root, { mode: 0o500 });
    await expect(openDataFolder(root)).rejects.toMatchObject({
      code: 'data-unwritable',
      message: expect.stringContaining('no permission'),
    });
  });
});

describe('a folder that is opened', () => {
  it('is made with everything in it for its owner only', async () => {
    const folder = await openDataFolder(path.join(root, 'deep', 'er'));
    expect(folder).toEqual(dataFolder(path.join(root, 'deep', 'er')));
    for (const each of [
      folder.root,
      folder.pods,
      path.dirname(folder.log),
      path.join(folder.root, 'azure'),
      path.join(folder.root, 'kube'),
    ])
      expect((await stat(each)).mode & 0o777).toBe(0o700);
    expect((await stat(folder.marker)).mode & 0o077).toBe(0);
  });

  it('may be there, empty or with logs only; others lose their access', async () => {
    await mkdir(path.join(root, 'logs'), { recursive: true });
    await chmod(root, 0o755);
    await openDataFolder(root);
    expect((await stat(root)).mode & 0o777).toBe(0o700);
  });

  it('keeps what is in it when it is opened again', async () => {
    const folder = await openDataFolder(root);
    await writeFile(folder.database, 'rows');
    await openDataFolder(root);
    expect(await readFile(folder.database, 'utf8')).toBe('rows');
  });
});

describe('several starts at the same moment', () => {
  it('find a folder that another one has begun', async () => {
    await mkdir(root);
    await writeFile(path.join(root, 'podpass.json.4711.part'), '{');
    await expect(openDataFolder(root)).resolves.toMatchObject({ root });
  });

  it('all open it', async () => {
    const module = path.join(import.meta.dirname, 'folder.ts');
    const program = `await (await import(${JSON.stringify(module)})).openDataFolder(process.argv[1]);`;
    const start = () => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program, root]);
    for (let round = 0; round < 5; round += 1) {
      await expect(Promise.all(Array.from({ length: 6 }, start))).resolves.toHaveLength(6);
      await rm(root, { recursive: true });
    }
  });
});
