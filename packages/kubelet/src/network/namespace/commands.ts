import type { Range } from '../addresses.ts';
import { formatAddress, parseAddress } from '../addresses.ts';
import type { ClusterAddresses } from '../types.ts';
import { gateway, metadata } from '../wire.ts';

/** One run of `ip` for many changes; it stops at the first that fails. */
const batch = (lines: readonly string[], options = ''): string => `ip ${options}-batch - <<'END'\n${lines.join('\n')}\nEND`;

/** A hardware address of ours for an IPv4 address: locally administered, and as unique as the address is. */
const hardware = (prefix: string, address: string): string => {
  const number = parseAddress(address) ?? 0;
  return [prefix, '58', ...[24, 16, 8, 0].map((shift) => ((number >>> shift) & 255).toString(16).padStart(2, '0'))].join(':');
};
const podHardware = (address: string) => hardware('0a', address);
const hostHardware = (address: string) => hardware('0e', address);

/**
 * What keeps pods to their addresses, set before the first interface exists so that all inherit it (a new namespace starts with the
 * machine's settings, whatever they are). rp_filter 1: a packet is dropped unless the answer to its source would leave by the interface
 * on which it came. Forwarding comes first, because setting it resets others.
 */
const settings: readonly (readonly [string, string])[] = [
  ['ip_forward', '1'],
  ...['all', 'default'].flatMap((scope) =>
    [
      ['rp_filter', '1'],
      ['accept_local', '0'],
      ['route_localnet', '0'],
      ['accept_source_route', '0'],
      ['accept_redirects', '0'],
      ['secure_redirects', '0'],
      ['send_redirects', '0'],
      ['arp_ignore', '1'],
      ['arp_announce', '2'],
      ['arp_accept', '0'],
      ['proxy_arp', '0'],
    ].map(([name = '', value = '']) => [`conf/${scope}/${name}`, value] as const),
  ),
];

/** IPv6 has no pods here; where the kernel has it, it is off, so that nothing goes around the filters. */
const noIpv6 = 'if [ -e /proc/sys/net/ipv6/conf/default/disable_ipv6 ]; then echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6; fi';

export const nodeSettings = (): string =>
  [...settings.map(([name, value]) => `echo ${value} >/proc/sys/net/ipv4/${name}`), noIpv6].join(' && ');

/** Gives a node its namespace, and a link to the switch between nodes. Runs in the holder's own namespace. */
export const addNode = (node: string): string =>
  batch([
    `netns add ${node}`,
    `link add ${node} type veth peer name eth0 netns ${node}`,
    `link set ${node} master vnet0`,
    `link set ${node} up`,
  ]);

export const removeNode = (node: string): string => `${batch([`link del ${node}`, `netns del ${node}`], '-force ')}\ntrue`;

export interface NodeRoute {
  readonly nodeIp: string;
  readonly podCidr: string;
}

export const routeToNode = ({ nodeIp, podCidr }: NodeRoute, from: string): string =>
  `route replace ${podCidr} via ${nodeIp} dev eth0 src ${from}`;

export interface NodeSetup {
  readonly nodeIp: string;
  readonly nodeRange: Range;
  readonly podCidr: string;
  readonly podRange: Range;
  readonly bridge: boolean;
  readonly addresses: ClusterAddresses;
  /** The cluster's other nodes. */
  readonly others: readonly NodeRoute[];
}

/** First address of the pod range: the bridge's in kubenet, nobody's otherwise. */
export const bridgeAddress = (range: Range): string => formatAddress(range.first + 1);

/** Addresses, routes and the bridge of a node. Runs in the node's namespace. */
export const setUpNode = ({ nodeIp, nodeRange, podCidr, podRange, bridge, addresses, others }: NodeSetup): string =>
  batch([
    'link set lo up',
    ...[metadata.address, addresses.dns, addresses.api, addresses.platform].map((address) => `addr add ${address}/32 dev lo`),
    `addr add ${nodeIp}/${String(nodeRange.bits)} dev eth0`,
    'link set eth0 up',
    ...(bridge
      ? [
          // A fixed hardware address: a bridge's own follows those of the links in it, and pods remember it.
          `link add cbr0 address ${hostHardware(bridgeAddress(podRange))} type bridge forward_delay 0`,
          `addr add ${bridgeAddress(podRange)}/${String(podRange.bits)} dev cbr0`,
          'link set cbr0 up',
        ]
      : // What is for a pod that does not exist must not leave by any other route, nor come back by one.
        [`route add blackhole ${podCidr}`]),
    ...others.map((other) => routeToNode(other, nodeIp)),
  ]);

export interface PodSetup {
  /** Name of the pod's network namespace and of the node's end of its link. */
  readonly name: string;
  readonly ip: string;
  readonly nodeIp: string;
  readonly podRange: Range;
  readonly bridge: boolean;
}

const link = ({ name, ip }: PodSetup): string =>
  `link add ${name} address ${hostHardware(ip)} type veth peer name eth0 address ${podHardware(ip)} netns ${name}`;

/** The node's side of a pod. Runs in the node's namespace. */
const nodeSide = (pod: PodSetup): readonly string[] =>
  pod.bridge
    ? [`netns add ${pod.name}`, link(pod), `link set ${pod.name} master cbr0`, `link set ${pod.name} up`]
    : [
        `netns add ${pod.name}`,
        link(pod),
        `link set ${pod.name} up`,
        `route add ${pod.ip}/32 dev ${pod.name} src ${pod.nodeIp}`,
        `neigh replace ${pod.ip} lladdr ${podHardware(pod.ip)} dev ${pod.name} nud permanent`,
      ];

/** The pod's side: a namespace in which only `lo` and `eth0` are. */
const podSide = (pod: PodSetup): readonly string[] =>
  pod.bridge
    ? [
        'link set lo up',
        `addr add ${pod.ip}/${String(pod.podRange.bits)} dev eth0`,
        'link set eth0 up',
        `route add default via ${bridgeAddress(pod.podRange)}`,
      ]
    : [
        'link set lo up',
        `addr add ${pod.ip}/32 dev eth0`,
        'link set eth0 up',
        `route add ${gateway} dev eth0 scope link`,
        `neigh add ${gateway} lladdr ${hostHardware(pod.ip)} dev eth0 nud permanent`,
        `route add default via ${gateway} dev eth0`,
      ];

/** As containerd does, pods may bind every port without a privilege: the ports are their own. */
const podSettings = 'echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start';

/** Gives a pod its namespace and address, and proves that the filter is on. */
export const addPod = (pod: PodSetup): string =>
  [
    batch(nodeSide(pod)),
    `[ $? = 0 ] && [ "$(cat /proc/sys/net/ipv4/conf/${pod.bridge ? 'cbr0' : pod.name}/rp_filter)" = 1 ] && nsenter --net=/run/netns/${pod.name} sh <<'POD'`,
    batch(podSide(pod)),
    `[ $? = 0 ] && ${podSettings}`,
    'POD',
  ].join('\n');

/** Its link goes first: from then on nothing reaches the node, even while a process keeps the namespace alive. Fails while either remains. */
export const removePod = (name: string): string =>
  [`{ ip link del ${name} || [ ! -e /proc/sys/net/ipv4/conf/${name} ]; }`, `{ ip netns del ${name} || [ ! -e /run/netns/${name} ]; }`].join(
    ' && ',
  );

export const removePods = (names: readonly string[]): string =>
  names.length === 0
    ? 'true'
    : `${batch(
        names.map((name) => `netns del ${name}`),
        '-force ',
      )}\ntrue`;
