import { createServer, type Server, type ServerOptions } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createCertificateAuthority } from '@podpass/crypto';
import { createClock } from '@podpass/kernel';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadHttps, type HttpsLoad } from './https-load.ts';

let identity: ServerOptions;
let server: Server | undefined;

beforeAll(async () => {
  const authority = await createCertificateAuthority({ commonName: 'test', permittedDns: [], clock: createClock(), days: 1 });
  const { certificate, privateKey } = await authority.issueServer({ dns: ['a.test'] });
  identity = { cert: certificate, key: privateKey };
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const post = (body: string) => Buffer.from(`POST / HTTP/1.1\r\nhost: a.test\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
const loadWith = async (
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  load: Partial<HttpsLoad> = {},
): ReturnType<typeof loadHttps> => {
  const listening = createServer(identity, handler);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  return loadHttps({ port, host: 'a.test', requests: [post('a'), post('bb')], connections: 2, seconds: 0.1, ...load });
};
const answer = (response: ServerResponse, body: string, status = 200) =>
  response.writeHead(status, { 'content-length': Buffer.byteLength(body) }).end(body);

describe('loadHttps', () => {
  const broken: readonly (readonly [string, (request: IncomingMessage, response: ServerResponse) => void, RegExp])[] = [
    ['an answer that is no whole JSON object', (_, response) => answer(response, '{"a":'), /not whole/],
    ['an answer without a length', (_, response) => response.end('{}'), /without a length|not whole/],
    ['a connection that is cut', (request) => request.socket.destroy(), /closed|reset|hang up/i],
    [
      'a connection that is cut within an answer',
      ({ socket }, response) => response.writeHead(200, { 'content-length': 10 }).write('{', () => socket.destroy()),
      /closed|reset|hang up/i,
    ],
    [
      'two answers to one request',
      ({ socket }) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'.repeat(2)),
      /more was answered/,
    ],
    ['an answer without end', (_, response) => answer(response, `{${'x'.repeat(200_000)}}`), /too long/],
  ];
  test.each(broken)('rejects upon %s', async (_, handler, message) => {
    // A chunked answer has no length; Node gives one to what is ended at once.
    const chunked = message.source.includes('without a length');
    await expect(
      loadWith((request, response) => {
        if (chunked) response.write('{');
        handler(request, response);
      }),
    ).rejects.toThrow(message);
  });

  test('counts refusals and keeps the first', async () => {
    const result = await loadWith((_, response) => answer(response, '{"error":"no"}', 400));
    expect(result.refused).toBe(result.answered);
    expect(result.refusal).toContain('{"error":"no"}');
  });

  test('sends the requests in turn and takes answers that come in parts', async () => {
    const bodies: string[] = [];
    const result = await loadWith((request, response) => {
      void text(request).then((body) => {
        bodies.push(body);
        response.writeHead(200, { 'content-length': 2 }).write('{');
        setImmediate(() => response.end('}'));
      });
    });
    expect(result).toMatchObject({ answered: bodies.length, refused: 0 });
    const [first, second] = ['a', 'bb'].map((body) => bodies.filter((sent) => sent === body).length);
    expect(Math.abs(Number(first) - Number(second))).toBeLessThanOrEqual(2);
    expect(bodies.length).toBeGreaterThan(2);
  });

  test('at a fixed rate sends as many as are due, and counts waiting for a stalled server as latency', async () => {
    let stalled = true;
    const result = await loadWith(
      (_, response) => {
        const wait = stalled ? 100 : 0;
        stalled = false;
        setTimeout(() => answer(response, '{}'), wait);
      },
      { connections: 1, rate: 100, seconds: 0.1 },
    );
    expect(result.answered).toBe(10);
    expect(result.p50).toBeGreaterThan(20);
  });

  test('does not count what was due while it warmed up', async () => {
    let asked = 0;
    const { answered } = await loadWith(
      (_, response) => {
        asked += 1;
        answer(response, '{}');
      },
      { seconds: 0.3, warmUp: 0.2, rate: 100 },
    );
    expect(asked).toBe(30);
    expect(answered).toBe(10);
  });
});
