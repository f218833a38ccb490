import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { talk, type NoAnswer, type RawAnswer } from '../wire/raw.ts';
import { createHostileWorld, surfaceNames, type HostileSurface, type HostileWorld, type SurfaceName } from './world.ts';

const big = 10 * 1024 * 1024;
const repeat = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

/** Raw requests that are no proper HTTP, or too much of it. `{host}` and `{path}` stand for the surface's own. */
const requests: readonly (readonly [name: string, status: number, text: (at: { host: string; path: string }) => string])[] = [
  ['an unknown method', 400, ({ host, path }) => `BREW ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
  ['an HTTP/2 preface', 400, () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['no HTTP at all', 400, () => '\u0000\u0001\u0002\u0003 nonsense\r\n\r\n'],
  ['a NUL byte in the path', 400, ({ host, path }) => `GET ${path}\u0000x HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
  ['a NUL byte in a header', 400, ({ host, path }) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nX-A: a\u0000b\r\n\r\n`],
  ['a space in a header name', 400, ({ host, path }) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nX A: b\r\n\r\n`],
  ['a folded header', 400, ({ host, path }) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nX-A: a\r\n b\r\n\r\n`],
  ['a target that is no path', 400, ({ host }) => `GET nowhere HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
  ['an absolute target of another host', 400, ({ host, path }) => `GET https://other.example${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
  ['no Host', 400, ({ path }) => `GET ${path} HTTP/1.1\r\n\r\n`],
  ['a Host that is none', 400, ({ path }) => `GET ${path} HTTP/1.1\r\nHost: a b/c\r\n\r\n`],
  ['a Host that is not the name of the handshake', 421, ({ path }) => `GET ${path} HTTP/1.1\r\nHost: other.vault.azure.net\r\n\r\n`],
  ['a Host that nobody serves', 421, ({ path }) => `GET ${path} HTTP/1.1\r\nHost: example.com\r\n\r\n`],
  [
    'both framings of a body',
    400,
    ({ host, path }) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  ['two lengths', 400, ({ host, path }) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`],
  ['a negative length', 400, ({ host, path }) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: -1\r\n\r\n`],
  [
    'a chunk size that is no number',
    400,
    ({ host, path }) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n`,
  ],
  [
    'thousands of headers',
    431,
    ({ host, path }) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${repeat(2000, (index) => `a${index}:b\r\n`).join('')}\r\n`,
  ],
  ['a header of 64 KB', 431, ({ host, path }) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nX-A: ${'b'.repeat(65_536)}\r\n\r\n`],
  [
    'a query of 64 KB',
    431,
    ({ host, path }) => `GET ${path.replace(/\?.*/, '')}?${'a=b&'.repeat(16_384)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  ],
  ['a path of 64 KB', 431, ({ host }) => `GET /${'a/'.repeat(32_768)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
];

/** Paths that name nothing, though a careless server could take them for something. */
const paths: readonly (readonly [name: string, path: (read: string) => string])[] = [
  ['a percent sign without digits', () => '/a%zz/%'],
  ['percent-encoding that is no UTF-8', () => '/%ff%fe/%e0%a4%a'],
  ['an encoded NUL byte', () => '/subscriptions/%00/secrets/%00'],
  ['dot segments', (read) => `/../../etc/passwd/..${read}`],
  ['encoded dot segments', () => '/%2e%2e/%2e%2e/%2e%2e/etc/passwd'],
  ['backslashes', () => '/..%5c..%5cwindows\\system.ini'],
  ['a very long segment', () => `/${'a'.repeat(20_000)}`],
  ['thousands of segments', () => '/a'.repeat(8000)],
  ['prototype names', () => '/__proto__/constructor/prototype'],
  ['an asterisk', () => '*'],
  ['double slashes', () => '//////'],
  ['characters outside ASCII', () => '/gr\u00fc\u00dfe'],
];

describe('hostile transport', () => {
  let world: HostileWorld;
  /** Slow requests take as long as the platform lets them: they run beside everything else. */
  const slow = new Map<SurfaceName, Promise<RawAnswer | NoAnswer>>();

  const drip = (name: SurfaceName): Promise<RawAnswer | NoAnswer> => {
    const { host, write } = world.surface(name);
    return world.raw(name, {
      timeout: 45_000,
      async send(socket) {
        socket.write(`POST ${write.path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${write.type}\r\nContent-Length: 1000\r\n\r\n`);
        const timer = setInterval(() => socket.writable && socket.write('a'), 1000);
        socket.once('close', () => clearInterval(timer));
      },
    });
  };

  beforeAll(async () => {
    world = await createHostileWorld('hostile-transport');
    for (const name of surfaceNames) slow.set(name, drip(name));
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  describe.each(surfaceNames)('%s', (name) => {
    const surface = (): HostileSurface => world.surface(name);
    /** The query belongs to the path that is replaced. */
    const at = () => ({ host: surface().host, path: surface().read });

    it('answers a good request', () => world.expectAlive(name));

    it.each(requests)('%s: %i', async (_what, status, text) => {
      const answer = world.expectRefusal(name, await world.raw(name, { send: text(at()) }));
      expect(answer.status).toBe(status);
    });

    it.each(paths)('%s', async (_what, path) => {
      world.expectRefusal(name, await world.send(name, { path: path(surface().read) }));
    });

    it.each(['TRACE', 'PROPFIND', 'OPTIONS', 'PATCH', 'DELETE', 'MKCOL'])('%s where only GET is answered', async (method) => {
      world.expectRefusal(name, await world.send(name, { method, path: '/nothing/here' }));
    });

    it('HEAD has no body', async () => {
      const answer = await world.send(name, { method: 'HEAD', path: '/nothing/here' });
      expect(answer).toMatchObject({ body: '' });
      expect((answer as RawAnswer).status).toBeGreaterThanOrEqual(400);
      expect((answer as RawAnswer).status).toBeLessThan(502);
    });

    it('10 MB with their length', async () => {
      const { write } = surface();
      const answer = world.expectRefusal(
        name,
        await world.send(name, { method: write.method, path: write.path, type: write.type, body: Buffer.alloc(big, 'a') }),
      );
      expect(answer.status).toBe(413);
    });

    it('10 MB in chunks, without their length', async () => {
      const { write, host, headers } = surface();
      const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, 'a'), Buffer.from('\r\n')]);
      const answer = await world.raw(name, {
        async send(socket) {
          const lines = [...headers, ['Content-Type', write.type], ['Transfer-Encoding', 'chunked']].map(
            ([key, value]) => `${key}: ${value}\r\n`,
          );
          socket.write(`${write.method} ${write.path} HTTP/1.1\r\nHost: ${host}\r\n${lines.join('')}\r\n`);
          for (let sent = 0; sent < big && socket.writable; sent += 0x10000) if (!socket.write(chunk)) await once(socket, 'drain');
          if (socket.writable) socket.write('0\r\n\r\n');
        },
      });
      expect(world.expectRefusal(name, answer).status).toBe(413);
    });

    it('a length that nobody could send', async () => {
      const { write } = surface();
      const answer = await world.send(name, {
        method: write.method,
        path: write.path,
        type: write.type,
        headers: [['Content-Length', '99999999999']],
        body: 'a',
      });
      expect(world.expectRefusal(name, answer).status).toBe(413);
    });

    it('a body that is cut off gets no answer, and does nothing', async () => {
      const { write, host, headers } = surface();
      const lines = [...headers, ['Content-Type', write.type], ['Content-Length', '100000']].map(([key, value]) => `${key}: ${value}\r\n`);
      const answer = await world.raw(name, {
        send: `${write.method} ${write.path} HTTP/1.1\r\nHost: ${host}\r\n${lines.join('')}\r\n${write.body.slice(0, 10)}`,
        end: true,
      });
      expect(answer === 'hung-up' || world.expectRefusal(name, answer).status < 500).toBe(true);
    });

    it('a handshake for a name that nobody serves', async () => {
      expect(await talk(world.edge, { serverName: `${host63()}.example.com`, send: 'GET / HTTP/1.1\r\n\r\n' })).toBe('handshake-refused');
    });

    it('a body that never comes: 408 after a while', { timeout: 60_000 }, async () => {
      const answer = await slow.get(name);
      if (answer === undefined || typeof answer === 'string') throw new Error(`no answer: ${answer}`);
      expect([408, 504]).toContain(answer.status);
      surface().expectError(answer);
    });

    it('still answers, in the same process', () => world.expectAlive(name));
  });

  it('plain HTTP on the TLS port is hung up on', async () => {
    const socket = connect(world.edge.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: management.azure.com\r\n\r\n');
    await once(socket, 'close');
    await world.expectAlive('arm');
  });

  it('a hundred connections that only open and close', async () => {
    await Promise.all(
      repeat(100, async () => {
        const socket = connect(world.edge.port, '127.0.0.1');
        socket.on('error', () => undefined);
        await once(socket, 'connect');
        socket.destroy();
      }),
    );
    await world.expectAlive('sts');
  });
});

const host63 = () => 'a'.repeat(63);
