import { KernelError } from '@podpass/kernel';
import { contains, formatAddress, parseAddress, parseRange, overlap, type Range } from '../addresses.ts';
import { createNames } from '../dns/responder.ts';
import type { ClusterNetwork, ClusterNetworkOptions, NamespaceNodeOptions } from '../types.ts';
import { defaultAddresses, defaultNodeCidr, limits, metadata, reservedNodeAddresses } from '../wire.ts';
import { addNode, type NodeRoute, removeNode, routeToNode } from './commands.ts';
import { startHolder } from './holder.ts';
import { startNode, type StartedNode } from './node.ts';
import { probeNamespaces } from './probe.ts';

interface Member extends NodeRoute {
  readonly podRange: Range;
  started: StartedNode | undefined;
}

const podRangeOf = (podCidr: string): Range => {
  const range = parseRange(podCidr);
  if (range.bits < 16 || range.bits > 30) throw new KernelError('invalid', `The pod range ${podCidr} must have a prefix from 16 to 30.`);
  return range;
};

const addressOf = (text: string): number => {
  const address = parseAddress(text);
  if (address === undefined) throw new KernelError('invalid', `"${text}" is no IPv4 address.`);
  return address;
};

/**
 * Makes the network of a cluster: one holder process, and in it a switch to which its nodes are connected, each in a network namespace of
 * its own. Nothing of it exists outside the holder, and the holder lives only as long as this process holds its input open.
 * Throws KernelError `invalid` for addresses that are none, `unavailable` where namespaces cannot be made.
 */
export const openClusterNetwork = async (options: ClusterNetworkOptions): Promise<ClusterNetwork> => {
  const { log, onLost } = options;
  const addresses = { ...defaultAddresses, ...options.addresses };
  const nodeRange = parseRange(options.nodeCidr ?? defaultNodeCidr);
  const fixed = [metadata.address, ...Object.values(addresses)].map(addressOf);
  const { works, userNamespace, because } = await probeNamespaces();
  if (!works) throw new KernelError('unavailable', `The namespace runtime cannot be used: ${because}.`);
  const holder = await startHolder(userNamespace);
  const runtime = { name: 'namespace', because } as const;
  const lookUp = createNames({ api: addresses.api, resolve: options.resolve });
  const members = new Map<string, Member>();
  let nodes = 0;
  let pods = 0;
  let closing: Promise<void> | undefined;

  const leave = (): void => {
    for (const { started } of members.values()) started?.abandon();
    members.clear();
  };
  void holder.shell.ended.then(() => {
    leave();
    if (closing !== undefined) return;
    closing = Promise.resolve();
    log.error({}, 'The network of a cluster has ended, and with it all its pods.');
    onLost?.('The process that held the network namespaces has ended.');
  });
  try {
    await holder.shell.run('ip link add vnet0 type bridge forward_delay 0 && ip link set vnet0 up');
  } catch (thrown) {
    closing = holder.shell.end();
    throw thrown;
  }

  const freeNodeIp = (): string => {
    const used = new Set([...members.values()].map(({ nodeIp }) => nodeIp));
    for (let at = nodeRange.first + 1 + reservedNodeAddresses; at < nodeRange.first + nodeRange.size - 1; at += 1) {
      const address = formatAddress(at);
      if (!used.has(address)) return address;
    }
    throw new KernelError('unavailable', 'All node addresses are taken.');
  };
  const admit = ({ podCidr, nodeIp = freeNodeIp() }: NamespaceNodeOptions): Member => {
    const podRange = podRangeOf(podCidr);
    const ip = addressOf(nodeIp);
    if (members.size >= limits.nodes) throw new KernelError('unavailable', `A cluster has at most ${String(limits.nodes)} nodes.`);
    if (!contains(nodeRange, ip) || [...members.values()].some((member) => member.nodeIp === nodeIp))
      throw new KernelError('invalid', `The node address ${nodeIp} is outside the range of nodes or taken.`);
    if ([nodeRange, ...[...members.values()].map((member) => member.podRange)].some((range) => overlap(range, podRange)))
      throw new KernelError('invalid', `The pod range ${podCidr} overlaps with another one or with that of the nodes.`);
    if (fixed.some((address) => contains(podRange, address) || address === ip))
      throw new KernelError('invalid', `The pod range ${podCidr} or the node address ${nodeIp} covers an address of the platform.`);
    return { nodeIp, podCidr, podRange, started: undefined };
  };
  const others = (name: string): readonly Member[] => [...members].flatMap(([key, member]) => (key === name ? [] : [member]));

  return {
    runtime,
    addresses,
    holderPid: holder.shell.pid,
    async openNode(node) {
      if (closing !== undefined || !holder.shell.alive) throw new KernelError('closed', 'The network is closed.');
      const namespace = `n${String(++nodes)}`;
      const member = admit(node);
      members.set(namespace, member);
      const remove = async (): Promise<void> => {
        members.delete(namespace);
        if (!holder.shell.alive) return;
        await holder.shell.run(removeNode(namespace)).catch(() => undefined);
        await Promise.allSettled(others(namespace).map(({ started }) => Promise.resolve(started?.run(`ip route del ${member.podCidr}`))));
      };
      try {
        await holder.shell.run(addNode(namespace));
        const started = await startNode({
          holder,
          namespace,
          node,
          runtime,
          nodeIp: member.nodeIp,
          nodeRange,
          podRange: member.podRange,
          addresses,
          others: others(namespace),
          log,
          lookUp,
          nextPodName: () => `p${String(++pods)}`,
          remove,
        });
        member.started = started;
        if (members.get(namespace) !== member) {
          started.abandon();
          throw new KernelError('closed', 'The network was closed.');
        }
        // Those that were started meanwhile did not know of this one, or this one not of them.
        for (const other of others(namespace)) {
          await started.run(`ip ${routeToNode(other, member.nodeIp)}`);
          await other.started?.run(`ip ${routeToNode(member, other.nodeIp)}`);
        }
        return started.node;
      } catch (thrown) {
        await remove();
        throw thrown;
      }
    },
    close() {
      closing ??= (async () => {
        leave();
        await holder.shell.end();
      })();
      return closing;
    },
  };
};
