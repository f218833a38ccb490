import { once } from 'node:events';
import { connect } from 'node:net';
import { createClock, type AdjustableClock } from '@podpass/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clockRoutes } from './clock.ts';
import { createControl } from './control.ts';
import { bodyLimit } from './request.ts';

const token = 'a'.repeat(48);
const start = Date.parse('2026-01-01T00:00:00Z');
let clock: AdjustableClock;
let logged: string[];
let port: number;
let control: ReturnType<typeof createControl>;

beforeEach(async () => {
  clock = createClock({ frozenAt: start });
  logged = [];
  control = createControl({
    token,
    log: { error: (_fields: object, message?: string) => void logged.push(String(message)) },
    exposition: async () => 'podpass_up 1\n',
    routes: [
      ...clockRoutes(clock),
      { method: 'POST', path: '/echo', handle: async ({ query, body }) => ({ query: [...query], body }) },
      { method: 'GET', path: '/broken', handle: () => Promise.reject(new Error('secret detail')) },
    ],
  });
  port = await control.listen();
});
afterEach(() => control.close());

interface Call {
  readonly method?: string;
  readonly target?: string;
  readonly host?: string;
  readonly authorization?: string | undefined;
  readonly body?: string;
  readonly more?: string;
}

/** One request over a connection of its own, with any target and any Host. */
const call = async ({ method = 'GET', target = '/clock', body = '', more = '', ...given }: Call) => {
  const { host = `127.0.0.1:${port}` } = given;
  const authorization = 'authorization' in given ? given.authorization : `Bearer ${token}`;
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  socket.write(`${lines.join('\r\n')}\r\n${more}\r\n${body}`);
  await once(socket, 'close');
  const text = Buffer.concat(chunks).toString();
  const mark = text.indexOf('\r\n\r\n');
  const rest = text.slice(mark + 4);
  const json = /^content-type: application\/json/im.test(text.slice(0, mark));
  return { status: Number(text.slice(9, 12)), head: text.slice(0, mark), body: (json && rest !== '' ? JSON.parse(rest) : rest) as unknown };
};

describe('callers that are refused', () => {
  it.each([
    ['no token', undefined],
    ['an empty token', 'Bearer '],
    ['a wrong token', `Bearer ${'b'.repeat(48)}`],
    ['a token that is only a part', `Bearer ${token.slice(1)}`],
    ['a token with something behind it', `Bearer ${token}a`],
    ['another scheme', `Basic ${token}`],
    ['a token without a scheme', token],
    ['a huge token', `Bearer ${'a'.repeat(5000)}`],
  ])('%s: 401, wherever they go', async (_what, authorization) => {
    for (const [method, target] of [
      ['GET', '/clock'],
      ['PUT', '/clock'],
      ['GET', '/nowhere'],
      ['POST', '/healthz'],
      ['POST', '/metrics'],
    ] as const)
      expect(await call({ method, target, authorization })).toMatchObject({ status: 401, body: { error: expect.any(String) } });
    expect(logged).toEqual([]);
  });

  it('before their body is read', async () => {
    expect((await call({ method: 'PUT', authorization: undefined, more: 'Content-Length: 1000000000\r\n' })).status).toBe(401);
  });
});

describe('hosts that are not loopback', () => {
  const hosts = (): readonly string[] => [
    'rebound.example',
    `rebound.example:${port}`,
    '127.0.0.1',
    `127.0.0.1:${port + 1}`,
    `127.0.0.1:${port}.rebound.example`,
    `127.0.0.2:${port}`,
    `localhost.:${port}`,
    `0.0.0.0:${port}`,
    '',
  ];
  it.each(['/healthz', '/metrics', '/clock', '/nowhere', '//'])('cannot ask for %s', async (target) => {
    for (const host of hosts()) expect([host, (await call({ target, host })).status]).toEqual([host, 403]);
    expect(logged).toEqual([]);
  });

  it.each([
    ['127.0.0.1', 200],
    ['localhost', 200],
    ['LocalHost', 200],
    ['[::1]', 200],
    ['::1', 403],
  ])('while %s with the port gets %i', async (name, status) => {
    for (const target of ['/healthz', '/metrics', '/clock']) expect((await call({ target, host: `${name}:${port}` })).status).toBe(status);
  });
});

