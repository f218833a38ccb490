import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { proxyLimits } from '../wire.ts';
import type { ProxyTarget } from './target.ts';

/** Headers that concern one connection only (RFC 9110 section 7.6.1). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

const endToEnd = (headers: IncomingHttpHeaders): IncomingHttpHeaders => {
  const named = (headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name) && !named.includes(name)));
};

/** Sends a plain HTTP request over an open connection to its target and hands the answer back. */
export const forwardPlain = (
  target: ProxyTarget & { readonly path: string },
  remote: Socket,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): void => {
  const fail = () => {
    remote.destroy();
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { connection: 'close' }).end();
  };
  const outgoing = httpRequest({
    createConnection: () => remote,
    method: request.method,
    path: target.path,
    headers: {
      ...endToEnd(request.headers),
      host: target.port === 80 ? bracketed(target.host) : `${bracketed(target.host)}:${target.port}`,
      connection: 'close',
    },
  });
  outgoing.on('error', fail);
  outgoing.setTimeout(proxyLimits.idleTimeout, fail);
  outgoing.on('response', (incoming) => {
    incoming.on('error', fail);
    response.writeHead(incoming.statusCode ?? 502, endToEnd(incoming.headers));
    incoming.pipe(response);
  });
  response.once('close', () => remote.destroy());
  request.pipe(outgoing);
};

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);
