import type { Socket } from 'node:net';
import { messageOf } from '@podpass/kernel';
import {
  openClusterNetwork,
  openProcessNetwork,
  type ClusterNetwork,
  type NetworkPlugin,
  type NodeNetwork,
  type OnMetadataConnection,
  type RuntimeChoice,
} from '@podpass/kubelet';
import type { Logger } from '@podpass/telemetry';
import { kubernetesAddress } from './in-cluster-api.ts';

/** What the pods of a cluster reach besides each other. */
export interface PlatformDoors {
  /** Whether the platform serves a host name. */
  serves(host: string): boolean;
  /** Takes raw connections to the TLS listener. */
  acceptTls(socket: Socket): void;
  /** Takes raw connections to the proxy; undefined while hosts outside the platform are refused anyway. */
  readonly acceptProxy: ((socket: Socket) => void) | undefined;
}

/** What they reach inside their own cluster. */
export interface ClusterDoors extends PlatformDoors {
  /** Takes raw connections to the API server's address inside the cluster. */
  acceptApi(socket: Socket): void;
  /** The address behind the name of a service. */
  resolve(name: string): string | undefined;
}

/** The network of one cluster, made when its first node asks for it. */
export interface LazyClusterNetwork {
  openNode(node: {
    readonly name: string;
    readonly index: number;
    readonly onMetadataConnection: OnMetadataConnection;
  }): Promise<NodeNetwork>;
  /** Removes all of it. Never rejects; may be called twice. */
  close(): Promise<void>;
}

/** Port at which pods of the namespace runtime find the proxy, at the platform's address. */
export const proxyPortInside = 3128;
const tlsPort = 443;
/** Azure's own platform address, under which pods find everything that the platform serves. */
export const platformAddress = '168.63.129.16';

/** Addresses of nodes in the networks of clusters: 10.224.0.0/16, as on AKS. */
const nodeRange = { cidr: '10.224.0.0/16', pattern: /^10\.224\.\d{1,3}\.\d{1,3}$/ };
export const isNodeAddress = (host: string): boolean => nodeRange.pattern.test(host);

/** Every node has 254 addresses for pods, as the nodes of AKS with kubenet. */
const podCidrOf = (index: number): string => `10.244.${String(index)}.0/24`;

/** The network of a cluster in the runtime that was chosen. */
export const createClusterNetwork = (options: {
  readonly runtime: RuntimeChoice;
  readonly plugin: NetworkPlugin;
  readonly doors: ClusterDoors;
  readonly log: Logger;
}): LazyClusterNetwork => {
  const { runtime, plugin, doors, log } = options;
  let opening: Promise<ClusterNetwork> | undefined;
  const open = (): Promise<ClusterNetwork> =>
    (opening ??= openClusterNetwork({
      nodeCidr: nodeRange.cidr,
      resolve: (name) => (doors.serves(name) ? platformAddress : doors.resolve(name)),
      log,
      onLost: (reason) => log.error({ reason }, 'The network of the cluster is gone, and its pods with it; restart the platform.'),
    }));
  return {
    async openNode({ name, index, onMetadataConnection }) {
      if (runtime.name === 'process') return openProcessNetwork({ log, onMetadataConnection, runtime });
      const network = await open();
      const { acceptProxy } = doors;
      return network.openNode({
        name,
        plugin,
        podCidr: podCidrOf(index),
        onMetadataConnection,
        listeners: [
          { address: platformAddress, port: tlsPort, onConnection: doors.acceptTls },
          { address: kubernetesAddress, port: tlsPort, onConnection: doors.acceptApi },
          ...(acceptProxy === undefined ? [] : [{ address: platformAddress, port: proxyPortInside, onConnection: acceptProxy }]),
        ],
      });
    },
    async close() {
      const network = await opening?.catch((thrown: unknown) => log.debug({}, `There was no network to close: ${messageOf(thrown)}`));
      await network?.close();
    },
  };
};
