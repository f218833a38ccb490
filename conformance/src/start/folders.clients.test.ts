import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheFolder, type RunResult } from '@podpass/tools';
import { podpass, said } from '../platform/platform.ts';
import { readRunFile } from '../wire/azure.ts';

interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly why: string; readonly next: string };
}

const failureOf = (result: RunResult): Failure['error'] => {
  expect(result.code, said(result)).toBe(1);
  const { error } = JSON.parse(result.stdout) as Failure;
  // One clear sentence each: what, why, and what to do next.
  for (const sentence of [error.message, error.why, error.next]) expect(sentence).toMatch(/^\S.*\S$/);
  expect(`${result.stdout}${result.stderr}`).not.toMatch(/\bat .+:\d+:\d+/);
  return error;
};

/** What is in a folder: names, and contents of small files. */
const contents = async (folder: string): Promise<Record<string, string>> => {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [path.relative(folder, file), await readFile(file, 'base64')] as const)),
  );
};

describe('podpass up: what can be wrong with a data folder', () => {
  let home: string;
  const started = new Set<string>();

  beforeAll(async () => {
    await mkdir(cacheFolder, { recursive: true });
    home = await mkdtemp(path.join(cacheFolder, 'start-'));
  });
  afterAll(async () => {
    for (const data of started) await podpass(['down', '--data', data]);
    await rm(home, { recursive: true, force: true });
  });

  const up = (data: string, ...more: string[]) => podpass(['up', '--detach', '--output', 'json', '--data', data, ...more]);
  const upWell = async (data: string, ...more: string[]) => {
    started.add(data);
    const result = await up(data, ...more);
    expect(result.code, said(result)).toBe(0);
    return JSON.parse(result.stdout) as { alreadyRunning: boolean; pid: number; proxy: string };
  };
  const down = async (data: string) => {
    const result = await podpass(['down', '--output', 'json', '--data', data]);
    expect(result.code, said(result)).toBe(0);
    started.delete(data);
    return JSON.parse(result.stdout) as { stopped: boolean; manner?: string };
  };
  /** A platform that ran once and is down. */
  const used = async (name: string): Promise<string> => {
    const data = path.join(home, name);
    await upWell(data);
    expect(await down(data)).toMatchObject({ stopped: true, manner: 'graceful' });
    return data;
  };

  it('up twice is harmless, and says so; down twice as well', async () => {
    const data = path.join(home, 'twice');
    const first = await upWell(data);
    const second = await upWell(data);
    expect(first.alreadyRunning).toBe(false);
    expect(second).toMatchObject({ alreadyRunning: true, pid: first.pid, proxy: first.proxy });
    expect(await down(data)).toMatchObject({ stopped: true, manner: 'graceful' });
    expect(await down(data)).toMatchObject({ stopped: false });
  });

  it('up twice at the same moment starts one server', async () => {
    const data = path.join(home, 'race');
    started.add(data);
    const results = await Promise.all([up(data), up(data), up(data)]);
    for (const result of results) expect(result.code, said(result)).toBe(0);
    expect(new Set(results.map(({ stdout }) => (JSON.parse(stdout) as { pid: number }).pid)).size).toBe(1);
    await down(data);
  });

  it('a taken port', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const data = path.join(home, 'port');
    const error = failureOf(await up(data, '--port', String(port)));
    server.close();
    expect(error).toMatchObject({
      code: 'port-in-use',
      why: `Port ${port} on 127.0.0.1 is taken by another program.`,
      next: expect.stringContaining('--port'),
    });
    // Nothing is left of the attempt that keeps the next one from succeeding, on the same port.
    expect((await upWell(data, '--port', String(port))).proxy).toBe(`http://127.0.0.1:${port}`);
    await down(data);
  });

  it('ports that are none are wrong usage', async () => {
    for (const port of ['99999', '-1', 'http']) expect((await up(path.join(home, 'usage'), '--port', port)).code).toBe(2);
  });

  it.each([
    ['a process id that is gone', { pid: 3_999_999 }],
    ["somebody else's process id", { pid: process.pid }],
  ])('a run file and a lock with %s', async (_what, { pid }) => {
    const data = await used(`stale-${pid}`);
    await writeFile(path.join(data, 'lock'), `${pid}\n`, { mode: 0o600 });
    await writeFile(
      path.join(data, 'run.json'),
      JSON.stringify({ pid, proxy: 'http://127.0.0.1:1', control: 'http://127.0.0.1:1', https: 1, startedAt: '', controlToken: 'x' }),
    );
    expect((await podpass(['status', '--data', data])).code).toBe(3);
    expect((await upWell(data)).alreadyRunning).toBe(false);
    await down(data);
  });

  it.each([
    ['half a run file', '{"pid":1'],
    ['an empty run file', ''],
    ['a run file of another shape', '[]'],
    [
      'a run file that points elsewhere',
      '{"pid":2,"proxy":"http://x","control":"http://example.com/","https":1,"startedAt":"","controlToken":"x"}',
    ],
  ])('%s', async (what, text) => {
    const data = await used(what.replaceAll(' ', '-'));
    await writeFile(path.join(data, 'run.json'), text);
    expect((await upWell(data)).alreadyRunning).toBe(false);
    await down(data);
  });

  it('a lock that was written to no end', async () => {
    const data = await used('empty-lock');
    await writeFile(path.join(data, 'lock'), '');
    expect((await upWell(data)).alreadyRunning).toBe(false);
    await down(data);
  });

  it('a path below a file', async () => {
    const file = path.join(home, 'file');
    await writeFile(file, 'mine');
    const error = failureOf(await up(path.join(file, 'data')));
    expect(error).toMatchObject({
      code: 'data-unwritable',
      why: expect.stringContaining('a part of the path is a file'),
      next: expect.stringContaining('--data'),
    });
    expect(await readFile(file, 'utf8')).toBe('mine');
  });

  it('a file instead of a folder', async () => {
    const file = path.join(home, 'plain-file');
    await writeFile(file, 'mine');
    expect(failureOf(await up(file))).toMatchObject({
      code: 'data-unwritable',
      why: expect.stringContaining('a file of that name exists'),
    });
    expect(await readFile(file, 'utf8')).toBe('mine');
  });

  it('a place where nothing can be written', async () => {
    expect(failureOf(await up('/sys/podpass'))).toMatchObject({ code: 'data-unwritable', why: expect.stringContaining('no permission') });
  });

  it('a folder of somebody else: nothing in it changes', async () => {
    const data = path.join(home, 'foreign');
    await mkdir(data);
    await writeFile(path.join(data, 'thesis.txt'), 'years of work');
    const before = await contents(data);
    expect(failureOf(await up(data))).toMatchObject({ code: 'data-foreign', why: expect.stringContaining('was not made by Podpass') });
    expect(await contents(data)).toEqual(before);
    expect((await podpass(['reset', '--yes', '--data', data])).code).toBe(1);
    expect(await contents(data)).toEqual(before);
  });

  it.each([
    ['octets that are no database', 'podpass.db', (good: Buffer) => Buffer.alloc(good.length, 'x')],
    ['a cut database', 'podpass.db', (good: Buffer) => good.subarray(0, Math.floor(good.length / 2))],
    ['a database whose first page is zero', 'podpass.db', (good: Buffer) => Buffer.concat([Buffer.alloc(4096), good.subarray(4096)])],
    ['a master key that is cut', 'master.key', (good: Buffer) => good.subarray(0, 10)],
    ['another master key', 'master.key', () => Buffer.from(`${Buffer.alloc(32, 7).toString('base64')}\n`)],
    ['a mark of another layout', 'podpass.json', () => Buffer.from('{"layout":99}')],
    ['a damaged mark', 'podpass.json', () => Buffer.from('{"lay')],
    ['a damaged file of the administrator', 'admin.json', () => Buffer.from('{"tenantId":')],
  ])('%s: one sentence, and nothing is damaged further', async (what, name, spoil) => {
    const data = await used(what.replaceAll(' ', '-'));
    const file = path.join(data, name);
    const good = await readFile(file);
    const spoiled = spoil(good);
    await writeFile(file, spoiled);
    const error = failureOf(await up(data));
    expect(error).toMatchObject({ code: 'data-corrupt', next: expect.stringMatching(/backup|podpass reset|version that made it/) });
    expect((await readFile(file)).equals(spoiled)).toBe(true);
    // Put back, it starts as if nothing had happened.
    await writeFile(file, good);
    await upWell(data);
    await down(data);
  });

  it('a master key that is missing beside a database', async () => {
    const data = await used('no-key');
    const key = path.join(data, 'master.key');
    const good = await readFile(key);
    await rm(key);
    expect(failureOf(await up(data))).toMatchObject({ code: 'data-corrupt', why: expect.stringContaining('its master key') });
    expect(await readdir(data)).not.toContain('master.key');
    await writeFile(key, good, { mode: 0o600 });
    await upWell(data);
    await down(data);
  });

  it.each(['master.key', 'admin.json'])('a %s that others may read', async (name) => {
    const data = await used(`open-${name}`);
    const file = path.join(data, name);
    await chmod(file, 0o644);
    expect(failureOf(await up(data))).toMatchObject({
      code: 'data-corrupt',
      why: `Others than the owner may read ${file}.`,
      next: `Run: chmod 600 ${file}`,
    });
    expect((await stat(file)).mode & 0o777).toBe(0o644);
  });

  it('two platforms side by side know nothing of each other', async () => {
    const [left, right] = [path.join(home, 'left'), path.join(home, 'right')];
    const [first, second] = [await upWell(left), await upWell(right)];
    expect(first.pid).not.toBe(second.pid);
    const admins = await Promise.all(
      [left, right].map(async (data) => JSON.parse(await readFile(path.join(data, 'admin.json'), 'utf8')) as Record<string, string>),
    );
    for (const key of ['tenantId', 'subscriptionId', 'password']) expect(admins[0]?.[key]).not.toBe(admins[1]?.[key]);
    expect(await readFile(path.join(left, 'ca.pem'), 'utf8')).not.toBe(await readFile(path.join(right, 'ca.pem'), 'utf8'));
    // The control token of one opens nothing of the other.
    const { controlToken } = await readRunFile(left);
    const { control } = await readRunFile(right);
    expect((await fetch(`${control}/status`, { headers: { authorization: `Bearer ${controlToken}` } })).status).toBe(401);
    await down(left);
    expect((await podpass(['status', '--data', right])).code).toBe(0);
    await down(right);
  });
});
