import { createServer, type Server, type Socket } from 'node:net';
import { KernelError } from '@podpass/kernel';
import type { PodNetwork, PodSource } from '../../types.ts';
import { createPodRegistry } from '../registry.ts';
import { createProcessOwners } from '../trace/owners.ts';
import type { ConnectionEnds, ProcessNode, ProcessNodeOptions } from '../types.ts';
import { authorityHostVariable } from '../wire.ts';

const loopback = '127.0.0.1';

/**
 * The network of a node without namespaces. Its pods share the machine's loopback, so each has a metadata listener of its own, on a port
 * that only its containers are told. On Linux a connection must moreover be traced to one of the pod's processes, named by `owns`;
 * a client that cannot be traced is nobody.
 *
 * **Weakness**: on other systems the port alone tells. Every local process that learns or guesses it is taken for the pod. Use the
 * namespace runtime where that matters.
 */
export const openProcessNetwork = (options: ProcessNodeOptions): ProcessNode => {
  const { log, onMetadataConnection, runtime, platform = process.platform } = options;
  const registry = createPodRegistry();
  const owners = createProcessOwners();
  const listeners = new Map<string, { readonly ready: Promise<PodNetwork>; readonly server: Server }>();
  const uidOfPort = new Map<number, string>();
  let closed = false;

  const sourceOf = async (ends: ConnectionEnds): Promise<PodSource | undefined> => {
    const uid = uidOfPort.get(ends.localPort ?? 0);
    const source = uid === undefined ? undefined : registry.get(uid);
    if (uid === undefined || source === undefined) return undefined;
    const proven = platform !== 'linux' || (await owners.trace('/proc/self/net', ends, [uid])) === uid;
    return proven && registry.get(uid) === source ? source : undefined;
  };
  const accept = (socket: Socket, own: PodSource): void => {
    socket.on('error', () => undefined);
    // Bound to the listener's pod whoever the client is: when the pod goes, so does everything on its port.
    if (!registry.pin(socket, own)) return;
    sourceOf(socket)
      .then((source) => {
        if (!socket.destroyed) onMetadataConnection(socket, source);
      })
      .catch(() => socket.destroy());
  };
  const open = (server: Server, source: PodSource): Promise<PodNetwork> =>
    new Promise((resolve, reject) => {
      server.on('error', (thrown) =>
        reject(new KernelError('unavailable', `No metadata listener for pod ${source.namespace}/${source.name}.`, { cause: thrown })),
      );
      // Also when it is closed before it listened.
      server.once('close', () => reject(new KernelError('closed', 'The pod was detached.')));
      server.on('connection', (socket) => accept(socket, source));
      server.listen({ host: loopback, port: 0, exclusive: true }, () => {
        const address = server.address();
        if (address === null || typeof address === 'string' || registry.get(source.uid) !== source) {
          server.close();
          return;
        }
        uidOfPort.set(address.port, source.uid);
        server.once('close', () => uidOfPort.delete(address.port));
        const env = { [authorityHostVariable]: `http://${loopback}:${String(address.port)}` };
        resolve({ ip: loopback, hostIp: loopback, enter: [], files: undefined, env });
      });
    });
  const detach = (uid: string): Promise<void> => {
    const listener = listeners.get(uid);
    listeners.delete(uid);
    registry.remove(uid);
    owners.forget(uid);
    listener?.server.close();
    return Promise.resolve();
  };

  return {
    runtime,
    nodeIp: loopback,
    attach({ uid, namespace, name, hostNetwork }) {
      if (closed) return Promise.reject(new KernelError('closed', 'The network is closed.'));
      const known = listeners.get(uid);
      if (known !== undefined) return known.ready;
      const server = createServer();
      const source: PodSource = { uid, namespace, name, ip: loopback, hostNetwork };
      registry.add(source, false);
      const ready = open(server, source);
      listeners.set(uid, { ready, server });
      ready.catch(() => {
        if (registry.get(uid) === source) void detach(uid);
      });
      log.debug({ pod: uid }, 'Opened a metadata listener for a pod.');
      return ready;
    },
    detach,
    owns(uid, pid) {
      if (registry.get(uid) !== undefined) owners.owns(uid, pid);
    },
    sourceOf,
    async close() {
      closed = true;
      await Promise.all([...listeners.keys()].map(detach));
    },
  };
};
