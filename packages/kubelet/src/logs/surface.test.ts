import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '@podpass/crypto';
import type { AnswerStream, Exchange } from '@podpass/http';
import { createClock } from '@podpass/kernel';
import { silentTelemetry } from '@podpass/telemetry';
import { createKubelet } from '../kubelet.ts';
import { createImageCatalogue } from '../images/catalogue.ts';
import type { PodWorker } from '../pod/worker.ts';
import { createFakeApi } from '../testing/fake-api.ts';
import { podOf } from '../testing/builders.ts';
import { openLogFile, type LogFile } from './file.ts';
import { createLogSurface } from './surface.ts';

const clock = createClock();
let folder: string;
let log: LogFile;
let file: string;
let clusterCa: string;
const certificates = new Map<string, X509Certificate>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubelet-'));
  file = join(folder, '0.log');
  log = openLogFile(file, () => clock.now());
  log.sink('stdout').write(Buffer.from('one\ntwo\n'));
  const [own, foreign] = await Promise.all(
    ['own', 'foreign'].map((commonName) => createCertificateAuthority({ commonName, permittedDns: [], days: 1, clock })),
  );
  clusterCa = own!.certificate;
  for (const [key, authority, commonName, organizations] of [
    ['api', own, 'kube-apiserver', []],
    ['admin', own, 'masterclient', ['system:masters']],
    ['node', own, 'system:node:node-0', ['system:nodes']],
    ['foreign', foreign, 'kube-apiserver', ['system:masters']],
  ] as const) {
    certificates.set(key, new X509Certificate((await authority!.issueClient({ commonName, organizations })).certificate));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const exchange = (path: string, options: { as?: string; method?: string } = {}): Exchange => {
  const url = new URL(`https://node-0${path}`);
  return {
    id: 'x',
    method: options.method ?? 'GET',
    host: 'node-0',
    authority: 'node-0',
    path: url.pathname,
    query: url.searchParams,
    headers: {},
    body: Buffer.alloc(0),
    peer: { address: '127.0.0.1', certificate: certificates.get(options.as ?? 'api') },
    signal: new AbortController().signal,
  };
};

const worker = (): PodWorker => ({
  pod: podOf(),
  update: () => undefined,
  stop: async () => undefined,
  log: (container, previous) => (container === 'main' && !previous ? { file, live: log } : undefined),
});
const surface = () =>
  createLogSurface({
    pods: { find: (namespace, name) => (namespace === 'default' && name === 'web' ? worker() : undefined) },
    clusterCa,
    clock,
    certificateClock: clock,
  });
const get = (path: string, options?: { as?: string; method?: string }) => surface().handle(exchange(path, options));

describe('container logs', () => {
  it.each([
    ['nobody', 401],
    ['node', 401],
    ['foreign', 401],
    ['admin', 200],
    ['api', 200],
  ])('for %s: %d', async (as, status) => {
    expect((await get('/containerLogs/default/web/main', { as })).status).toBe(status);
  });

  it.each([
    ['/containerLogs/default/other/main', 404],
    ['/containerLogs/other/web/main', 404],
    ['/containerLogs/default/web/nope', 404],
    ['/containerLogs/default/web/main?previous=true', 400],
    ['/containerLogs/default/web/main?tailLines=-1', 400],
    ['/containerLogs/default/web/main?sinceTime=yesterday', 400],
    ['/exec/default/web/main', 404],
  ])('%s: %d', async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });

  it('are sent as asked', async () => {
    expect((await get('/containerLogs/default/web/main?tailLines=1')).body).toBe('two\n');
    expect((await get('/containerLogs/default/web/main', { method: 'POST' })).status).toBe(405);
  });

  it('are followed without a gap until the container ends', async () => {
    const answer = await get('/containerLogs/default/web/main?follow=true&tailLines=1');
    let text = '';
    const out: AnswerStream = {
      signal: new AbortController().signal,
      async write(chunk) {
        text += chunk.toString();
        if (text === 'two\n') log.sink('stdout').write(Buffer.from('three\n'));
        else if (text.endsWith('three\n')) log.close();
      },
    };
    await answer.stream?.(out);
    expect(text).toBe('two\nthree\n');
  });
});

it.each([
  ['headers-too-large', 431],
  ['malformed-request', 400],
  ['timeout', 408],
  ['internal', 500],
] as const)('answers the fault %s with %i', (kind, status) => {
  const surface = createLogSurface({ pods: { find: () => undefined }, clusterCa, clock, certificateClock: clock });
  expect(surface.fault({ kind, message: 'Because.' }).status).toBe(status);
});

describe('createKubelet', () => {
  it('registers, becomes ready, takes up pods and stops cleanly, removing them', async () => {
    const api = createFakeApi(clock);
    api.addPod(podOf({ containers: [{ name: 'main', image: 'none' }] }));
    const kubelet = createKubelet({
      node: { name: 'node-0' },
      apiServer: 'https://api.test',
      credential: { cert: '', key: '' },
      clusterCa,
      serverCertificate: { cert: '', key: '' },
      wire: api.wire,
      clock,
      telemetry: silentTelemetry(),
      podsDir: join(folder, 'pods'),
      images: createImageCatalogue({ entries: [] }),
      hostEnvironment: {},
    });
    await kubelet.start();
    await kubelet.ready;
    while (api.pod('web')?.status?.phase !== 'Running') await new Promise((resolve) => setTimeout(resolve, 5));
    const status = api.object('/api/v1/nodes/node-0')!['status'] as { daemonEndpoints: { kubeletEndpoint: { Port: number } } };
    expect(status.daemonEndpoints.kubeletEndpoint.Port).toBeGreaterThan(0);
    expect(await readdir(join(folder, 'pods'))).toHaveLength(1);
    await kubelet.stop({ removePods: true });
    await kubelet.stop();
    expect(api.pod('web')).toBeUndefined();
    expect(await readdir(folder)).not.toContain('pods');
  });

  it('says why it could not start', async () => {
    const api = createFakeApi(clock);
    const wire = {
      ...api.wire,
      request: async () => ({ status: 403, headers: {}, body: Buffer.from('{"message":"nodes is forbidden"}') }),
    };
    const kubelet = createKubelet({
      node: { name: 'node-0' },
      apiServer: 'https://api.test',
      credential: { cert: '', key: '' },
      clusterCa,
      serverCertificate: { cert: '', key: '' },
      wire,
      clock,
      telemetry: silentTelemetry(),
      podsDir: join(folder, 'pods'),
      images: createImageCatalogue({ entries: [] }),
      hostEnvironment: {},
    });
    await expect(kubelet.start()).rejects.toThrow('nodes is forbidden');
    await expect(kubelet.ready).rejects.toThrow('nodes is forbidden');
    await kubelet.stop();
    expect(await readdir(folder)).toContain('pods');
  });
});
