import type { ClusterDescription, NodePlacement } from '@podpass/arm';
import {
  createMetadataEndpoint,
  createMetadataService,
  createNodeMetadata,
  type MetadataEndpoint,
  type MetadataLimits,
  type NodeMetadata,
} from '@podpass/pod-identity';
import type { ClusterParts } from './cluster-parts.ts';

/** The metadata address of one node: the server that its network hands connections to, and who answers there. */
export interface NodeMetadataEndpoint {
  readonly endpoint: MetadataEndpoint;
  readonly metadata: NodeMetadata;
}

/** Opens the metadata address of a node. `failClosed` says whether pods must wait for NMI when it is not there. */
export const openNodeMetadata = (
  parts: Pick<ClusterParts, 'machines' | 'clock' | 'telemetry'> & { readonly metadataLimits?: MetadataLimits | undefined },
  node: NodePlacement,
  of: { readonly description: () => ClusterDescription; readonly nodeIp: () => string; readonly failClosed: () => boolean },
): NodeMetadataEndpoint => {
  const { machines, clock, telemetry, metadataLimits } = parts;
  const source = machines.instance(of.description, node, of.nodeIp);
  const machine = createMetadataService({ source, clock, telemetry, ...(metadataLimits === undefined ? {} : { limits: metadataLimits }) });
  const metadata = createNodeMetadata({ nodeName: node.name, machine: machine.handle, failClosed: of.failClosed, telemetry });
  const endpoint = createMetadataEndpoint({ clock, telemetry });
  endpoint.use(metadata.handle);
  return { endpoint, metadata };
};
