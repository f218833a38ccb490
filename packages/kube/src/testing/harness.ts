import { createEnvelope, createKeyPool, generateSigningKey, parseJwt, type SigningKey } from '@podpass/crypto';
import type { Answer, Exchange, WireClient, WireRequest, WireAnswer } from '@podpass/http';
import { createClock, isObject, newGuid, type AdjustableClock } from '@podpass/kernel';
import { createMemoryStore, type Store } from '@podpass/store';
import { silentTelemetry, type AuditEvent } from '@podpass/telemetry';
import { X509Certificate } from 'node:crypto';
import { createClusters } from '../clusters.ts';
import type { Fields } from '../object/types.ts';
import type { Cluster, ClusterSpec, Clusters } from '../types.ts';

/** Keys are slow to make: all tests share a few. */
const spare: Promise<SigningKey>[] = [];
let taken = 0;
const sharedKey = (): Promise<SigningKey> => {
  const index = taken % 4;
  taken += 1;
  spare[index] ??= generateSigningKey();
  return spare[index];
};

export const spec = (over: Partial<ClusterSpec> = {}): ClusterSpec => ({
  uid: newGuid(),
  name: 'blue',
  fqdn: 'blue.hcp.westeurope.azmk8s.io',
  issuer: 'https://westeurope.oic.prod-aks.azure.com/11111111-1111-1111-1111-111111111111/22222222-2222-2222-2222-222222222222/',
  publishIssuer: true,
  version: '1.35.2',
  ...over,
});

/** A response with its body read. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Fields;
  readonly text: string;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly raw?: Buffer | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly certificate?: X509Certificate;
  /** Without credentials. */
  readonly anonymous?: boolean;
}

export interface World {
  readonly clusters: Clusters;
  readonly cluster: Cluster;
  readonly store: Store;
  readonly clock: AdjustableClock;
  /** Requests that left through the wire. */
  readonly calls: WireRequest[];
  /** A request to the API, as administrator unless told otherwise. */
  ask(method: string, target: string, options?: RequestOptions): Promise<Reply>;
  /** The text of a stream that ends by itself. */
  text(target: string): Promise<string>;
  /** A watch: its frames so far, and a way to wait for them. */
  watch(target: string, options?: RequestOptions): Promise<Watching>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Watching {
  readonly frames: Fields[];
  /** Resolves when there are at least `count` frames. */
  wait(count: number): Promise<readonly Fields[]>;
  readonly ended: Promise<void>;
  stop(): void;
}

export type FakeWire = (request: WireRequest) => Promise<WireAnswer> | WireAnswer;

const fakeWire = (answer: FakeWire | undefined, calls: WireRequest[]): WireClient => ({
  async request(request) {
    calls.push(request);
    if (answer === undefined) throw new Error('connect ECONNREFUSED');
    return answer(request);
  },
  async *lines(request) {
    calls.push(request);
    yield* request.lines === 'text' ? ['first\n', '\n', 'second\n'] : ['first', 'second'];
  },
  close: () => Promise.resolve(),
});

export const exchangeOf = (
  host: string,
  method: string,
  target: string,
  options: RequestOptions & { signal?: AbortSignal } = {},
): Exchange => {
  const [path = '', query = ''] = target.split('?', 2);
  const raw = options.raw ?? (options.body === undefined ? '' : JSON.stringify(options.body));
  const body = typeof raw === 'string' ? Buffer.from(raw) : raw;
  return {
    id: newGuid(),
    method,
    host,
    authority: host,
    path,
    query: new URLSearchParams(query),
    headers: {
      ...(body.length > 0 ? { 'content-type': 'application/json' } : {}),
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...options.headers,
    },
    body,
    peer: { address: '127.0.0.1', certificate: options.certificate },
    signal: options.signal ?? new AbortController().signal,
  };
};

export const replyOf = (answer: Answer): Reply => {
  const { body = '' } = answer;
  const text = typeof body === 'string' ? body : Buffer.isBuffer(body) ? body.toString('utf8') : JSON.stringify(body);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = {};
  }
  return { status: answer.status, headers: answer.headers ?? {}, body: isObject(parsed) ? parsed : {}, text };
};

