/**
 * Networks of nodes and pods. `openClusterNetwork` makes real ones out of Linux namespaces, where the kernel itself keeps pods to their
 * addresses; `openProcessNetwork` is what remains without them. Both say of a connection to the metadata address from which pod it
 * provably came, so that the parts that hand out tokens need no trust in anything that a client sends.
 */
export { chooseRuntime, type WantedRuntime } from './choose-runtime.ts';
export { openClusterNetwork } from './namespace/cluster.ts';
export { openProcessNetwork } from './process/network.ts';
export type {
  ClusterAddresses,
  ClusterNetwork,
  ClusterNetworkOptions,
  ConnectionEnds,
  ConnectionSource,
  Endpoint,
  ListenInside,
  NamespaceNode,
  NamespaceNodeOptions,
  NetworkPlugin,
  OnMetadataConnection,
  ProcessNode,
  ProcessNodeOptions,
} from './types.ts';
