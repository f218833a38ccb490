import { createClock } from '@podpass/kernel';
import { silentTelemetry } from '@podpass/telemetry';
import { describe, expect, it } from 'vitest';
import { createMic } from './mic.ts';
import { clusterOf, scaleSetId } from './testing/builders.ts';
import { createFakeApi, type FakeApi } from './testing/fake-api.ts';
import { expectSoon, rest } from './testing/harness.ts';
import { createMemoryCloud } from './testing/memory-cloud.ts';

const leasePath = '/apis/coordination.k8s.io/v1/namespaces/default/leases/aad-pod-identity-mic';

const launchMic = (
  options: { args?: string[]; env?: Record<string, string>; api?: FakeApi; files?: Record<string, string>; name?: string } = {},
) => {
  const { args = [], api = createFakeApi(), files = {}, name = 'mic-1' } = options;
  const cloud = createMemoryCloud();
  const lines: string[] = [];
  const stop = new AbortController();
  const probes = new Map<number, (path: string) => { status: number; body: string }>();
  const exit = createMic({ dependencies: { wire: api.wire, clock: createClock(), telemetry: silentTelemetry() }, cloud: cloud.cloud })({
    args,
    env: options.env ?? { MIC_POD_NAMESPACE: 'default', KUBERNETES_SERVICE_HOST: 'api.test', KUBERNETES_SERVICE_PORT: '443' },
    pod: { uid: 'u', namespace: 'default', name, nodeName: 'node1' },
    readFile: async (path) => {
      if (path.endsWith('/token')) return 'token';
      const text = files[path];
      if (text === undefined) throw new Error(`no file ${path}`);
      return text;
    },
    log: (line) => lines.push(line),
    answerProbes: (port, answer) => void probes.set(port, answer),
    signal: stop.signal,
  });
  return { api, cloud, lines, exit, stop, probes, cluster: clusterOf(api) };
};

describe('a container that cannot start says why', () => {
  it.each([
    [['--bogus'], 2, 'flag provided but not defined: -bogus'],
    [['-createDeleteBatch', 'x'], 2, 'invalid value "x" for flag -createDeleteBatch: parse error'],
    [['-forceNamespaced=maybe'], 2, 'invalid boolean value "maybe" for -forceNamespaced: parse error'],
    [['--syncRetryDuration'], 2, 'flag needs an argument: -syncRetryDuration'],
    [['---v'], 2, 'bad flag syntax: ---v'],
    [['-__proto__=1'], 2, 'flag provided but not defined: -__proto__'],
    [['-h'], 0, 'Usage of mic:'],
  ])('%j', async (args, code, first) => {
    const mic = launchMic({ args });
    expect(await mic.exit).toBe(code);
    expect(mic.lines[0]).toBe(first);
    expect(mic.lines).toContain('Usage of mic:');
  });
  it.each([
    [{ env: {} }, 'namespace not specified. Please add meta.namespace as env variable MIC_POD_NAMESPACE'],
    [{ env: { MIC_POD_NAMESPACE: 'default' } }, 'KUBERNETES_SERVICE_HOST'],
    [{ args: ['--cloudconfig=/none'] }, 'failed to create the cloud provider, error: no file /none'],
    [{ args: ['--cloudconfig=/bad'], files: { '/bad': '[]' } }, '/bad is no JSON object'],
    [{ args: ['--http-probe-port=none'] }, 'listen tcp: address none: invalid port'],
    [{ args: ['--kubeconfig=/k'] }, '--kubeconfig is not supported'],
  ])('%j', async (options, text) => {
    const mic = launchMic(options);
    expect(await mic.exit).toBe(1);
    expect(mic.lines.at(-1)).toMatch(/^F\d{4} \d\d:\d\d:\d\d\.\d{6} +1 mic\.ts:1] /);
    expect(mic.lines.at(-1)).toContain(text);
  });
});

it('leads, assigns, keeps the cluster’s own identity, and gives the lease back when it is told to end', async () => {
  const mic = launchMic({
    args: ['--logtostderr', '-v', '2', '--cloudconfig=/azure.json', '--leader-election-instance', 'me'],
    files: { '/azure.json': JSON.stringify({ useManagedIdentityExtension: true, userAssignedIdentityID: 'CLIENT-own' }) },
  });
  mic.cluster.node('node1');
  for (const name of ['own', 'other']) {
    mic.cluster.identity(name);
    mic.cluster.binding(`b-${name}`, name);
  }
  mic.cluster.pod('pod1');
  const carried = (): string[] => [...mic.cloud.of(scaleSetId('vmss1'))].map((id) => id.split('/').at(-1) ?? '').toSorted();
  await expectSoon(() => carried().length === 2);
  expect(mic.api.get(leasePath)).toMatchObject({ spec: { holderIdentity: 'me' } });
  await rest();
  mic.cluster.deletePod('pod1');
  await expectSoon(() => carried().length === 1);
  expect(carried()).toEqual(['own']);
  await rest();
  mic.stop.abort();
  expect(await mic.exit).toBe(0);
  expect(mic.api.get(leasePath)).toMatchObject({ spec: { holderIdentity: '' } });
});

it('two replicas: one works; when its lease is taken it ends with code 1', async () => {
  const first = launchMic({ name: 'mic-1', args: ['--leader-election-duration=200ms'] });
  await expectSoon(() => first.lines.some((line) => line.includes('sync thread started.')));
  const second = launchMic({ name: 'mic-2', api: first.api });
  await rest();
  expect(second.lines.some((line) => line.includes('sync thread started.'))).toBe(false);
  // Both are alive, and only the one that leads works.
  expect(first.probes.get(8080)?.('/healthz')).toEqual({ status: 200, body: 'Active' });
  expect(second.probes.get(8080)?.('/healthz')).toEqual({ status: 200, body: 'Not Active' });
  const lease = first.api.get(leasePath);
  first.api.put('/apis/coordination.k8s.io/v1/namespaces/default/leases', {
    ...lease,
    spec: { ...(lease?.['spec'] as object), holderIdentity: 'intruder' },
  });
  expect(await first.exit).toBe(1);
  expect(first.lines.at(-1)).toContain('lost leader lease');
  second.stop.abort();
  expect(await second.exit).toBe(0);
});