/** A platform with one cluster over a memory store. */
export const world = async (
  options: { wire?: FakeWire; spec?: Partial<ClusterSpec>; store?: Store; audits?: AuditEvent[] } = {},
): Promise<World> => {
  const clock = createClock();
  const store = options.store ?? createMemoryStore();
  const calls: WireRequest[] = [];
  const keyPool = createKeyPool({ size: 1, generate: sharedKey });
  const clusters = await createClusters({
    store,
    clock,
    telemetry: { ...silentTelemetry(), audit: (event) => void options.audits?.push(event) },
    envelope: createEnvelope(Buffer.alloc(32, 7)),
    wire: fakeWire(options.wire, calls),
    keyPool,
    issuerHostSuffix: '.oic.prod-aks.azure.com',
    apiHostSuffix: '.azmk8s.io',
  });
  const cluster = clusters.list()[0] ?? (await clusters.create(spec(options.spec)));
  const admin = new X509Certificate((await cluster.issueClient('admin', ['system:masters'])).certificate);
  const withIdentity = (given: RequestOptions): RequestOptions =>
    given.anonymous === true || given.token !== undefined || given.certificate !== undefined ? given : { ...given, certificate: admin };
  const watch = async (target: string, given: RequestOptions = {}): Promise<Watching> => {
    const abort = new AbortController();
    const answer = await clusters.api.handle(
      exchangeOf(cluster.spec.fqdn, 'GET', target, { ...withIdentity(given), signal: abort.signal }),
    );
    const frames: Fields[] = [];
    const waiting: { count: number; resolve: (frames: readonly Fields[]) => void }[] = [];
    const write = (chunk: string | Buffer) => {
      for (const line of chunk.toString().split('\n')) if (line !== '') frames.push(JSON.parse(line) as Fields);
      for (const entry of waiting) if (frames.length >= entry.count) entry.resolve(frames);
      return Promise.resolve();
    };
    if (answer.stream === undefined) throw new Error(`no stream: ${JSON.stringify(replyOf(answer).body)}`);
    return {
      frames,
      wait: (count) => (frames.length >= count ? Promise.resolve(frames) : new Promise((resolve) => waiting.push({ count, resolve }))),
      ended: answer.stream({ write, signal: abort.signal }),
      stop: () => abort.abort(),
    };
  };
  return {
    clusters,
    cluster,
    store,
    clock,
    calls,
    ask: async (method, target, given = {}) =>
      replyOf(await clusters.api.handle(exchangeOf(cluster.spec.fqdn, method, target, withIdentity(given)))),
    async text(target) {
      const answer = await clusters.api.handle(exchangeOf(cluster.spec.fqdn, 'GET', target, withIdentity({})));
      const chunks: string[] = [];
      await answer.stream?.({
        write(chunk) {
          chunks.push(chunk.toString());
          return Promise.resolve();
        },
        signal: new AbortController().signal,
      });
      return chunks.join('');
    },
    watch,
    async [Symbol.asyncDispose]() {
      await clusters.close();
      keyPool.close();
    },
  };
};

/** The claims of a token. */
export const claimsOf = (token: string): Readonly<Record<string, unknown>> => {
  const parsed = parseJwt(token);
  if ('failure' in parsed) throw new Error(parsed.failure.reason);
  return parsed.claims;
};

export const configMap = (name: string, over: Fields = {}): Fields => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { a: '1' },
  ...over,
});

export const pod = (name: string, over: { metadata?: Fields; spec?: Fields } = {}): Fields => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...over.metadata },
  spec: { containers: [{ name: 'main', image: 'busybox' }], ...over.spec },
});

export const node = (name: string): Fields => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/os': 'linux', 'kubernetes.io/hostname': name } },
  status: {
    conditions: [{ type: 'Ready', status: 'True' }],
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
  },
});

/** Waits until `check` gives something, for at most two seconds. */
export const eventually = async <T>(check: () => Promise<T | undefined>): Promise<T> => {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const value = await check();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not happen');
};
