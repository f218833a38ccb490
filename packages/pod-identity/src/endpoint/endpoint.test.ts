import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createClock } from '@podpass/kernel';
import { silentTelemetry, type AuditEvent } from '@podpass/telemetry';
import { afterEach, describe, expect, it } from 'vitest';
import type { MetadataRequest, PodSource } from '../types.ts';
import { createMetadataEndpoint, type ConnectionSource } from './metadata-endpoint.ts';
import { createNodeMetadata } from './node-metadata.ts';
import { readTarget } from './request-target.ts';

const web: PodSource = { uid: 'u', namespace: 'apps', name: 'web', ip: '10.0.0.1', hostNetwork: false };
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const start = async (source: ConnectionSource = web, acceptAfter?: (socket: Socket) => Promise<unknown>) => {
  const audits: AuditEvent[] = [];
  const telemetry = { ...silentTelemetry(), audit: (event: AuditEvent) => void audits.push(event) };
  const endpoint = createMetadataEndpoint({ telemetry, clock: createClock() });
  const listener: Server = createServer((socket) => {
    if (acceptAfter === undefined) endpoint.accept(socket, source);
    else void acceptAfter(socket).then(() => endpoint.accept(socket, source));
  });
  closers.push(
    () => listener.close(),
    () => endpoint.close(),
  );
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const seen: MetadataRequest[] = [];
  endpoint.use(async (request) => {
    seen.push(request);
    return { status: 200, headers: { 'x-path': 'seen' }, body: 'körper' };
  });
  const open = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  const send = async (raw: string): Promise<string> => {
    const socket = await open();
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(raw, 'latin1');
    await once(socket, 'close');
    return Buffer.concat(chunks).toString('utf8');
  };
  return { endpoint, seen, send, open, audits };
};
const get = (target: string, headers = '') =>
  `GET ${target} HTTP/1.1\r\nHost: 169.254.169.254\r\nMetadata: true\r\nConnection: close\r\n${headers}\r\n`;

describe('the metadata endpoint', () => {
  it.each([
    ['garbage', 'GARBAGE\r\n\r\n', 400, 'malformed-request'],
    [
      'two lengths',
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      'malformed-request',
    ],
    ['too many bytes of headers', get('/', `x: ${'y'.repeat(20_000)}\r\n`), 431, 'oversized-request'],
    [
      'a body above 1 KiB',
      `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2000\r\n\r\n${'x'.repeat(2_000)}`,
      413,
      'oversized-body',
    ],
    ['the asterisk form', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404, 'no-target'],
    ['CONNECT', 'CONNECT evil:443 HTTP/1.1\r\nHost: evil\r\n\r\n', 405, 'connect'],
  ])('refuses %s, and writes down of which pod it was', async (_name, raw, status, reason) => {
    const { send, seen, audits } = await start();
    expect(await send(raw)).toContain(`HTTP/1.1 ${String(status)}`);
    expect(seen).toEqual([]);
    expect(audits).toStrictEqual([{ event: 'metadata-connection', outcome: 'refused', reason, source: 'apps/web', sourceUid: 'u' }]);
  });

  it('bounds the connections of one pod', async () => {
    const { open, send } = await start();
    for (let at = 0; at < 64; at += 1) await open();
    expect(await send(get('/'))).toBe('');
  });

  it('answers, with the length in bytes', async () => {
    const answer = await (await start()).send(get('/metadata/instance?a=b%20c'));
    expect(answer).toContain('HTTP/1.1 200');
    expect(answer).toContain('content-length: 7');
    expect(answer.endsWith('körper')).toBe(true);
  });

  it.each([
    [String.raw`/metadata/identity\oauth2\token?x=1`, String.raw`/metadata/identity\oauth2\token`],
    ['/metadata/%2569dentity?x=1', '/metadata/%2569dentity'],
    ['//a/../b?x=1', '//a/../b'],
    ['http://169.254.169.254/metadata/instance?x=1', '/metadata/instance'],
  ])('keeps the path of %s as it was sent', async (target, path) => {
    const { send, seen } = await start();
    await send(get(target));
    expect(seen).toMatchObject([{ path, source: web, method: 'GET', remoteAddress: '127.0.0.1' }]);
    expect(seen[0]?.query.get('x')).toBe('1');
  });

  it('loses nothing that came while the network was still looking for the pod', async () => {
    // Some of the request lies in the socket's buffer by then.
    const arrived = (socket: Socket) => once(socket, 'readable');
    const { send, seen } = await start(web, arrived);
    expect(await send(get('/metadata/instance'))).toContain('HTTP/1.1 200');
    expect(seen).toMatchObject([{ path: '/metadata/instance', headers: { metadata: 'true' } }]);
  });

  it('asks anew for every request who the connection belongs to', async () => {
    let present: PodSource | undefined = web;
    const { open, seen } = await start(() => present);
    const socket = await open();
    const keepAlive = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
    socket.write(keepAlive);
    await once(socket, 'data');
    present = undefined;
    socket.write(keepAlive);
    await once(socket, 'data');
    expect(seen.map(({ source }) => source?.uid)).toEqual(['u', undefined]);
    socket.destroy();
  });

  it('503 until there is a handler', async () => {
    const endpoint = createMetadataEndpoint({ telemetry: silentTelemetry(), clock: createClock() });
    const listener = createServer((socket) => endpoint.accept(socket, web));
    closers.push(
      () => listener.close(),
      () => endpoint.close(),
    );
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    const socket = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
    socket.write(get('/'));
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toContain('HTTP/1.1 503');
    socket.destroy();
  });

  it('tells nothing of what went wrong inside', async () => {
    const { endpoint, send } = await start();
    endpoint.use(async () => {
      throw new Error('inside');
    });
    const answer = await send(get('/'));
    expect(answer).toContain('HTTP/1.1 500');
    expect(answer).not.toContain('inside');
  });

  it.each(['*', 'evil:443', ''])('target %s is none', (target) => {
    expect(readTarget(target)).toBeUndefined();
  });
});

