import { connect, isIP, type Socket } from 'node:net';
import { messageOf } from '@podpass/kernel';
import type { Lookup } from '../addresses.ts';
import { proxyLimits } from '../wire.ts';
import { refusalOfAddress, refuse, type ProxyRules, type Refusal } from './rules.ts';
import type { ProxyTarget } from './target.ts';

/** Resolves a target once, checks what it resolved to and connects to just that; or says why not. */
export const openOutbound = async ({ host, port }: ProxyTarget, rules: ProxyRules, lookup: Lookup): Promise<Socket | Refusal> => {
  let addresses: readonly string[];
  try {
    addresses = isIP(host) === 0 ? (await lookup(host)).map(({ address }) => address) : [host];
  } catch {
    return refuse('unreachable', `Podpass could not resolve ${host}.`, 502);
  }
  const [address] = addresses;
  if (address === undefined) return refuse('unreachable', `Podpass could not resolve ${host}.`, 502);
  for (const candidate of addresses) {
    const refusal = refusalOfAddress(candidate, host, rules);
    if (refusal !== undefined) return refusal;
  }
  return connectTo(address, port, host);
};

const connectTo = (address: string, port: number, host: string): Promise<Socket | Refusal> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true });
    const timer = setTimeout(() => {
      socket.destroy();
      resolve(refuse('unreachable', `Podpass could not connect to ${host}:${port} in time.`, 504));
    }, proxyLimits.connectTimeout);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.on('error', (error) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(refuse('unreachable', `Podpass could not connect to ${host}:${port}: ${messageOf(error)}.`, 502));
    });
  });
