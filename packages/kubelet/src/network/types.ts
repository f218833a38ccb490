import type { Socket as Datagram } from 'node:dgram';
import type { Server, Socket } from 'node:net';
import type { Logger } from '@podpass/telemetry';
import type { NodeNetwork, PodSource, RuntimeChoice } from '../types.ts';

/** Which of AKS' network plugins a node imitates. `azure` pins each pod to its address; `kubenet` is a bridge with ARP. */
export type NetworkPlugin = 'azure' | 'kubenet';

/** Both ends of an accepted connection, as its socket names them. */
export interface ConnectionEnds {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/**
 * A connection to the metadata address. `source` is the pod from which it provably came, decided when the connection was accepted;
 * undefined when that could not be proven: then nothing may be given out. The socket is destroyed when the pod is detached.
 */
export type OnMetadataConnection = (socket: Socket, source: PodSource | undefined) => void;

/** An address and a port inside a node's network. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface ListenInside {
  /**
   * Listens on addresses of the node's network. The servers are in the order of the request; who wants connections adds a handler
   * for 'connection' at once. Rejects with `unavailable` when one address cannot be had; then none is open. Closed with the node.
   */
  listen(endpoints: readonly Endpoint[]): Promise<readonly Server[]>;
  /** As `listen`, for UDP. */
  datagram(endpoint: Endpoint): Promise<Datagram>;
}

/** What both networks know about their connections. */
export interface ConnectionSource {
  /**
   * The pod that a connection comes from. By its address for pods with an address of their own; otherwise the connection is traced to a
   * process that `owns` named, or one beneath it. Undefined whenever that is not proven.
   */
  sourceOf(ends: ConnectionEnds): Promise<PodSource | undefined>;
}

/** A node with namespaces of its own. */
export interface NamespaceNode extends NodeNetwork, ListenInside, ConnectionSource {
  /** Command prefix that runs a program in the node's network namespace. */
  readonly enter: readonly string[];
}

/** A node whose pods share the machine's network. */
export type ProcessNode = NodeNetwork & ConnectionSource;

/** Addresses that every node of a cluster answers itself: each node needs its own listeners for them. */
export interface ClusterAddresses {
  /** Where pods ask for names. Default 10.0.0.10. */
  readonly dns: string;
  /** The service `kubernetes`. Default 10.0.0.1. */
  readonly api: string;
  /** The platform: all Azure host names resolve to it. Default 168.63.129.16, Azure's own platform address. */
  readonly platform: string;
}

export interface ClusterNetworkOptions {
  /** Range of the nodes' addresses. Default 10.224.0.0/16; the first three are Azure's own and not used. */
  readonly nodeCidr?: string;
  readonly addresses?: Partial<ClusterAddresses>;
  /**
   * The address behind a name (lower case, no final dot): services of the cluster, host names of the platform. Undefined: no such name.
   * `kubernetes.default.svc.cluster.local` need not be answered.
   */
  resolve(name: string): string | undefined;
  readonly log: Logger;
  /** Told once when the network was lost although nobody closed it; all its processes have ended then. */
  onLost?(reason: string): void;
}

export interface NamespaceNodeOptions {
  /** Name of the Node object. */
  readonly name: string;
  readonly plugin: NetworkPlugin;
  /** Range of the node's pods, for example 10.244.0.0/24; at most /30, at least /16. */
  readonly podCidr: string;
  /** Default: the next free one of the cluster's node range. */
  readonly nodeIp?: string;
  readonly onMetadataConnection: OnMetadataConnection;
  /**
   * Further listeners, opened together with those of the node itself, which costs nothing then. Every node has its own namespace: what
   * its pods are to reach, it must listen for itself.
   */
  readonly listeners?: readonly (Endpoint & { onConnection(socket: Socket): void })[];
}

/** The network of one cluster: its nodes reach each other's pods; other clusters and the machine are out of reach. */
export interface ClusterNetwork {
  readonly runtime: RuntimeChoice;
  readonly addresses: ClusterAddresses;
  /** Process that holds the namespaces; all pods end with it. */
  readonly holderPid: number;
  /** Rejects with KernelError `invalid` for ranges that are none or overlap, `unavailable` when the kernel refuses. */
  openNode(options: NamespaceNodeOptions): Promise<NamespaceNode>;
  /** Ends every process and removes every namespace. Never rejects; may be called twice. */
  close(): Promise<void>;
}

export interface ProcessNodeOptions {
  readonly log: Logger;
  readonly onMetadataConnection: OnMetadataConnection;
  /** What chooseRuntime said. */
  readonly runtime: RuntimeChoice;
  /** Default: the machine's own, `process.platform`. */
  readonly platform?: string;
}
