import type { ClusterDescription, NodePlacement } from '@podpass/arm';
import type { Cluster } from '@podpass/kube';
import { createKubelet, type ImageCatalogue, type Kubelet, type RuntimeChoice } from '@podpass/kubelet';
import type { NodeMetadata } from '@podpass/pod-identity';
import type { LazyClusterNetwork } from './cluster-network.ts';
import type { ClusterParts } from './cluster-parts.ts';
import { openNodeMetadata } from './node-metadata.ts';

/** A node that runs: its kubelet, its network and its metadata address. */
export interface RunningNode {
  stop(options: { removePods: boolean }): Promise<void>;
}

/** What the nodes of one cluster share. */
export interface NodeSurroundings {
  readonly cluster: Cluster;
  readonly parts: ClusterParts;
  readonly images: ImageCatalogue;
  readonly network: LazyClusterNetwork;
  readonly runtime: RuntimeChoice;
  /** The description that was applied last. */
  readonly description: () => ClusterDescription;
  /** Whether pods must wait for NMI when it is not there. */
  readonly failClosed: () => boolean;
  /** Told of a node's metadata address before anything runs on the node, and with undefined when it is gone. */
  readonly onMetadata: (node: string, metadata: NodeMetadata | undefined) => void;
}

/** Starts one node and waits until it is ready. `index` is the node's own among those of the cluster. */
export const startNode = async (of: NodeSurroundings, node: NodePlacement, index: number): Promise<RunningNode> => {
  const { cluster, parts, network, runtime, images } = of;
  let nodeIp = '127.0.0.1';
  const { endpoint, metadata } = openNodeMetadata(parts, node, {
    description: of.description,
    nodeIp: () => nodeIp,
    failClosed: of.failClosed,
  });
  of.onMetadata(node.name, metadata);
  const [credential, nodeNetwork] = await Promise.all([
    cluster.issueClient(`system:node:${node.name}`, ['system:nodes']),
    network.openNode({ name: node.name, index, onMetadataConnection: (socket, source) => endpoint.accept(socket, source) }),
  ]);
  nodeIp = nodeNetwork.nodeIp;
  const server = await cluster.issueServer({ dns: [node.name], ips: [...new Set(['127.0.0.1', nodeIp])] });
  const { environments } = parts;
  const kubelet: Kubelet = createKubelet({
    node: { name: node.name, pool: node.pool, version: cluster.spec.version, providerId: node.providerId, maxPods: node.maxPods },
    apiServer: `https://${cluster.spec.fqdn}`,
    credential: { cert: credential.certificate, key: credential.privateKey },
    clusterCa: cluster.clientCa,
    serverCertificate: { cert: server.certificate, key: server.privateKey },
    wire: parts.wire,
    clock: parts.clock,
    telemetry: parts.telemetry,
    podsDir: `${parts.podsFolder}/${cluster.spec.uid}/${node.name}`,
    images,
    hostEnvironment: environments[runtime.name],
    network: nodeNetwork,
    namespace: { masked: environments.masked, shared: environments.shared },
  });
  const stop = async (options: { removePods: boolean }): Promise<void> => {
    await kubelet.stop(options);
    of.onMetadata(node.name, undefined);
    endpoint.close();
    await nodeNetwork.close();
  };
  try {
    await kubelet.start();
    await kubelet.ready;
  } catch (thrown) {
    await stop({ removePods: false });
    throw thrown;
  }
  return { stop };
};
