import { Agent, type AgentOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as startTls, type TLSSocket } from 'node:tls';
import { KernelError, messageOf } from '@podpass/kernel';
import type { Dialer } from '../types.ts';
import { clientLimits } from '../wire.ts';

/** What a connection is made with; connections are shared only between requests for which all of it is the same. */
export interface Credentials {
  readonly host: string;
  readonly port: number;
  readonly serverName: string;
  /** PEM; undefined means the public roots. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

const handshake = (socket: Duplex, { serverName, ca, cert, key }: Credentials): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const secured = startTls({
      socket,
      // An address is never sent as a server name (RFC 6066 section 3); it is verified all the same.
      ...(isIP(serverName) === 0 ? { servername: serverName } : { host: serverName }),
      ca,
      cert,
      key,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
    });
    const timer = setTimeout(() => fail(new Error('no answer in time')), clientLimits.connectTimeout);
    const fail = (error: Error) => {
      clearTimeout(timer);
      secured.destroy();
      socket.destroy();
      reject(new KernelError('unavailable', `The TLS handshake with ${serverName} failed: ${messageOf(error)}`, { cause: error }));
    };
    const closed = () => fail(new Error('the connection was closed'));
    secured.once('error', fail);
    secured.once('close', closed);
    secured.once('secureConnect', () => {
      clearTimeout(timer);
      secured.off('error', fail);
      secured.off('close', closed);
      resolve(secured);
    });
  });

/** A bounded pool of kept-alive connections for one set of credentials. */
export const createPool = (dialer: Dialer, credentials: Credentials): Agent => {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: clientLimits.socketsPerHost,
    maxFreeSockets: clientLimits.idleSocketsPerHost,
    timeout: clientLimits.idleTimeout,
    scheduling: 'lifo',
  } satisfies AgentOptions);
  const open = async () => handshake(await dialer.connect(credentials.host, credentials.port), credentials);
  agent.createConnection = (_options, done) => {
    open().then(
      (socket) => done?.(null, socket),
      (thrown: unknown) => done?.(thrown instanceof Error ? thrown : new Error(messageOf(thrown)), undefined as never),
    );
    return undefined;
  };
  // All connections of this pool are alike, so that one name does for them.
  agent.getName = () => 'pool';
  return agent;
};
