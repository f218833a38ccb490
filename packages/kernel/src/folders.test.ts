import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder } from './folders.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'folders-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('makeFolder', () => {
  it.runIf(process.platform === 'linux')('rejects, and returns, on a file system that makes no folders', async () => {
    await expect(makeFolder('/proc/podpass/data')).rejects.toThrow(/ENOENT|EACCES|EPERM|EROFS/);
  });

  it('rejects below a file', async () => {
    await writeFile(path.join(root, 'file'), '');
    await expect(makeFolder(path.join(root, 'file', 'below'))).rejects.toThrow('ENOTDIR');
  });

  it('rejects where a file has the name', async () => {
    await writeFile(path.join(root, 'taken'), '');
    await expect(makeFolder(path.join(root, 'taken'))).rejects.toThrow('EEXIST');
  });

  it('makes every missing level, for its owner only, and is harmless when repeated', async () => {
    const folder = path.join(root, 'a', 'b', 'c');
    await Promise.all([makeFolder(folder), makeFolder(folder)]);
    await makeFolder(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(root, 'a'))).mode & 0o777).toBe(0o700);
  });
});
