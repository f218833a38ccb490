import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, run } from '@podpass/tools';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { cli, podpass, said, startPlatform } from '../platform/platform.ts';
import { until } from '../platform/until.ts';
import { readRunFile } from '../wire/azure.ts';
import { namespacesPossible, runtimeOf } from './namespaces.ts';
import { createPodIdentityWorld, interpreters, type PodIdentityWorld, type TestCluster } from './world.ts';

const processes = async () => (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
const networkOf = (pid: number) => readlink(`/proc/${pid}/ns/net`).catch(() => '');
const parentOf = async (pid: number) => Number(/\) \S (\d+)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))?.[1] ?? 0);

/** The network namespaces, other than the machine's, that a process and everything beneath it are in. */
const networksBeneath = async (root: number): Promise<ReadonlySet<string>> => {
  const parents = new Map(await Promise.all((await processes()).map(async (pid) => [pid, await parentOf(pid)] as const)));
  const isBeneath = (pid: number): boolean => pid === root || (pid > 1 && isBeneath(parents.get(pid) ?? 0));
  const found = await Promise.all([...parents.keys()].filter(isBeneath).map(networkOf));
  const own = await networkOf(process.pid);
  return new Set(found.filter((name) => name !== '' && name !== own));
};
/** Those of the given namespaces in which some process still is. */
const alive = async (networks: ReadonlySet<string>) =>
  [...new Set(await Promise.all((await processes()).map(networkOf)))].filter((name) => networks.has(name));

/** What the machine itself could be left with: interfaces, named namespaces, mounts. */
const machine = async () => ({
  links: execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' }).replaceAll(/ state \w+.*/g, ''),
  names: execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }),
  mounts: (await readFile('/proc/self/mounts', 'utf8')).split('\n').filter((line) => line.includes('podpass')),
});

const sleeper = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'sleeper', image: interpreters.shell, args: ['-c', 'echo awake; exec sleep 987651'] }] },
});
const sleepers = () => {
  try {
    return execFileSync('pgrep', ['-f', 'sleep 987651'], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
};

describe.skipIf(!namespacesPossible || !clientsAvailable)('what the namespace runtime leaves behind', () => {
  let world: PodIdentityWorld;
  let cluster: TestCluster;
  let before: Awaited<ReturnType<typeof machine>>;
  const runs = () => cluster.logOf('sleeper', /awake/);

  beforeAll(async () => {
    before = await machine();
    world = await createPodIdentityWorld('leftovers', ['--runtime', 'namespace']);
    cluster = await world.createCluster('leftovers');
    await cluster.apply(sleeper('sleeper'));
    await runs();
  });
  afterAll(() => world?.[Symbol.asyncDispose]());
  const nothingLeft = async (networks: ReadonlySet<string>) => {
    expect(networks.size).toBeGreaterThan(1);
    expect(
      await until(
        () => alive(networks),
        (left) => left.length === 0,
        15,
      ),
    ).toEqual([]);
    expect(await machine()).toEqual(before);
    expect(sleepers()).toBe('');
  };
  const serverPid = async () => (await readRunFile(world.platform.data)).pid;

  it('nothing of the machine changes while it runs but for processes', async () => {
    expect(await machine()).toEqual(before);
    expect(sleepers()).not.toBe('');
  });

  it('nothing after SIGKILL of the platform; and the pod runs again at the next start', async () => {
    const pid = await serverPid();
    const networks = await networksBeneath(pid);
    process.kill(pid, 'SIGKILL');
    await nothingLeft(networks);
    const up = await podpass(['up', '--detach', '--data', world.platform.data, '--runtime', 'namespace', '--metadata-limits', 'none']);
    expect(up.code, said(up)).toBe(0);
    expect(
      await until(
        async () => sleepers(),
        (pids) => pids !== '',
        30,
      ),
    ).not.toBe('');
  });

  it('nothing after `podpass down`', async () => {
    const networks = await networksBeneath(await serverPid());
    const down = await world.platform.podpass('down');
    expect(down.code, said(down)).toBe(0);
    await nothingLeft(networks);
  });
});

/** Runs `podpass up` as a user who may neither make namespaces nor become one who may. */
const withoutNamespaces = (data: string, ...more: string[]) =>
  run('unshare', [
    '--user',
    '--map-root-user',
    'sh',
    '-c',
    'echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --inh-caps=-all --bounding-set=-all --no-new-privs "$@"',
    'sh',
    process.execPath,
    cli,
    'up',
    '--detach',
    '--data',
    data,
    '--output',
    'json',
    ...more,
  ]);

describe.skipIf(!namespacesPossible)('where there are no namespaces', () => {
  let data: string;
  beforeEach(async () => {
    data = await mkdtemp(path.join(cacheFolder, 'no-namespaces-'));
  });
  afterEach(async () => {
    await podpass(['down', '--data', data]);
    await rm(data, { recursive: true, force: true });
  });

  it('refuses to start when they are demanded, with the reason', async () => {
    const up = await withoutNamespaces(data, '--runtime', 'namespace');
    expect(up.code, said(up)).not.toBe(0);
    expect(up.stdout).toMatch(/runtime-unavailable[\s\S]*namespace runtime cannot be used/);
  });

  it('says so and runs pods as processes', async () => {
    const up = await withoutNamespaces(data);
    expect(up.code, said(up)).toBe(0);
    const runtime = await runtimeOf(data);
    expect(runtime.name).toBe('process');
    expect(runtime.because).toMatch(/unshare|namespace/);
    const shown = await podpass(['status', '--data', data]);
    expect(shown.stdout).toMatch(/runtime +process \(/);
  });

  it('runs as processes when that is asked for', async () => {
    await using platform = await startPlatform('by-choice', ['--runtime', 'process']);
    expect(await runtimeOf(platform.data)).toEqual({ name: 'process', because: 'the process runtime was asked for' });
  });
});
