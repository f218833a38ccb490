import { createCertificateAuthority } from '@podpass/crypto';
import { createClock } from '@podpass/kernel';
import { silentTelemetry } from '@podpass/telemetry';
import { describe, expect, it } from 'vitest';
import { authority, platform, surface } from '../testing/platform.ts';
import type { Surface, WireRequest } from '../types.ts';
import { createDialer, type DialerOptions } from './dialer.ts';
import { createWireClient } from './wire-client.ts';

const start = async (over: Partial<Surface> = {}, dialing: Partial<DialerOptions> = {}) => {
  const server = await platform([surface('a', over), surface('b')]);
  const dialer = createDialer({ serves: (host) => host.endsWith('.test'), listenerPort: server.port, ...dialing });
  const client = createWireClient({ dialer, ca: authority.certificate, telemetry: silentTelemetry() });
  const get = (url: string, more: Partial<WireRequest> = {}) => client.request({ method: 'GET', url, ...more });
  return {
    ...server,
    client,
    get,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server.listener.close({ graceMs: 20 });
    },
  };
};
const collect = async (lines: AsyncIterable<string>) => {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
};

describe('what the client refuses', () => {
  it.each(['http://a.test/', 'nonsense', 'https://user:password@a.test/', 'file:///etc/passwd'])('%s', async (url) => {
    await using at = await start();
    await expect(at.get(url)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('a server of another authority', async () => {
    await using at = await start();
    const other = await createCertificateAuthority({ commonName: 'Other', permittedDns: ['test'], clock: createClock(), days: 1 });
    await expect(at.get('https://a.test/', { ca: other.certificate })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('a certificate for another name', async () => {
    await using at = await start({}, { route: () => undefined });
    await expect(at.get('https://a.test/', { serverName: 'missing.test' })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each([
    ['announced', { body: 'x'.repeat(101) }],
    ['streamed', { stream: async (out: { write(chunk: string): Promise<void> }) => out.write('x'.repeat(101)) }],
  ])('an answer that is too large, %s', async (_what, answer) => {
    await using at = await start({ handle: async () => ({ status: 200, ...answer }) });
    await expect(at.get('https://a.test/', { maxBytes: 100 })).rejects.toMatchObject({ code: 'invalid' });
    expect((await at.get('https://a.test/', { maxBytes: 101 })).body).toHaveLength(101);
  });

  it.each([
    ['headers', { handle: () => new Promise<never>(() => undefined) }],
    [
      'bodies',
      {
        handle: async () => ({
          status: 200,
          stream: async ({ signal }: { signal: AbortSignal }) =>
            new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
        }),
      },
    ],
  ])('slow %s', async (_what, over) => {
    await using at = await start(over);
    await expect(at.get('https://a.test/', { timeout: 60 })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('to follow redirects', async () => {
    await using at = await start({ handle: async () => ({ status: 302, headers: { location: 'https://b.test/' } }) });
    expect((await at.get('https://a.test/')).status).toBe(302);
  });

  it('a request that its caller gave up', async () => {
    await using at = await start();
    await expect(at.get('https://a.test/', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('everything once it is closed', async () => {
    await using at = await start();
    await at.client.close();
    await expect(at.get('https://a.test/')).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('names outside the platform', () => {
  const resolve = (address: string) => async () => [
    { address: '8.8.8.8', family: 4 as const },
    { address, family: 4 as const },
  ];
  it.each([
    ['when external connections are off', 'example.com', { lookup: resolve('8.8.8.8') }],
    ['that resolve to an internal address', 'example.com', { allowExternal: true, lookup: resolve('10.0.0.1') }],
    ['that resolve to metadata', 'example.com', { allowExternal: true, lookup: resolve('169.254.169.254') }],
    ['that resolve to the machine', 'example.com', { allowExternal: true, lookup: resolve('127.0.0.1') }],
    ['that are localhost', 'localhost', { allowExternal: true, lookup: resolve('8.8.8.8') }],
    ['that are internal addresses', '192.168.0.1', { allowExternal: true }],
    ['that are IPv6 forms of the machine', '[::ffff:127.0.0.1]', { allowExternal: true }],
    [
      'that this caller may not reach',
      'example.com',
      { allowExternal: (host: string) => host === 'token.example', lookup: resolve('8.8.8.8') },
    ],
  ])('%s are refused', async (_what, host, dialing) => {
    await using at = await start({}, dialing);
    await expect(at.get(`https://${host}/`)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('that cannot be resolved are unavailable', async () => {
    await using at = await start({}, { allowExternal: true, lookup: () => Promise.reject(new Error('ENOTFOUND')) });
    await expect(at.get('https://example.com/')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('are not vouched for by the platform', () => {
    const dialer = createDialer({
      serves: (host) => host === 'a.test',
      listenerPort: 1,
      route: (host) => (host === 'svc' ? { host: '127.0.0.1', port: 1 } : undefined),
    });
    expect(['a.test', 'A.test', 'svc', 'example.com'].map((host) => dialer.isExternal?.(host))).toEqual([false, false, false, true]);
  });
});

describe('requests', () => {
  it('carry method, headers and body, and reuse their connection', async () => {
    await using at = await start({
      handle: async ({ method, headers, body, peer }) => ({
        status: 200,
        body: { method, x: headers['x-y'], body: body.toString(), peer: peer.address, host: headers.host },
      }),
    });
    let connections = 0;
    const first = await at.client.request({ method: 'POST', url: 'https://a.test/', headers: { 'x-y': 'z' }, body: 'hello' });
    expect(JSON.parse(first.body.toString())).toMatchObject({ method: 'POST', x: 'z', body: 'hello', host: 'a.test' });
    const counting = createDialer({ serves: () => true, listenerPort: at.port });
    const client = createWireClient({
      dialer: { connect: (host, port) => (connections++, counting.connect(host, port)) },
      ca: () => authority.certificate,
      telemetry: silentTelemetry(),
    });
    for (let count = 0; count < 5; count++) await client.request({ method: 'GET', url: 'https://a.test/' });
    expect(connections).toBe(1);
    await client.close();
  });

  it('never share a connection between credentials', async () => {
    await using at = await start();
    const { certificate: cert, privateKey: key } = await authority.issueClient({ commonName: 'one' });
    const clientOf = async (more: Partial<WireRequest>) =>
      (JSON.parse((await at.get('https://a.test/', more)).body.toString()) as { client: string | null }).client;
    expect(await clientOf({ clientCertificate: { cert, key } })).toBe('CN=one');
    expect(await clientOf({})).toBeNull();
    expect(await clientOf({ clientCertificate: { cert, key } })).toBe('CN=one');
  });

  it('go where the platform routes a name', async () => {
    await using at = await start({}, { route: (host) => (host === 'svc.ns.svc' ? { host: '127.0.0.1', port: at.port } : undefined) });
    const answer = await at.get('https://svc.ns.svc:8443/', { serverName: 'a.test', headers: { host: 'a.test' } });
    expect(answer.status).toBe(200);
  });
});

describe('lines', () => {
  const streaming = (chunks: readonly (string | Buffer)[], open = false) => ({
    handle: async () => ({
      status: 200,
      stream: async (out: { write(chunk: string | Buffer): Promise<void>; signal: AbortSignal }) => {
        for (const chunk of chunks) await out.write(chunk);
        if (open) await new Promise<void>((resolve) => out.signal.addEventListener('abort', () => resolve()));
      },
    }),
  });
  const watch = { method: 'GET', url: 'https://a.test/' };

  it('reject another status, with its body', async () => {
    await using at = await start({ handle: async () => ({ status: 410, body: 'gone' }) });
    await expect(collect(at.client.lines(watch))).rejects.toMatchObject({ code: 'unavailable', detail: { status: 410, body: 'gone' } });
  });

  it('reject a line without end', async () => {
    await using at = await start(streaming(['x'.repeat(200)], true));
    await expect(collect(at.client.lines({ ...watch, maxBytes: 100 }))).rejects.toMatchObject({ code: 'invalid' });
  });

  it('reject an answer that breaks off', async () => {
    const over = {
      handle: async () => ({
        status: 200,
        stream: async (out: { write(chunk: string): Promise<void> }) => {
          await out.write('one\ntw');
          throw new Error('broken');
        },
      }),
    };
    await using at = await start(over);
    await expect(collect(at.client.lines(watch))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('come whole, however the bytes are cut', async () => {
    const umlaut = Buffer.from('ä');
    await using at = await start(streaming(['one\ntw', 'o\r\n\n', umlaut.subarray(0, 1), umlaut.subarray(1), '\nlast']));
    expect(await collect(at.client.lines(watch))).toEqual(['one', 'two', 'ä', 'last']);
  });

  it('keep line ends and empty lines of a text, which `kubectl logs -f` would lose otherwise', async () => {
    await using at = await start(streaming(['one\n\n\ntw', 'o\r\n', `${'x'.repeat(11)}`, '\nlast']));
    const lines = await collect(at.client.lines({ ...watch, lines: 'text', maxBytes: 10 }));
    expect(lines.join('')).toBe(`one\n\n\ntwo\r\n${'x'.repeat(11)}\nlast`);
    expect(lines.slice(0, 3)).toEqual(['one\n', '\n', '\n']);
  });

  it('outlive the time limit and end with the signal', async () => {
    await using at = await start(streaming(['one\n'], true));
    const controller = new AbortController();
    const seen: string[] = [];
    setTimeout(() => controller.abort(), 120);
    for await (const line of at.client.lines({ ...watch, timeout: 50, signal: controller.signal })) seen.push(line);
    expect(seen).toEqual(['one']);
  });

  it('free the connection when the reader stops', async () => {
    let aborted = false;
    await using at = await start({
      handle: async () => ({
        status: 200,
        stream: async (out: { write(chunk: string): Promise<void>; signal: AbortSignal }) => {
          out.signal.addEventListener('abort', () => (aborted = true));
          for (;;) await out.write('line\n');
        },
      }),
    });
    for await (const line of at.client.lines(watch)) {
      expect(line).toBe('line');
      break;
    }
    await expect.poll(() => aborted).toBe(true);
  });
});
