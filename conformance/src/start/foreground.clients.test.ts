import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder, root } from '@podpass/tools';
import { podpass } from '../platform/platform.ts';
import { until } from '../platform/until.ts';
import { armOf, openEdge, readRunFile } from '../wire/azure.ts';
import type { Admin } from '../platform/platform.ts';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const open = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** Processes whose command line or working folder names the data folder. */
const processesOf = async (data: string): Promise<number[]> => {
  const found: number[] = [];
  for (const name of await readdir('/proc').catch((): string[] => [])) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const [commandLine, environment] = await Promise.all(
      ['cmdline', 'environ'].map((file) => readFile(`/proc/${name}/${file}`, 'latin1').catch(() => '')),
    );
    if (`${commandLine}${environment}`.includes(data)) found.push(Number(name));
  }
  return found;
};

describe('podpass up in the foreground', () => {
  let data: string;

  beforeEach(async () => {
    await mkdir(cacheFolder, { recursive: true });
    data = await mkdtemp(path.join(cacheFolder, 'foreground-'));
  });
  afterEach(async () => {
    await podpass(['down', '--data', data]);
    await rm(data, { recursive: true, force: true });
  });

  const start = async () => {
    const child = spawn(process.execPath, [path.join(root, 'apps/cli/bin/podpass.mjs'), 'up', '--data', data], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await until(
      async () => text,
      (said) => said.includes('Ready'),
      30,
    );
    return { child, said: () => text, run: await readRunFile(data) };
  };

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends everything that it started', async (signal) => {
    const { child, said, run } = await start();
    expect(alive(run.pid)).toBe(true);
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number];
    expect(code, said()).toBe(0);
    expect(said()).toContain('stopped');
    await expect(access(path.join(data, 'run.json'))).rejects.toThrow('ENOENT');
    await expect(access(path.join(data, 'lock'))).rejects.toThrow('ENOENT');
    expect(alive(run.pid)).toBe(false);
    const log = await readFile(path.join(data, 'logs', 'server.log'), 'utf8');
    expect(log.trim().split('\n').at(-1)).toMatch(/"asked":"(POST \/shutdown|SIG[A-Z]+)","message":"stopping"\}$/);
    for (const port of [run.https, Number(new URL(run.proxy).port), Number(new URL(run.control).port)])
      expect(await open(port)).toBe(false);
    expect(
      await until(
        () => processesOf(data),
        (left) => left.length === 0,
        5,
      ),
    ).toEqual([]);
  });

  it('Ctrl-C ends the processes of pods as well', async () => {
    const { child, said, run } = await start();
    const admin = JSON.parse(await readFile(path.join(data, 'admin.json'), 'utf8')) as Admin;
    const edge = await openEdge(data);
    const arm = await armOf(edge, { admin });
    const group = `/subscriptions/${admin.subscriptionId}/resourceGroups/foreground`;
    await arm.operation('PUT', `${group}?api-version=2024-11-01`, { location: 'westeurope' });
    await arm.operation('PUT', `${group}/providers/Microsoft.ContainerService/managedClusters/c?api-version=2025-05-01`, {
      location: 'westeurope',
      identity: { type: 'SystemAssigned' },
      properties: { dnsPrefix: 'foreground', agentPoolProfiles: [{ name: 'nodepool1', count: 1, mode: 'System' }] },
    });
    expect((await podpass(['image', 'map', '--data', data, 'example.azurecr.io/sleeper', '--', 'sleep', '3600'])).code).toBe(0);
    const answer = await arm.send(
      'POST',
      `${group}/providers/Microsoft.ContainerService/managedClusters/c/listClusterAdminCredential?api-version=2025-05-01`,
    );
    const { kubeconfigs } = JSON.parse(answer.body) as { kubeconfigs: { value: string }[] };
    const kubeconfig = Buffer.from(kubeconfigs[0]?.value ?? '', 'base64').toString('utf8');
    const part = (name: string) =>
      Buffer.from(new RegExp(`${name}: "?([A-Za-z0-9+/=]+)`).exec(kubeconfig)?.[1] ?? '', 'base64').toString('utf8');
    const { talk, requestBytes } = await import('../wire/raw.ts');
    const host = /https:\/\/([^:]+):443/.exec(kubeconfig)?.[1] ?? '';
    const clientCertificate = { cert: part('client-certificate-data'), key: part('client-key-data') };
    const pods = '/api/v1/namespaces/default/pods';
    const kube = async (method: string, target: string, body?: string) => {
      const got = await talk(edge, {
        serverName: host,
        clientCertificate,
        send: requestBytes({ method, path: target, host, headers: [['Content-Type', 'application/json']], body }),
      });
      return typeof got === 'string' ? got : got.body;
    };
    await kube(
      'POST',
      pods,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'sleeper' },
        spec: { containers: [{ name: 'sleeper', image: 'example.azurecr.io/sleeper' }] },
      }),
    );
    const running = await until(
      () => kube('GET', `${pods}/sleeper`),
      (text) => text.includes('"phase":"Running"'),
      20,
    );
    expect(running).toContain('"phase":"Running"');
    // The server, this test's child, and the pod.
    expect((await processesOf(data)).length).toBeGreaterThanOrEqual(3);
    child.kill('SIGINT');
    await once(child, 'exit');
    expect(alive(run.pid), said()).toBe(false);
    expect(
      await until(
        () => processesOf(data),
        (left) => left.length === 0,
        10,
      ),
    ).toEqual([]);
  });

  it('says so when the server is killed underneath it, and starts again', async () => {
    const { child, said, run } = await start();
    process.kill(run.pid, 'SIGKILL');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(1);
    expect(said()).toContain('The platform ended unexpectedly.');
    expect(said()).toContain('acknowledged writes are kept');
    const again = await start();
    expect(again.run.pid).not.toBe(run.pid);
    again.child.kill('SIGINT');
    await once(again.child, 'exit');
  });
});
