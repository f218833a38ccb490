import type { Agent } from 'node:https';
import type { Dialer } from '../types.ts';
import { createPool, type Credentials } from './agent.ts';

/** Pools that are kept; the one used longest ago goes first. */
const kept = 64;

const nameOf = ({ host, port, serverName, ca, cert, key }: Credentials): string =>
  [host, port, serverName, ca ?? '', cert ?? '', key ?? ''].join('\n');

/** Connection pools by host and credentials: a connection that was authenticated for one caller never serves another. */
export const createPools = (dialer: Dialer) => {
  const pools = new Map<string, Agent>();
  return {
    for(credentials: Credentials): Agent {
      const name = nameOf(credentials);
      const known = pools.get(name);
      const pool = known ?? createPool(dialer, credentials);
      pools.delete(name);
      pools.set(name, pool);
      for (const [oldest, agent] of pools) {
        if (pools.size <= kept) break;
        pools.delete(oldest);
        retire(agent);
      }
      return pool;
    },
    close(): void {
      for (const agent of pools.values()) agent.destroy();
      pools.clear();
    },
  };
};

/** Closes the idle connections of a pool; those in use are closed by their requests' end. */
const retire = (agent: Agent): void => {
  agent.maxFreeSockets = 0;
  agent.options.keepAlive = false;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
};
