import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { newGuid, type Clock } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';
import { refusal } from '../imds/errors.ts';
import type { MetadataAnswer, MetadataHandler, PodSource } from '../types.ts';
import { readTarget } from './request-target.ts';
import { endpointLimits } from './wire.ts';

/** A pod, or a question to the network that is asked anew for every request: a pod may go while its connection stays. */
export type ConnectionSource = PodSource | undefined | (() => PodSource | undefined);

export interface MetadataEndpoint {
  /**
   * Serves a connection that the network accepted at the metadata address. `source` is the pod that the network traced
   * it to. Over the limits the connection is closed.
   */
  accept(socket: Socket, source: ConnectionSource): void;
  /** Sets what answers; 503 before. */
  use(handler: MetadataHandler): void;
  /** Ends all connections. May be called twice. */
  close(): void;
}

const notReady: MetadataHandler = async () => ({
  status: 503,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'the metadata service is starting\n',
});

/** IPv4 addresses as such, also where the socket speaks IPv6. */
const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/i, '');

const send = (response: ServerResponse, { status, headers, body }: MetadataAnswer): void => {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': String(bytes.length) });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
};

/** Reads and drops the body; false when it is larger than anything that is read. */
const bodyIsSmall = async (request: IncomingMessage): Promise<boolean> => {
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > endpointLimits.bodyBytes) return false;
  }
  return true;
};

/**
 * The plain HTTP/1.1 server of the metadata address. It owns no listener: the network hands it connections, each with
 * the pod that it proved. Nothing in a request changes who it is from.
 */
export const createMetadataEndpoint = ({ telemetry }: { readonly telemetry: Telemetry; readonly clock: Clock }): MetadataEndpoint => {
  const log = telemetry.log.child({ surface: 'metadata' });
  const sources = new WeakMap<object, () => PodSource | undefined>();
  const perSource = new Map<string, number>();
  const open = new Set<Socket>();
  let handler = notReady;
  let closed = false;

  /** What never comes to the handler is not lost to the audit trail: it may be an attempt to pass its checks. */
  const audit = (socket: object, reason: string): void => {
    const source = sources.get(socket)?.();
    telemetry.audit({
      event: 'metadata-connection',
      outcome: 'refused',
      reason,
      source: source === undefined ? undefined : `${source.namespace}/${source.name}`,
      sourceUid: source?.uid,
    });
  };

  const answer = async (request: IncomingMessage): Promise<MetadataAnswer> => {
    // An oversized request is destroyed while it is read, and knows its socket no more.
    const { socket } = request;
    const target = readTarget(request.url ?? '');
    if (target === undefined) {
      audit(socket, 'no-target');
      return refusal.notFound();
    }
    if (!(await bodyIsSmall(request))) {
      audit(socket, 'oversized-body');
      return { status: 413, headers: { connection: 'close' }, body: '' };
    }
    return handler({
      id: newGuid(),
      method: request.method ?? '',
      path: target.path,
      query: target.query,
      headers: request.headers,
      remoteAddress: plainAddress(socket.remoteAddress),
      source: sources.get(socket)?.(),
    });
  };

  const server = createServer(
    {
      maxHeaderSize: endpointLimits.headerBytes,
      headersTimeout: endpointLimits.headersTimeout,
      requestTimeout: endpointLimits.requestTimeout,
      keepAliveTimeout: endpointLimits.keepAlive,
      connectionsCheckingInterval: 5_000,
      insecureHTTPParser: false,
    },
    (request, response) => {
      answer(request)
        .catch((thrown: unknown): MetadataAnswer => {
          // A client that went away in the middle of its body is no fault of ours.
          if (!request.destroyed) log.error({ error: thrown }, 'a metadata request failed');
          return refusal.internal();
        })
        .then((answered) => {
          if (!response.destroyed) send(response, answered);
        })
        .catch((thrown: unknown) => log.error({ error: thrown }, 'a metadata answer could not be sent'));
    },
  );
  server.maxHeadersCount = endpointLimits.headerCount;
  server.maxRequestsPerSocket = endpointLimits.requestsPerConnection;
  const refuse = (socket: Duplex, reason: string, line: string): void => {
    audit(socket, reason);
    if (socket.writable) socket.end(`HTTP/1.1 ${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    else socket.destroy();
  };
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Those of the parser; a connection that broke or was slow is no attempt.
    if (error.code === 'HPE_HEADER_OVERFLOW') refuse(socket, 'oversized-request', '431 Request Header Fields Too Large');
    else if (error.code?.startsWith('HPE_') === true) refuse(socket, 'malformed-request', '400 Bad Request');
    else if (socket.writable) socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  // Upgrades and CONNECT have no meaning here.
  server.on('connect', (_request, socket) => refuse(socket, 'connect', '405 Method Not Allowed'));

  return {
    accept(socket, source) {
      const look = typeof source === 'function' ? source : () => source;
      const key = look()?.uid ?? '';
      const count = perSource.get(key) ?? 0;
      if (closed || open.size >= endpointLimits.connections || count >= endpointLimits.connectionsPerSource) {
        socket.destroy();
        return;
      }
      perSource.set(key, count + 1);
      open.add(socket);
      sources.set(socket, look);
      socket.once('close', () => {
        open.delete(socket);
        const left = (perSource.get(key) ?? 1) - 1;
        if (left > 0) perSource.set(key, left);
        else perSource.delete(key);
      });
      server.emit('connection', socket);
    },
    use(next) {
      handler = next;
    },
    close() {
      closed = true;
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
};
