/**
 * `pod-identity` owns pod-managed identity: the metadata service of a node's virtual machine, NMI, which stands before it
 * and decides which pod gets which identity's token, and MIC, which assigns identities to machines as pods come and go.
 * NMI and MIC are containers of the cluster that speak to its API server like any other; the seams are the connection
 * that a node's network proved to be a pod's, and the machine's own metadata service behind it.
 */
export * from './types.ts';
export { createMetadataService, type MetadataServiceOptions } from './imds/metadata-service.ts';
export { documentedLimits, noLimits, type MetadataLimits } from './imds/wire.ts';
export { createMetadataEndpoint, type ConnectionSource, type MetadataEndpoint } from './endpoint/metadata-endpoint.ts';
export { createNodeMetadata, type NodeMetadataOptions } from './endpoint/node-metadata.ts';
export { createNmi, type NmiOptions } from './nmi/nmi.ts';
export type { Reservations } from './nmi/reservations.ts';
export {
  createMic,
  createArmCloud,
  CloudError,
  scaleSetOf,
  type ArmCloudOptions,
  type CloudProvider,
  type MicOptions,
  type ScaleSetRef,
} from './mic/index.ts';
export {
  addonManifests,
  applyAddon,
  removeAddon,
  standardManifests,
  type AddonFailure,
  type AddonOptions,
  type AddonProfile,
} from './addon/index.ts';
export { customResourceDefinitions } from './crds/index.ts';
export { upstreamCases, type UpstreamCase } from './parity/upstream-cases.ts';
export { differences as podIdentityDifferences } from './parity/differences.ts';
