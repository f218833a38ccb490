import { createServer, type Server } from 'node:https';
import { Socket, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { KernelError, messageOf, randomOctets, type Clock } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';
import type { Surface } from '../types.ts';
import { defaultLimits, type Limits } from '../wire.ts';
import { clientErrors } from './client-errors.ts';
import { httpDate } from './http-date.ts';
import { createOpenExchanges } from './open-exchanges.ts';
import { createRouter } from './route.ts';
import { secureContexts, type Certificates } from './secure-contexts.ts';
import { createServe } from './serve.ts';
import { createUpgrade } from './upgrade.ts';

export interface ListenerOptions {
  /** The first surface that serves a host gets its requests. */
  readonly surfaces: readonly Surface[];
  readonly certificates: Certificates;
  readonly telemetry: Telemetry;
  /** For the Date header; limits run on the machine's own time. */
  readonly clock: Clock;
  /** Address to listen at; default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly limits?: Partial<Limits>;
  /** Oldest TLS version that clients may speak; 1.2 when absent. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
}

export interface Listener {
  /** Starts to listen. Rejects with the system's error when the port is taken. */
  listen(): Promise<{ readonly port: number }>;
  /** Takes a raw connection, as if it had arrived at the port: the client's TLS handshake comes next on it. */
  accept(socket: Duplex): void;
  /**
   * Stops accepting, ends open streams, lets other requests finish for `graceMs` milliseconds (default 2000), then
   * destroys what is left. Never rejects; calling it again waits for the first call.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** The one TLS listener: HTTP/1.1 over TLS 1.2 or later, certificates by server name, surfaces by Host header. */
export const createListener = (options: ListenerOptions): Listener => {
  const { surfaces, certificates, telemetry, clock, host = '127.0.0.1', port = 0, minVersion = 'TLSv1.2' } = options;
  const { log } = telemetry;
  const limits = { ...defaultLimits, ...options.limits };
  const open = createOpenExchanges();
  const sockets = new Set<Duplex>();
  let closed: Promise<void> | undefined;
  const router = createRouter(surfaces, limits);
  const contextFor = secureContexts(certificates, { serves: (name) => router.surfaceOf(name) !== undefined, minVersion });
  const ticketKeys = randomOctets(48);

  const makeServer = (handler: Parameters<typeof createServer>[1]): Server => {
    const server = createServer(
      {
        minVersion,
        ALPNProtocols: ['http/1.1'],
        ca: [],
        requestCert: true,
        rejectUnauthorized: false,
        ticketKeys,
        handshakeTimeout: limits.handshakeTimeout,
        SNICallback: (name, done) => {
          contextFor(name).then(
            (context) => done(null, context),
            (thrown: unknown) => {
              log.debug({ serverName: name }, `Refused a TLS handshake: ${messageOf(thrown)}`);
              done(thrown instanceof Error ? thrown : new Error(messageOf(thrown)));
            },
          );
        },
        maxHeaderSize: limits.headerBytes,
        headersTimeout: limits.headersTimeout,
        requestTimeout: limits.requestTimeout,
        connectionsCheckingInterval: limits.timeoutCheckInterval,
        keepAliveTimeout: limits.keepAliveTimeout,
        noDelay: true,
        // A missing Host header is refused in the surface's words.
        requireHostHeader: false,
      },
      handler,
    );
    return server;
  };

  const server = makeServer(
    createServe({ surfaces, router, telemetry, limits, open, closing: () => closed !== undefined, date: httpDate(clock) }),
  );
  server.on('clientError', clientErrors(router.surfaceOf, log));
  configure(server, limits);
  server.on('upgrade', createUpgrade({ surfaces, router, telemetry, open }));
  server.on('tlsClientError', (error: Error, socket: Duplex) => {
    log.debug({ error: messageOf(error) }, 'A TLS handshake failed.');
    socket.destroy();
  });
  server.on('connection', (socket: Duplex) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });

  /** Clients that send no server name reach the listener by its address, or as localhost. */
  const defaultContext = async (): Promise<void> => {
    const issued = await certificates.forHost(host).catch(() => certificates.forHost('localhost'));
    server.setSecureContext({ cert: issued.certificate, key: issued.privateKey, ca: [], minVersion, ticketKeys });
  };

  const accept = (socket: Duplex): void => {
    if (closed !== undefined) {
      socket.destroy();
      return;
    }
    if (socket instanceof Socket) socket.setNoDelay(true);
    server.emit('connection', socket);
  };

  const listen = async (): Promise<{ readonly port: number }> => {
    if (closed !== undefined) throw new KernelError('closed', 'The listener is closed.');
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, () => {
        server.off('error', reject);
        server.on('error', (error) => log.error({ error }, 'The listener reported an error.'));
        resolve();
      });
    });
    // After start-up: hardly any client comes without a name, and issuing a certificate takes time.
    setImmediate(() => {
      defaultContext().catch((thrown: unknown) =>
        log.warn({ error: thrown }, 'There is no certificate for clients that send no server name.'),
      );
    });
    return { port: (server.address() as AddressInfo).port };
  };

  const close = async (graceMs: number): Promise<void> => {
    const stopped = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    const reason = new Error('The server closes.');
    for (const lifetime of open) if (lifetime.streaming) lifetime.abort(reason);
    server.closeIdleConnections();
    const timer = setTimeout(() => {
      for (const lifetime of open) lifetime.abort(reason);
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    await stopped;
    clearTimeout(timer);
    for (const socket of sockets) socket.destroy();
  };

  return {
    listen,
    accept,
    close: ({ graceMs = 2_000 } = {}) => (closed ??= close(graceMs)),
  };
};

/** What Node would otherwise set to defaults of its own. */
const configure = (server: Server, limits: Limits): void => {
  server.headersTimeout = limits.headersTimeout;
  server.requestTimeout = limits.requestTimeout;
  server.keepAliveTimeout = limits.keepAliveTimeout;
  server.maxHeadersCount = 0;
  server.setTimeout(0);
};
