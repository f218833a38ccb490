import { connect, isIP, type Socket } from 'node:net';
import { KernelError, messageOf } from '@podpass/kernel';
import { addressKind, isLocalName, systemResolver, type Lookup } from '../addresses.ts';
import type { Dialer } from '../types.ts';
import { clientLimits } from '../wire.ts';

export interface DialerOptions {
  /** Whether the platform's listener serves the name; it then gets the connection, whatever the port. */
  serves(host: string): boolean;
  /** The listener's port on loopback; a function when it is known later. */
  readonly listenerPort: number | (() => number);
  /** Default `127.0.0.1`. */
  readonly listenerHost?: string;
  /** Names that the platform itself places somewhere, such as cluster services; asked before anything else. */
  route?(host: string, port: number): { readonly host: string; readonly port: number } | undefined;
  /** Whether other names may be reached on the public internet; default false. */
  readonly allowExternal?: boolean | ((host: string) => boolean);
  readonly lookup?: Lookup;
}

const open = (host: string, port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const fail = (message: string, cause?: unknown) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new KernelError('unavailable', message, { cause }));
    };
    const timer = setTimeout(() => fail('The connection could not be made in time.'), clientLimits.connectTimeout);
    const onError = (error: Error) => fail(`The connection could not be made: ${messageOf(error)}`, error);
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      resolve(socket);
    });
  });

/** The public addresses of a name. One internal address among them refuses the name: resolvers may be made to mix them. */
const publicAddress = async (host: string, lookup: Lookup): Promise<string> => {
  if (isLocalName(host)) throw new KernelError('invalid', `${host} is an internal name and is not reached.`);
  const addresses = isIP(host) === 0 ? (await lookup(host)).map(({ address }) => address) : [host];
  if (addresses.some((address) => addressKind(address) !== 'public'))
    throw new KernelError('invalid', `${host} leads to an internal address and is not reached.`);
  const [first] = addresses;
  if (first === undefined) throw new KernelError('unavailable', `${host} has no address.`);
  return first;
};

/**
 * Connections as the platform sees the world. Rejects with KernelError `invalid` for a name that may not be reached and
 * `unavailable` for one that cannot be.
 */
export const createDialer = (options: DialerOptions): Dialer => {
  const { listenerPort, listenerHost = '127.0.0.1', allowExternal = false, lookup = systemResolver } = options;
  const plain = (host: string) =>
    host
      .toLowerCase()
      .replace(/\.$/, '')
      .replace(/^\[(.*)\]$/, '$1');
  const external = (host: string) => (typeof allowExternal === 'function' ? allowExternal(host) : allowExternal);
  return {
    isExternal: (name) => {
      const host = plain(name);
      return !options.serves(host) && options.route?.(host, 443) === undefined;
    },
    async connect(name, port) {
      const host = plain(name);
      const routed = options.route?.(host, port);
      if (routed !== undefined) return open(routed.host, routed.port);
      if (options.serves(host)) return open(listenerHost, typeof listenerPort === 'function' ? listenerPort() : listenerPort);
      if (!external(host)) throw new KernelError('invalid', `${host} lies outside the platform, and external connections are off.`);
      let address: string;
      try {
        address = await publicAddress(host, lookup);
      } catch (thrown) {
        throw thrown instanceof KernelError ? thrown : new KernelError('unavailable', `${host} could not be resolved.`, { cause: thrown });
      }
      return open(address, port);
    },
  };
};
