import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { constantTimeEqual } from '@podpass/crypto';
import type { Logger } from '@podpass/telemetry';
import { systemCode } from '@podpass/kernel';
import { checkHost, ControlRefusal, readBody, readTarget } from './request.ts';

/** One operation of the control interface. It throws ControlRefusal for bad input; what it returns is sent as JSON. */
export interface ControlRoute {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  handle(input: { query: URLSearchParams; body: unknown }): Promise<unknown>;
}

/** Sends a value as JSON, a string as it is. */
const send = (response: ServerResponse, answer: { status: number; body: unknown; headers?: Readonly<Record<string, string>> }): void => {
  const { status, body, headers } = answer;
  const text = Buffer.from(typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': String(text.length),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
};

/**
 * The control interface: plain HTTP on loopback, for the command line and for tests. Every call must name loopback as its
 * host, and every call but `/metrics` and `/healthz` needs the token that only the owner of the data folder can read.
 */
export const createControl = (deps: {
  routes: readonly ControlRoute[];
  token: string;
  exposition: () => Promise<string>;
  log: Pick<Logger, 'error'>;
}) => {
  const { routes, token, exposition, log } = deps;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    checkHost(request);
    const { path, query } = readTarget(request.url ?? '');
    if (request.method === 'GET' && path === '/metrics') {
      const body = await exposition();
      return send(response, { status: 200, body, headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } });
    }
    if (request.method === 'GET' && path === '/healthz') return send(response, { status: 200, body: { status: 'ok' } });
    const presented = /^Bearer (\S{1,200})$/.exec(request.headers.authorization ?? '')?.[1];
    if (presented === undefined || !constantTimeEqual(presented, token))
      throw new ControlRefusal('The control token is missing or wrong.', 401);
    const matching = routes.filter((route) => route.path === path);
    const route = matching.find((candidate) => candidate.method === request.method);
    if (route !== undefined) return send(response, { status: 200, body: await route.handle({ query, body: await readBody(request) }) });
    if (matching.length === 0) throw new ControlRefusal(`There is no ${path}.`, 404);
    const allow = matching.map(({ method }) => method).join(', ');
    return send(response, { status: 405, body: { error: `There is no ${request.method} ${path}.` }, headers: { allow } });
  };
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 30_000 }, (request, response) => {
    answer(request, response).catch((thrown: unknown) => {
      const refused = thrown instanceof ControlRefusal;
      // A caller that went away is no failure.
      if (!refused && systemCode(thrown) !== 'ECONNRESET') log.error({ err: thrown }, 'control request failed');
      if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
      }
      // What was not read of the request must not be taken for the next one.
      const headers: Record<string, string> = request.complete ? {} : { connection: 'close' };
      request.resume();
      if (refused) send(response, { status: thrown.status, body: { error: thrown.message }, headers });
      else send(response, { status: 500, body: { error: 'The control request failed; see the log.' }, headers });
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