describe('a node', () => {
  const node = (closed: boolean) => {
    const audits: AuditEvent[] = [];
    const metadata = createNodeMetadata({
      nodeName: 'n',
      machine: async () => ({ status: 200, headers: {}, body: 'machine' }),
      failClosed: () => closed,
      telemetry: { ...silentTelemetry(), audit: (event) => void audits.push(event) },
    });
    const ask = (path: string, source: PodSource | undefined) =>
      metadata.handle({ id: 'r', method: 'GET', path, query: new URLSearchParams(), headers: {}, remoteAddress: '10.0.0.1', source });
    return { metadata, audits, ask };
  };
  const token = '/metadata/identity/oauth2/token';

  it('gives nothing while NMI should run and does not', async () => {
    const { ask, audits } = node(true);
    for (const path of [token, '/metadata/instance'])
      expect(await ask(path, web)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(audits).toMatchObject([{ outcome: 'refused', reason: 'nmi-absent', pod: 'apps/web' }]);
  });

  it.each([token, '/metadata/IDENTITY/oauth2/token', '/host/token'])('gives no token to a connection without pod: %s', async (path) => {
    const { ask, audits } = node(false);
    expect((await ask(path, undefined)).status).toBe(401);
    expect(audits).toMatchObject([{ outcome: 'refused', reason: 'unknown-source' }]);
    expect((await ask('/metadata/instance', undefined)).body).toBe('machine');
  });

  it('is the machine where there is no pod identity', async () => {
    const { ask, audits } = node(false);
    expect((await ask(token, web)).body).toBe('machine');
    expect(audits).toMatchObject([{ event: 'machine-token', outcome: 'granted' }]);
  });

  it('has one NMI at most, and closes again when it goes', async () => {
    const { ask, metadata } = node(true);
    const release = metadata.intercept(async () => ({ status: 200, headers: {}, body: 'nmi' }));
    expect(() => metadata.intercept(async () => ({ status: 200, headers: {}, body: '' }))).toThrow(/Another NMI/);
    expect((await ask(token, web)).body).toBe('nmi');
    release();
    release();
    expect((await ask(token, web)).status).toBe(503);
  });
});
