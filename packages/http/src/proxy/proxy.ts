import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Telemetry } from '@podpass/telemetry';
import { systemResolver, type Lookup } from '../addresses.ts';
import { encodeAnswer } from '../listener/encode.ts';
import { endWith } from '../listener/raw.ts';
import type { Answer } from '../types.ts';
import { proxyLimits, refusalHeader, textType } from '../wire.ts';
import { forwardPlain } from './forward.ts';
import { joinSockets } from './join.ts';
import { openOutbound } from './outbound.ts';
import { decide, refuse, type ProxyRules, type Refusal } from './rules.ts';
import { connectTarget, plainTarget, type ProxyTarget } from './target.ts';

export interface ProxyOptions extends ProxyRules {
  /** Takes the raw connections to names that are served: `Listener.accept`. */
  accept(socket: Duplex): void;
  readonly telemetry: Telemetry;
  /** Address to listen at; default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly lookup?: Lookup;
}

export interface ConnectProxy {
  listen(): Promise<{ readonly port: number }>;
  /** Takes a raw connection, as if it had arrived at the port. */
  accept(socket: Duplex): void;
  /** Stops listening and destroys every tunnel. Connections that were handed to the listener are the listener's. */
  close(): Promise<void>;
}

const malformed = refuse(
  'malformed',
  'This is the proxy of Podpass: it takes CONNECT host:port and absolute http:// targets only, so set HTTPS_PROXY to it.',
  400,
);

const answerOf = ({ status, reason, sentence }: Refusal): Answer => ({
  status,
  headers: { 'content-type': textType, [refusalHeader]: reason },
  body: `${sentence}\n`,
});

/** The plain HTTP proxy in front of the platform: see `decide` for its three rules. */
export const createConnectProxy = (options: ProxyOptions): ConnectProxy => {
  const { telemetry, host = '127.0.0.1', port = 0, lookup = systemResolver } = options;
  const sockets = new Set<Duplex>();

  const note = (refusal: Refusal, target: ProxyTarget | undefined): Refusal => {
    telemetry.metrics.refusals.increment({ surface: 'proxy', reason: refusal.reason });
    telemetry.log.warn({ proxy: refusal.reason, host: target?.host, port: target?.port }, refusal.sentence);
    return refusal;
  };

  const onConnect = async (request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> => {
    // At once: a client that has already ended its side would otherwise be taken for one that sent nothing.
    if (head.length > 0) client.unshift(head);
    const target = connectTarget(request.url ?? '');
    const decision = target === undefined ? malformed : decide(target, options);
    if (target === undefined || decision.action === 'refuse')
      return endWith(client, answerOf(note(decision.action === 'refuse' ? decision : malformed, target)));
    const remote = decision.action === 'tunnel' ? await openOutbound(target, options, lookup) : undefined;
    if (remote !== undefined && !(remote instanceof Socket)) return endWith(client, answerOf(note(remote, target)));
    if (client.destroyed) {
      remote?.destroy();
      return;
    }
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (remote === undefined) {
      sockets.delete(client);
      options.accept(client);
      return;
    }
    sockets.add(remote);
    remote.once('close', () => sockets.delete(remote));
    joinSockets(client, remote, proxyLimits.idleTimeout);
  };

  const onRequest = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = (refusal: Refusal, target?: ProxyTarget) => {
      const { status, headers, body } = encodeAnswer(answerOf(note(refusal, target)));
      request.resume();
      response.writeHead(status, { ...headers, connection: 'close' }).end(body);
    };
    const target = plainTarget(request.url ?? '');
    if (target === undefined) return answer(malformed);
    const decision = decide(target, options);
    if (decision.action === 'refuse') return answer(decision, target);
    const remote = await openOutbound(target, options, lookup);
    if (!(remote instanceof Socket)) return answer(remote, target);
    sockets.add(remote);
    remote.once('close', () => sockets.delete(remote));
    forwardPlain(target, remote, { request, response });
  };

  const server = createServer({
    maxHeaderSize: proxyLimits.headerBytes,
    headersTimeout: proxyLimits.headersTimeout,
    requireHostHeader: false,
    noDelay: true,
  });
  const failed = (socket: Duplex) => (error: unknown) => {
    telemetry.log.error({ error }, 'The proxy could not serve a connection.');
    socket.destroy();
  };
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('connect', (request, socket, head) => {
    onConnect(request, socket, head).catch(failed(socket));
  });
  server.on('request', (request, response) => {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    onRequest(request, response).catch(failed(request.socket));
  });
  server.on('upgrade', (_request, socket) => endWith(socket, answerOf(note(malformed, undefined))));
  server.on('clientError', (error: Error & { readonly code?: string }, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else endWith(socket, answerOf(note(malformed, undefined)));
  });

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host, port }, () => {
          server.off('error', reject);
          server.on('error', (error) => telemetry.log.error({ error }, 'The proxy reported an error.'));
          resolve({ port: (server.address() as AddressInfo).port });
        });
      }),
    accept: (socket) => void server.emit('connection', socket),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};
