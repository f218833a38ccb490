import { createClock } from '@podpass/kernel';
import type { WireClient } from '@podpass/http';
import { silentTelemetry } from '@podpass/telemetry';
import { describe, expect, it } from 'vitest';
import { createNodeMetadata } from '../endpoint/node-metadata.ts';
import { isFault, parseFlags } from './flags.ts';
import { createNmi, type NmiOptions } from './nmi.ts';
import { node } from './testing/objects.ts';

/** An API server with nothing in it. */
const emptyWire = (paths: string[]): WireClient => ({
  request: async ({ url }) => {
    paths.push(url);
    return { status: 200, headers: {}, body: Buffer.from('{"metadata":{"resourceVersion":"1"},"items":[]}') };
  },
  async *lines({ signal }) {
    await new Promise<void>((resolve) => {
      if (signal?.aborted === true) resolve();
      signal?.addEventListener('abort', () => resolve());
    });
    yield* [];
  },
  close: async () => undefined,
});

/** `kubeletFile` is the kubelet's file of flags; null when the node has none. */
const start = (
  args: readonly string[],
  { kubeletFile = 'KUBELET_FLAGS=--network-plugin=azure', ...more }: Partial<NmiOptions> & { kubeletFile?: string | null } = {},
) => {
  const clock = createClock();
  const telemetry = silentTelemetry();
  const paths: string[] = [];
  const lines: string[] = [];
  const ending = new AbortController();
  const probes = new Map<number, (path: string) => { status: number; body: string }>();
  const metadata = createNodeMetadata({
    nodeName: node,
    machine: async () => ({ status: 200, headers: {}, body: 'machine' }),
    failClosed: () => true,
    telemetry,
  });
  const component = createNmi({
    dependencies: { wire: emptyWire(paths), clock, telemetry },
    node: (name) => (name === node ? metadata : undefined),
    ...more,
  });
  const ended = component({
    args,
    env: { KUBERNETES_SERVICE_HOST: 'kubernetes.example', KUBERNETES_SERVICE_PORT: '443' },
    pod: { uid: 'u', namespace: 'kube-system', name: 'nmi', nodeName: node },
    readFile: async (path) => {
      if (path.endsWith('/token')) return 'account-token';
      if (path === '/etc/default/kubelet' && kubeletFile !== null) return kubeletFile;
      throw new Error('no such file');
    },
    log: (line) => lines.push(line),
    answerProbes: (port, answer) => void probes.set(port, answer),
    signal: ending.signal,
  });
  const ask = () =>
    metadata.handle({
      id: 'r',
      method: 'GET',
      path: '/metadata/identity/oauth2/token',
      query: new URLSearchParams(),
      headers: {},
      remoteAddress: '10.0.0.1',
      source: undefined,
    });
  const health = (path = '/healthz', port = 8080) => probes.get(port)?.(path);
  return { ended, ending, lines, paths, ask, health };
};

