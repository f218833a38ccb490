import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { constantTimeEqual } from '@podpass/crypto';
import { messageOf, parseJson } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';

/** One operation of the control interface. It throws ControlRefusal for bad input; what it returns is sent as JSON. */
export interface ControlRoute {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  handle(input: { query: URLSearchParams; body: unknown }): Promise<unknown>;
}

/** Bad input to the control interface: becomes a 400 with this message. */
export class ControlRefusal extends Error {
  override readonly name = 'ControlRefusal';
}

const bodyLimit = 64 * 1024;

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > bodyLimit) throw new ControlRefusal('The body is too large.');
    chunks.push(bytes);
  }
  if (size === 0) return undefined;
  const value = parseJson(Buffer.concat(chunks).toString('utf8'));
  if (value === undefined) throw new ControlRefusal('The body is not JSON.');
  return value;
};

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(body === undefined ? '' : JSON.stringify(body));
};

/**
 * The control interface: plain HTTP on loopback, for the command line and for tests. Every call but `/metrics` and
 * `/healthz` needs the token that only the owner of the data folder can read.
 */
export const createControl = (deps: { routes: readonly ControlRoute[]; token: string; exposition: () => Promise<string>; log: Logger }) => {
  const { routes, token, exposition, log } = deps;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://control');
    if (request.method === 'GET' && url.pathname === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(await exposition());
      return;
    }
    if (request.method === 'GET' && url.pathname === '/healthz') return send(response, 200, { status: 'ok' });
    const presented = /^Bearer (\S{1,200})$/.exec(request.headers.authorization ?? '')?.[1];
    if (presented === undefined || !constantTimeEqual(presented, token))
      return send(response, 401, { error: 'The control token is missing or wrong.' });
    const matching = routes.filter((route) => route.path === url.pathname);
    const route = matching.find((candidate) => candidate.method === request.method);
    if (route === undefined)
      return send(response, matching.length > 0 ? 405 : 404, { error: `There is no ${request.method} ${url.pathname}.` });
    return send(response, 200, await route.handle({ query: url.searchParams, body: await readBody(request) }));
  };
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 30_000 }, (request, response) => {
    answer(request, response).catch((thrown: unknown) => {
      const refused = thrown instanceof ControlRefusal;
      if (!refused) log.error({ err: thrown }, 'control request failed');
      if (response.headersSent) response.destroy();
      else send(response, refused ? 400 : 500, { error: refused ? messageOf(thrown) : 'The control request failed; see the log.' });
    });
  });
  return {
    listen: (): Promise<number> =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => {
          const address = server.address();
          resolve(typeof address === 'object' && address !== null ? address.port : 0);
        });
      }),
    close: (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
};
