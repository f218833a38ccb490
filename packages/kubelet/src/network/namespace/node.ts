import { Socket as Datagram } from 'node:dgram';
import { Server } from 'node:net';
import { KernelError, messageOf } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';
import type { RuntimeChoice } from '../../types.ts';
import type { Range } from '../addresses.ts';
import { serveNames } from '../dns/responder.ts';
import { createAddressPool } from '../pool.ts';
import { createPodRegistry } from '../registry.ts';
import { createProcessOwners } from '../trace/owners.ts';
import type { ClusterAddresses, NamespaceNode, NamespaceNodeOptions } from '../types.ts';
import { dnsPort, limits, metadata } from '../wire.ts';
import { createAcceptor } from './accept.ts';
import { bridgeAddress, nodeSettings, type NodeRoute, removePods, setUpNode } from './commands.ts';
import type { Holder } from './holder.ts';
import { startSocketOpener, type WantedSocket } from './open-sockets.ts';
import { createNodePods } from './pods.ts';

export interface StartNodeOptions {
  readonly holder: Holder;
  /** Name of the node's namespace, which exists. */
  readonly namespace: string;
  readonly node: NamespaceNodeOptions;
  readonly runtime: RuntimeChoice;
  readonly nodeIp: string;
  readonly nodeRange: Range;
  readonly podRange: Range;
  readonly addresses: ClusterAddresses;
  readonly others: readonly NodeRoute[];
  readonly log: Logger;
  lookUp(name: string): string | undefined;
  nextPodName(): string;
  /** Removes the node's own namespace and its link. */
  remove(): Promise<void>;
}

export interface StartedNode {
  readonly node: NamespaceNode;
  /** Runs commands in the node's namespace. */
  run(script: string): Promise<string>;
  /** Closes the sockets and the connections, when the namespaces are gone already or soon will be. */
  abandon(): void;
}

/** Sets up a node in its namespace and opens its listeners. Rejects with `unavailable`; what was made then is the caller's to remove. */
export const startNode = async (options: StartNodeOptions): Promise<StartedNode> => {
  const { holder, namespace, node, runtime, nodeIp, nodeRange, podRange, addresses, others, log, lookUp, nextPodName, remove } = options;
  const bridge = node.plugin === 'kubenet';
  const enter = holder.enter(namespace, { processes: false });
  const opener = startSocketOpener(enter);
  const shell = await holder.startInside(namespace).catch((thrown: unknown) => {
    opener.cancel();
    throw thrown;
  });
  const registry = createPodRegistry();
  const owners = createProcessOwners();
  const sockets = new Set<Server | Datagram>();
  const hostPods = new Set<string>();
  const keep = (opened: readonly (Server | Datagram)[]) => {
    for (const socket of opened) {
      sockets.add(socket);
      // What accept() or a datagram may report, for want of descriptors say, must not end the platform.
      socket.on('error', (thrown: Error) => log.warn({ node: node.name, error: thrown.message }, 'A listener of a node failed.'));
      socket.once('close', () => sockets.delete(socket));
    }
    return opened;
  };
  const own = { ...addresses, metadata: metadata.address, node: nodeIp, ...(bridge ? { bridge: bridgeAddress(podRange) } : {}) };
  const acceptor = createAcceptor({
    registry,
    owners,
    nodeAddresses: new Set(Object.values(own)),
    net: `/proc/${String(shell.pid)}/net`,
    hostPods: () => [...hostPods],
  });
  const pods = createNodePods({
    shell,
    registry,
    nodeIp,
    nodeName: node.name,
    dns: addresses.dns,
    podRange,
    bridge,
    // The network address and the gateway's.
    pool: createAddressPool(podRange, 2),
    nextName: nextPodName,
    enter: (podName) => holder.enter(podName ?? namespace, { processes: true }),
    stuck: (pod, thrown) => log.warn({ pod: pod?.uid, error: messageOf(thrown) }, 'A pod could not be taken out of its network.'),
  });

  let abandoned = false;
  const abandon = (): void => {
    abandoned = true;
    registry.clear();
    for (const socket of sockets) socket.close();
  };
  void shell.ended.then(() => {
    if (abandoned) return;
    abandon();
    log.error({ node: node.name }, 'The network of a node has ended.');
  });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const names = pods.end();
    abandon();
    await shell.run(removePods(names)).catch(() => undefined);
    await shell.end();
    await remove();
  };

  const listeners = [
    { ...metadata, accept: (socket: Parameters<typeof acceptor.metadata>[0]) => acceptor.metadata(socket, node.onMetadataConnection) },
    ...(node.listeners ?? []).map(({ address, port, onConnection }) => ({
      address,
      port,
      accept: (socket: Parameters<typeof acceptor.other>[0]) => acceptor.other(socket, onConnection),
    })),
  ];
  try {
    await shell.run(`${nodeSettings()} && ${setUpNode({ nodeIp, nodeRange, podCidr: node.podCidr, podRange, bridge, addresses, others })}`);
    const [names, ...servers] = keep(
      await opener.open([
        { kind: 'udp', address: addresses.dns, port: dnsPort },
        ...listeners.map(({ address, port }): WantedSocket => ({ kind: 'tcp', address, port })),
      ]),
    );
    if (names instanceof Datagram) serveNames(names, lookUp, log);
    listeners.forEach(({ accept }, index) => {
      const server = servers[index];
      if (!(server instanceof Server)) return;
      server.maxConnections = limits.metadataConnections;
      server.on('connection', accept);
    });
  } catch (thrown) {
    opener.cancel();
    abandon();
    await shell.end();
    throw thrown;
  }

  const openMore = async (wanted: readonly WantedSocket[]) => {
    if (abandoned) throw new KernelError('closed', 'The node is closed.');
    return keep(await startSocketOpener(enter).open(wanted));
  };
  return {
    run: shell.run,
    abandon,
    node: {
      runtime,
      nodeIp,
      enter: holder.enter(namespace, { processes: true }),
      async attach(pod) {
        if (abandoned) throw new KernelError('closed', 'The node is closed.');
        if (pod.hostNetwork) hostPods.add(pod.uid);
        return pods.attach(pod);
      },
      detach(uid) {
        hostPods.delete(uid);
        owners.forget(uid);
        return pods.detach(uid);
      },
      owns(uid, pid) {
        if (hostPods.has(uid)) owners.owns(uid, pid);
      },
      sourceOf: acceptor.sourceOf,
      async listen(endpoints) {
        const opened = await openMore(endpoints.map((endpoint) => ({ ...endpoint, kind: 'tcp' })));
        return opened.filter((socket) => socket instanceof Server);
      },
      async datagram(endpoint) {
        const [socket] = await openMore([{ ...endpoint, kind: 'udp' }]);
        if (!(socket instanceof Datagram)) throw new KernelError('unavailable', 'No datagram socket was handed over.');
        return socket;
      },
      close: () => (closing ??= close()),
    },
  };
};