describe('flags', () => {
  it.each([
    [['--unknown'], 'unknown flag: --unknown'],
    [['-x'], "unknown shorthand flag: 'x' in -x"],
    [['--node'], 'flag needs an argument: --node'],
    [['--nmi-port=x'], 'invalid argument "x" for "--nmi-port" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [
      ['--forceNamespaced=maybe'],
      'invalid argument "maybe" for "--forceNamespaced" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [['--__proto__=1'], 'unknown flag: --__proto__'],
  ])('%j: %s', (args, fault) => {
    expect(parseFlags(args, {})).toEqual({ fault });
  });

  it('reads values and switches', () => {
    const flags = parseFlags(
      [
        '--node=n',
        '--retry-attempts-for-created',
        '3',
        '--block-instance-metadata',
        '-v=2',
        '--metadata-header-required=false',
        'word',
        '--',
        '--unknown',
      ],
      {},
    );
    expect(isFault(flags)).toBe(false);
    expect(flags).toMatchObject({
      node: 'n',
      'retry-attempts-for-created': 3,
      'block-instance-metadata': true,
      v: 2,
      'metadata-header-required': false,
      MICNamespace: 'default',
    });
  });

  it('FORCENAMESPACED counts', () => {
    expect(parseFlags([], { FORCENAMESPACED: 'true' })).toMatchObject({ forceNamespaced: true });
    expect(parseFlags([], { FORCENAMESPACED: '1' })).toMatchObject({ forceNamespaced: false });
  });
});

describe('NMI as a component', () => {
  it.each([
    [['--unknown'], 2, 'unknown flag: --unknown'],
    [['--operation-mode=other'], 255, 'operation mode other not supported'],
    [['--operation-mode=managed'], 255, 'managed mode not intialized in force namespaced mode'],
    [['--http-probe-port=65536'], 255, 'Http listen and serve error: listen tcp: address 65536: invalid port'],
    [['--node=another'], 255, `--node names another, but this NMI runs on ${node}`],
  ])('%j ends with %i', async (args, code, text) => {
    const { ended, lines } = start(args);
    expect(await ended).toBe(code);
    expect(lines.at(-1)).toContain(text);
  });

  it('kubenet detection', async () => {
    const kubenet = start([], { kubeletFile: 'KUBELET_FLAGS=--network-plugin=kubenet' });
    expect(await kubenet.ended).toBe(255);
    expect(kubenet.lines.at(-1)).toContain('AAD Pod Identity is not supported for Kubenet. Review https://azure.github.io/');
    const unknown = start([], { kubeletFile: null });
    expect(await unknown.ended).toBe(255);
    expect(unknown.lines.at(-1)).toContain('failed to check if CNI plugin is kubenet');
    const allowed = start(['--allow-network-plugin-kubenet'], { kubeletFile: null });
    allowed.ending.abort();
    expect(await allowed.ended).toBe(0);
  });

  it('a node that the platform does not have', async () => {
    const { ended, lines } = start([], { node: () => undefined });
    expect(await ended).toBe(255);
    expect(lines.at(-1)).toContain('there is no metadata service on node');
  });

  it.each([
    ['standard', [], true],
    ['managed', ['--operation-mode=managed', '--forceNamespaced'], false],
  ])('%s mode: answers from its first complete view of the cluster until it ends', async (_mode, args, assigned) => {
    const { ended, ending, lines, paths, ask, health } = start(args);
    expect((await ask()).status).toBe(503);
    expect(health()).toEqual({ status: 200, body: 'Not Active' });
    await expect.poll(() => lines.some((line) => line.includes('healthz: Active'))).toBe(true);
    expect((await ask()).status).toBe(400);
    expect(paths.some((path) => path.includes('/api/v1/pods?fieldSelector=spec.nodeName%3D'))).toBe(true);
    expect(paths.some((path) => path.includes('azureassignedidentities?labelSelector=nodename%3D'))).toBe(assigned);
    expect(health('/healthz?x')).toEqual({ status: 200, body: 'Active' });
    expect(health('/healthz/')?.status).toBe(404);
    ending.abort();
    expect(await ended).toBe(0);
    expect((await ask()).status).toBe(503);
    expect(health()?.body).toBe('Not Active');
  });

  it('answers its probes on the port that it was given, and on no other', () => {
    const { ending, health } = start(['--http-probe-port=8085']);
    expect(health()).toBeUndefined();
    expect(health('/healthz', 8085)?.status).toBe(200);
    ending.abort();
  });

  it('two on one node: the second one ends', async () => {
    const view = createNodeMetadata({
      nodeName: node,
      machine: async () => ({ status: 200, headers: {}, body: '' }),
      failClosed: () => true,
      telemetry: silentTelemetry(),
    });
    view.intercept(async () => ({ status: 200, headers: {}, body: '' }));
    const { ended, lines } = start([], { node: () => view });
    expect(await ended).toBe(255);
    expect(lines.at(-1)).toContain('Another NMI answers on node');
  });
});
