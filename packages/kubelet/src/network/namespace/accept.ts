import type { Socket } from 'node:net';
import { plainAddress } from '../addresses.ts';
import type { PodSource } from '../../types.ts';
import type { PodRegistry } from '../registry.ts';
import type { ProcessOwners } from '../trace/owners.ts';
import type { ConnectionEnds, OnMetadataConnection } from '../types.ts';

export interface AcceptOptions {
  readonly registry: PodRegistry;
  readonly owners: ProcessOwners;
  /** Addresses of the node itself: what comes from them may be a pod in the host network. */
  readonly nodeAddresses: ReadonlySet<string>;
  /** Folder /proc/PID/net of the node's namespace. */
  readonly net: string;
  /** Uids of the pods in the host network. */
  hostPods(): readonly string[];
}

export interface Acceptor {
  sourceOf(ends: ConnectionEnds): Promise<PodSource | undefined>;
  metadata(socket: Socket, onConnection: OnMetadataConnection): void;
  /** For other listeners: the connection ends with its pod, but needs none. */
  other(socket: Socket, onConnection: (socket: Socket) => void): void;
}

/** Says whose accepted connections are, and ties them to their pods. */
export const createAcceptor = ({ registry, owners, nodeAddresses, net, hostPods }: AcceptOptions): Acceptor => {
  const byAddress = (socket: ConnectionEnds) => registry.byAddress(plainAddress(socket.remoteAddress ?? ''));
  const isNode = (address: string) => nodeAddresses.has(address) || address.startsWith('127.');

  const sourceOf = async (ends: ConnectionEnds): Promise<PodSource | undefined> => {
    const pod = byAddress(ends);
    if (pod !== undefined) return pod;
    if (!isNode(plainAddress(ends.remoteAddress ?? ''))) return undefined;
    const uid = await owners.trace(net, ends, hostPods());
    const source = uid === undefined ? undefined : registry.get(uid);
    return source?.hostNetwork === true ? source : undefined;
  };

  return {
    sourceOf,
    metadata(socket, onConnection) {
      socket.on('error', () => undefined);
      const pod = byAddress(socket);
      if (pod !== undefined) {
        if (registry.pin(socket, pod)) onConnection(socket, pod);
        return;
      }
      sourceOf(socket)
        .then((source) => {
          if (socket.destroyed || (source !== undefined && !registry.pin(socket, source))) return;
          onConnection(socket, source);
        })
        .catch(() => socket.destroy());
    },
    other(socket, onConnection) {
      socket.on('error', () => undefined);
      const pod = byAddress(socket);
      if (pod === undefined || registry.pin(socket, pod)) onConnection(socket);
    },
  };
};
