import type { Socket } from 'node:net';
import type { PodSource } from '../types.ts';
import { limits } from './wire.ts';

/** The pods that the network knows, and the connections that are theirs. */
export interface PodRegistry {
  readonly size: number;
  get(uid: string): PodSource | undefined;
  /** The pod with this address of its own; never one in the host network. */
  byAddress(address: string): PodSource | undefined;
  /** `ownAddress`: whether the address is this pod's alone. */
  add(source: PodSource, ownAddress: boolean): void;
  /** Binds a connection to its pod; destroys it when the pod is gone meanwhile or has too many. Returns whether it is bound. */
  pin(socket: Socket, source: PodSource): boolean;
  /** From here on the pod is unknown: its connections are destroyed. */
  remove(uid: string): PodSource | undefined;
  /** Removes all. */
  clear(): void;
}

export const createPodRegistry = (): PodRegistry => {
  const byUid = new Map<string, { readonly source: PodSource; readonly ownAddress: boolean; readonly sockets: Set<Socket> }>();
  const byAddress = new Map<string, PodSource>();
  const remove = (uid: string): PodSource | undefined => {
    const entry = byUid.get(uid);
    if (entry === undefined) return undefined;
    byUid.delete(uid);
    if (entry.ownAddress) byAddress.delete(entry.source.ip);
    for (const socket of entry.sockets) socket.destroy();
    return entry.source;
  };
  return {
    get size() {
      return byUid.size;
    },
    get: (uid) => byUid.get(uid)?.source,
    byAddress: (address) => byAddress.get(address),
    add(source, ownAddress) {
      byUid.set(source.uid, { source, ownAddress, sockets: new Set() });
      if (ownAddress) byAddress.set(source.ip, source);
    },
    pin(socket, source) {
      const entry = byUid.get(source.uid);
      // Another object under the same uid is another attachment: the connection belongs to the one that has ended.
      if (entry?.source !== source || socket.destroyed || entry.sockets.size >= limits.podConnections) {
        socket.destroy();
        return false;
      }
      entry.sockets.add(socket);
      socket.once('close', () => entry.sockets.delete(socket));
      return true;
    },
    remove,
    clear() {
      for (const uid of byUid.keys()) remove(uid);
    },
  };
};
