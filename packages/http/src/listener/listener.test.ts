import { createTelemetry } from '@podpass/telemetry';
import { createClock } from '@podpass/kernel';
import { Writable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { authority, bodyOf, platform, secure, shifted, statusOf, surface, talk } from '../testing/platform.ts';

const get = (host: string, path = '/', more = '') => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`;
const ask = async (port: number, text: string, name: string | undefined = 'a.test') => talk(await secure(port, name), text);

describe('requests that are refused', () => {
  it.each([
    ['a malformed request line', 'NONSENSE\r\n\r\n', 400, 'malformed-request'],
    ['an unknown method', 'FOO / HTTP/1.1\r\nHost: a.test\r\n\r\n', 400, 'malformed-request'],
    ['no Host header', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'malformed-request'],
    ['two Host headers, of which others might read the second', get('a.test', '/', 'Host: b.test\r\n'), 400, 'malformed-request'],
    ['the same Host header twice', get('a.test', '/', 'hOST: a.test\r\n'), 400, 'malformed-request'],
    ['a Host header that is none', get('a b'), 400, 'malformed-request'],
    ['a 64 KiB header', get('a.test', '/', `X: ${'y'.repeat(65_536)}\r\n`), 431, 'headers-too-large'],
    ['3000 headers', get('a.test', '/', Array.from({ length: 3_000 }, (_, n) => `h${n}: 1\r\n`).join('')), 431, 'headers-too-large'],
    ['300 short headers', get('a.test', '/', Array.from({ length: 300 }, (_, n) => `h${n}: 1\r\n`).join('')), 431, 'headers-too-large'],
    [
      'Content-Length with Transfer-Encoding',
      get('a.test', '/', 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n'),
      400,
      'malformed-request',
    ],
    ['an absolute target of another host', get('a.test', 'https://b.test/x'), 400, 'malformed-request'],
    ['a target that is no path', get('a.test', 'nopath'), 400, undefined],
    ['an asterisk where a path belongs', get('a.test', '*'), 400, 'bad-path'],
    ['an upgrade', `GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`, 400, 'malformed-request'],
  ])('%s', async (_what, text, status, kind) => {
    await using server = await platform([surface('a'), surface('b')]);
    const answer = await ask(server.port, text);
    expect(statusOf(answer)).toBe(status);
    expect(bodyOf(answer)).toMatchObject({ from: 'a', ...(kind === undefined ? {} : { kind }) });
    expect(answer).not.toContain('    at ');
  });

  it('a Host that is not the server name, in the words of the name that was asked for', async () => {
    await using server = await platform([surface('a'), surface('b')]);
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
    for (const text of [get('b.test'), `GET / HTTP/1.1\r\nHost: b.test\r\n${upgrade}\r\n`]) {
      const answer = await ask(server.port, text);
      expect(statusOf(answer)).toBe(421);
      expect(bodyOf(answer)).toMatchObject({ from: 'a', kind: 'malformed-request' });
    }
  });

  it('a host that nothing serves, saying what is served', async () => {
    await using server = await platform([surface('a')]);
    // The default certificate comes a moment after the start.
    const socket = await vi.waitFor(() => secure(server.port, undefined, { rejectUnauthorized: false }));
    const answer = await talk(socket, get('other.example'));
    expect(statusOf(answer)).toBe(421);
    expect(bodyOf(answer)).toMatchObject({ error: { code: 'UnknownHost', served: [{ surface: 'a', hosts: ['a.test'] }] } });
  });

  it('a server name that nothing serves', async () => {
    await using server = await platform([surface('a')]);
    await expect(secure(server.port, 'other.test')).rejects.toThrow(/disconnected|reset|alert/i);
    expect(statusOf(await ask(server.port, get('a.test')))).toBe(200);
  });

  it('plain HTTP on the TLS port', async () => {
    await using server = await platform([surface('a')]);
    const { plain } = await import('../testing/platform.ts');
    expect(await talk(await plain(server.port), get('a.test'))).not.toContain('200');
    expect(statusOf(await ask(server.port, get('a.test')))).toBe(200);
  });

  it('TLS below 1.2', async () => {
    await using server = await platform([surface('a')]);
    await expect(secure(server.port, 'a.test', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow(/version|protocol/i);
  });
});

describe('bodies that are too large', () => {
  const post = (headers: string) => `POST /p HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n${headers}\r\n`;
  it.each([
    ['announced', post('Content-Length: 2000\r\n') + 'x'.repeat(2_000)],
    [
      'chunked',
      `${post('Transfer-Encoding: chunked\r\n')}${'400\r\n'}${'x'.repeat(1_024)}\r\n${'400\r\n'}${'x'.repeat(1_024)}\r\n0\r\n\r\n`,
    ],
    ['announced far beyond what is drained', post('Content-Length: 99999999999\r\n')],
    ['of an unknown content type', post('Content-Type: ;;\r\nContent-Length: 2000\r\n') + 'x'.repeat(2_000)],
  ])('%s', async (_what, text) => {
    await using server = await platform([surface('a')]);
    const answer = await ask(server.port, text);
    expect(statusOf(answer)).toBe(413);
    expect(bodyOf(answer)).toMatchObject({ from: 'a', kind: 'body-too-large', path: '/p' });
  });

  it('lets a client that writes 10 MB before it reads get the refusal', async () => {
    await using server = await platform([surface('a')]);
    expect(statusOf(await ask(server.port, post('Content-Length: 10000000\r\n') + 'x'.repeat(10_000_000)))).toBe(413);
  });

  it('keeps the connection once the rest was thrown away', async () => {
    await using server = await platform([surface('a')]);
    const large = `POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2000\r\n\r\n${'x'.repeat(2_000)}`;
    const answer = await ask(server.port, large + get('a.test'));
    expect(answer.match(/HTTP\/1\.1 (413|200)/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
  });

  it('takes a body of exactly the limit', async () => {
    await using server = await platform([surface('a')]);
    expect(bodyOf(await ask(server.port, post('Content-Length: 1024\r\n') + 'x'.repeat(1_024)))).toMatchObject({ size: 1_024 });
  });
});

describe('slow and broken clients', () => {
  const limits = { headersTimeout: 100, requestTimeout: 150, timeoutCheckInterval: 20 };
  it.each([
    ['headers', 'GET / HTTP/1.1\r\nHost: a.test\r\n'],
    ['a body', 'POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nabc'],
  ])('%s that do not arrive in time', async (_what, text) => {
    await using server = await platform([surface('a')], { limits });
    const answer = await ask(server.port, text);
    expect(statusOf(answer)).toBe(408);
    expect(bodyOf(answer)).toMatchObject({ from: 'a', kind: 'timeout' });
  });

  it('a broken chunk', async () => {
    await using server = await platform([surface('a')]);
    const answer = await ask(server.port, 'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n');
    expect(statusOf(answer)).toBe(400);
    expect(bodyOf(answer)).toMatchObject({ from: 'a', kind: 'malformed-request' });
  });

  it('a client that goes away aborts the exchange', async () => {
    const seen: { signal?: AbortSignal } = {};
    const slow = surface('a', {
      handle: ({ signal }) => {
        seen.signal = signal;
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stop'))));
      },
    });
    await using server = await platform([slow]);
    const socket = await secure(server.port, 'a.test');
    socket.write(get('a.test'));
    await vi.waitFor(() => expect(seen.signal).toBeDefined());
    socket.destroy();
    await vi.waitFor(() => expect(seen.signal?.aborted).toBe(true));
  });
});

describe('surfaces that fail', () => {
  const broken = {
    'throw while handling': { handle: () => Promise.reject(new Error('secret detail')) },
    'throw before a promise': {
      handle: () => {
        throw new Error('secret detail');
      },
    },
    'answer with a header that cannot be sent': { handle: async () => ({ status: 200, headers: { x: 'a\r\nb' } }) },
    'answer with an impossible status': { handle: async () => ({ status: 99 }) },
    'answer with a body that is no JSON': { handle: async () => ({ status: 200, body: { big: 1n } }) },
  };
  it.each(Object.entries(broken))('%s become internal faults', async (_what, over) => {
    const lines: string[] = [];
    const destination = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    const telemetry = createTelemetry({ level: 'error', clock: createClock(), destination });
    await using server = await platform([surface('a', over)], { telemetry });
    const answer = await ask(server.port, get('a.test', '/x'));
    expect(statusOf(answer)).toBe(500);
    expect(bodyOf(answer)).toMatchObject({ from: 'a', kind: 'internal' });
    expect(answer).not.toContain('secret detail');
    expect(lines).toHaveLength(1);
  });

  it('cannot even word their fault', async () => {
    const over = {
      handle: () => Promise.reject(new Error('one')),
      fault: () => {
        throw new Error('two');
      },
    };
    await using server = await platform([surface('a', over)]);
    const answer = await ask(server.port, get('a.test'));
    expect([statusOf(answer), bodyOf(answer)['error']]).toEqual([500, { code: 'internal', message: 'An internal error occurred.' }]);
  });

  it('break a stream: the client sees it cut, not complete', async () => {
    const over = {
      handle: async () => ({
        status: 200,
        stream: async (out: { write(chunk: string): Promise<void> }) => {
          await out.write('one\n');
          throw new Error('broken');
        },
      }),
    };
    await using server = await platform([surface('a', over)]);
    const answer = await ask(server.port, get('a.test'));
    expect(answer).toContain('one');
    expect(answer).not.toContain('0\r\n\r\n');
  });
});

describe('what surfaces get', () => {
  it.each([
    [
      'a malformed escape',
      '/a%zz/b%2Fc?q=1&q=%C3%A4',
      {
        path: '/a%zz/b%2Fc',
        query: [
          ['q', '1'],
          ['q', 'ä'],
        ],
      },
    ],
    ['repeated slashes and dots', '//a/../b', { path: '//a/../b' }],
    ['an absolute target', 'https://a.test/x?y=1', { path: '/x', query: [['y', '1']] }],
    ['an absolute target without a path', 'https://A.TEST?y=1', { path: '/' }],
  ])('%s, raw', async (_what, target, expected) => {
    await using server = await platform([surface('a')]);
    expect(bodyOf(await ask(server.port, get('a.test', target)))).toMatchObject(expected);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GET', 'PROPFIND'])('%s with a body of any type', async (method) => {
    await using server = await platform([surface('a')]);
    const text = `${method} /x HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nContent-Type: what ever\r\nContent-Length: 3\r\n\r\nabc`;
    expect(bodyOf(await ask(server.port, text))).toMatchObject({ method, size: 3 });
  });

  it('the host in lower case and the authority as written', async () => {
    await using server = await platform([surface('a')]);
    expect(bodyOf(await ask(server.port, get('A.test:8443')))).toMatchObject({ host: 'a.test', authority: 'A.test:8443' });
    expect(bodyOf(await ask(server.port, get('a.test:443')))).toMatchObject({ host: 'a.test', authority: 'a.test' });
  });

  it('the client certificate, unverified', async () => {
    await using server = await platform([surface('a')]);
    const { certificate, privateKey } = await authority.issueClient({ commonName: 'somebody' });
    const socket = await secure(server.port, 'a.test', { cert: certificate, key: privateKey });
    expect(bodyOf(await talk(socket, get('a.test')))).toMatchObject({ client: 'CN=somebody' });
    expect(bodyOf(await ask(server.port, get('a.test')))).toMatchObject({ client: null });
  });

  it('an upgrade, with the socket', async () => {
    const over = {
      upgrade: (_exchange: unknown, socket: { end(text: string): void }) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nhello'),
    };
    await using server = await platform([surface('a', over)]);
    const text = 'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';
    expect(await ask(server.port, text)).toContain('hello');
  });
});

describe('answers', () => {
  it('HEAD has the length and no body', async () => {
    await using server = await platform([surface('a', { handle: async () => ({ status: 200, body: 'four' }) })]);
    const answer = await ask(server.port, 'HEAD / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n');
    expect(answer.toLowerCase()).toContain('content-length: 4\r\n');
    expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });

  it("carry the platform's date", async () => {
    await using server = await platform([surface('a')]);
    const date = /\r\ndate: (.*)\r\n/i.exec(await ask(server.port, get('a.test')))?.[1] ?? '';
    expect(Math.abs(Date.parse(date) - shifted.now())).toBeLessThan(60_000);
  });

  it('204 has neither', async () => {
    await using server = await platform([surface('a', { handle: async () => ({ status: 204, body: 'no' }) })]);
    expect((await ask(server.port, get('a.test'))).toLowerCase()).not.toContain('content-length');
  });

  it('use one connection for many requests', async () => {
    await using server = await platform([surface('a')]);
    const one = 'GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\n';
    const answer = await ask(server.port, one + one + get('a.test', '/2'));
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
  });

  it('stream with back-pressure and end cleanly', async () => {
    const chunk = 'x'.repeat(100_000);
    const over = {
      handle: async () => ({
        status: 200,
        stream: async (out: { write(chunk: string): Promise<void> }) => {
          for (let count = 0; count < 20; count++) await out.write(chunk);
        },
      }),
    };
    await using server = await platform([surface('a', over)]);
    const answer = await ask(server.port, get('a.test'));
    expect(answer.match(/x/g)).toHaveLength(2_000_000);
    expect(answer.endsWith('0\r\n\r\n')).toBe(true);
  });
});

describe('closing', () => {
  it('ends streams, lets requests finish and refuses new connections', async () => {
    let finish = () => undefined as void;
    const over = {
      handle: async ({ path }: { path: string }) => {
        if (path === '/watch')
          return {
            status: 200,
            stream: async (out: { write(chunk: string): Promise<void>; signal: AbortSignal }) => {
              await out.write('watching\n');
              await new Promise<void>((resolve) => out.signal.addEventListener('abort', () => resolve()));
            },
          };
        await new Promise<void>((resolve) => (finish = resolve));
        return { status: 200, body: 'finished' };
      },
    };
    const server = await platform([surface('a', over)]);
    const [watcher, slow] = [await secure(server.port, 'a.test'), await secure(server.port, 'a.test')];
    const watched = talk(watcher, get('a.test', '/watch'));
    const finished = talk(slow, 'GET /slow HTTP/1.1\r\nHost: a.test\r\n\r\n');
    await vi.waitFor(() => expect(finish.length + watcher.bytesRead).toBeGreaterThan(0));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = server.listener.close({ graceMs: 5_000 });
    expect(await watched).toContain('watching');
    finish();
    expect(await finished).toContain('finished');
    await closed;
    await expect(secure(server.port, 'a.test')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('destroys what does not finish', async () => {
    const server = await platform([surface('a', { handle: () => new Promise(() => undefined) })]);
    const answer = ask(server.port, get('a.test'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.listener.close({ graceMs: 20 });
    expect(await answer).toBe('');
  });
});
