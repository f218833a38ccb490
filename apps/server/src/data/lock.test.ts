import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolder, type DataFolder } from './folder.ts';
import { takeLock } from './lock.ts';

let folder: DataFolder;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = dataFolder(await mkdtemp(path.join(tmpdir(), 'lock-')));
});
afterEach(async () => {
  for (const child of children.splice(0)) if (child.kill('SIGKILL')) await once(child, 'exit');
  await rm(folder.root, { recursive: true, force: true });
});

/** Another process; its argument is what lets it count as a server of this kind. */
const start = (source: string, argument = 'podpass'): ChildProcess => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', source, argument], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return child;
};
const waiting = async (argument?: string): Promise<ChildProcess> => {
  const child = start(`process.stdout.write('up'); setInterval(() => {}, 1e6);`, argument);
  await once(child.stdout!, 'data');
  return child;
};
const owner = async () => (await readFile(folder.lock, 'utf8')).trim();

describe('a lock that is held', () => {
  it('by a running server is respected, and left alone', async () => {
    const { pid } = await waiting();
    await writeFile(folder.lock, `${pid}\n`);
    await expect(takeLock(folder)).rejects.toMatchObject({
      code: 'already-running',
      message: `A Podpass server (process ${pid}) already uses ${folder.root}.`,
    });
    expect(await owner()).toBe(String(pid));
  });

  it('is taken by one of many that start at the same moment, also when a stale one lies there', { timeout: 60_000 }, async () => {
    const source = `
      import { once } from 'node:events';
      const { takeLock } = await import(${JSON.stringify(new URL('lock.ts', import.meta.url).href)});
      process.stdout.write('ready\\n');
      await once(process.stdin, 'data');
      const said = await takeLock(${JSON.stringify(folder)}).then(() => 'taken', (thrown) => thrown.code);
      process.stdout.write(said + '\\n');
      setInterval(() => {}, 1e6);`;
    const starters = Array.from({ length: 6 }, () => start(source));
    await Promise.all(starters.map((child) => once(child.stdout!, 'data')));
    await writeFile(folder.lock, '999999999\n');
    const outcomes = Promise.all(starters.map(async (child) => String(await once(child.stdout!, 'data')).trim()));
    for (const child of starters) child.stdin!.write('go\n');
    const said = await outcomes;
    expect(said.toSorted()).toEqual([...Array.from({ length: 5 }, () => 'already-running'), 'taken']);
    expect(await owner()).toBe(String(starters[said.indexOf('taken')]?.pid));
    expect(await readdir(folder.root)).toEqual(['lock']);
  });
});

describe('a stale lock is taken over', () => {
  it.each([
    ['of a process that is gone', '999999999\n'],
    ['of an earlier process with the same id, as in a container', `${process.pid}\n`],
    ['without an owner', ''],
    ['with nonsense in it', 'nonsense\n'],
  ])('%s', async (_what, text) => {
    await writeFile(folder.lock, text);
    const release = await takeLock(folder);
    expect(await owner()).toBe(String(process.pid));
    await release();
    expect(await readdir(folder.root)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('whose id now belongs to another program', async () => {
    const { pid } = await waiting('something-else');
    await writeFile(folder.lock, `${pid}\n`);
    await takeLock(folder);
    expect(await owner()).toBe(String(process.pid));
  });

  it('also when a starter was killed while it did the same', async () => {
    await writeFile(folder.lock, '999999999\n');
    await writeFile(`${folder.lock}.guard`, '999999998\n');
    await utimes(`${folder.lock}.guard`, 0, 0);
    await takeLock(folder);
    expect(await owner()).toBe(String(process.pid));
    expect(await readdir(folder.root)).toEqual(['lock']);
  });

  it('of a server that was killed', async () => {
    const child = await waiting();
    await writeFile(folder.lock, `${child.pid}\n`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await takeLock(folder);
    expect(await owner()).toBe(String(process.pid));
  });
});

describe('a free lock', () => {
  it('is taken, readable by its owner only, and given back', async () => {
    const release = await takeLock(folder);
    expect((await stat(folder.lock)).mode & 0o777).toBe(0o600);
    await release();
    await release();
    expect(await readdir(folder.root)).toEqual([]);
  });

  it('cannot be taken in a folder that is not there', async () => {
    await expect(takeLock(dataFolder(path.join(folder.root, 'none')))).rejects.toThrow('ENOENT');
  });
});