describe('requests that are refused', () => {
  it.each(['//', '//127.0.0.1/clock', 'http://[', 'http://127.0.0.1/clock', '*'])('the target %s', async (target) => {
    for (const authorization of [undefined, `Bearer ${token}`])
      expect(await call({ target, authorization })).toMatchObject({ status: 400, body: { error: 'The request target is not a path.' } });
    expect(logged).toEqual([]);
  });

  it.each(['/', '/Clock', '/clock/', '/%63lock', '/x/../clock', '/__proto__'])('the unknown path %s', async (target) => {
    expect(await call({ target })).toMatchObject({ status: 404 });
  });

  it.each(['POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])('the method %s where there are others', async (method) => {
    const answer = await call({ method });
    expect(answer.status).toBe(405);
    expect(answer.head).toMatch(/^allow: GET, PUT\r?$/im);
  });

  it.each(['{', '{"a":1', "{'a':1}", 'offsetSeconds=1', '\u0000'])('the body %j', async (body) => {
    expect(await call({ method: 'POST', target: '/echo', body })).toMatchObject({ status: 400, body: { error: 'The body is not JSON.' } });
  });

  it('a body that is too large, announced or in chunks; one of the limit is read', async () => {
    const text = (size: number) => `"${'a'.repeat(size - 2)}"`;
    const post = { method: 'POST', target: '/echo' };
    expect(await call({ ...post, body: text(bodyLimit) })).toMatchObject({ status: 200, body: { body: text(bodyLimit).slice(1, -1) } });
    expect(await call({ ...post, body: text(bodyLimit + 1) })).toMatchObject({ status: 413 });
    expect(await call({ ...post, body: text(20 * bodyLimit) })).toMatchObject({ status: 413 });
    const size = bodyLimit + 1;
    const chunked = `Transfer-Encoding: chunked\r\n\r\n${size.toString(16)}\r\n${text(size)}\r\n0\r\n`;
    expect(await call({ ...post, more: chunked })).toMatchObject({ status: 413 });
  });

  it('what fails inside tells the log, and the caller nothing', async () => {
    const answer = await call({ target: '/broken' });
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer)).not.toContain('secret detail');
    expect(logged).toEqual(['control request failed']);
  });
});

describe('PUT /clock', () => {
  const put = (body: unknown) => call({ method: 'PUT', body: JSON.stringify(body) });
  const tenYears = 315_360_000;

  it.each([
    [[]],
    [null],
    [5],
    [{}],
    [{ other: 1 }],
    [{ offsetSeconds: '5' }],
    [{ offsetSeconds: null }],
    [{ offsetSeconds: tenYears + 1 }],
    [{ offsetSeconds: -tenYears - 1 }],
    [{ offsetSeconds: 1e300 }],
    [{ frozen: 'true' }],
    [{ frozen: null }],
    [{ offsetSeconds: 60, frozen: 1 }],
    [{ offsetSeconds: 'x', frozen: false }],
  ])('%j is refused and changes nothing', async (body) => {
    const before = clock.state;
    expect((await put(body)).status).toBe(400);
    expect(clock.state).toEqual(before);
  });

  it('without a body is refused', async () => expect((await call({ method: 'PUT' })).status).toBe(400));

  it('shifts, resumes and freezes', async () => {
    expect(await put({ offsetSeconds: 60, frozen: false })).toMatchObject({ status: 200, body: { offsetSeconds: 60, frozen: false } });
    expect(await put({ offsetSeconds: -tenYears, frozen: true })).toMatchObject({ body: { offsetSeconds: -tenYears, frozen: true } });
    expect(await call({})).toMatchObject({ status: 200, body: { offsetSeconds: -tenYears, frozen: true } });
  });
});

describe('what is answered', () => {
  it('health and metrics without a token', async () => {
    expect(await call({ target: '/healthz', authorization: undefined })).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await call({ target: '/metrics?x', authorization: undefined })).toMatchObject({ status: 200, body: 'podpass_up 1\n' });
  });

  it('a route with its query and body', async () => {
    expect(await call({ method: 'POST', target: '/echo?a=%20b&a=?c', body: '{"d":[1]}' })).toMatchObject({
      status: 200,
      body: {
        query: [
          ['a', ' b'],
          ['a', '?c'],
        ],
        body: { d: [1] },
      },
    });
  });
});
