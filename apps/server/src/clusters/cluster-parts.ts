import type { PolicyConstraint } from '@podpass/gatekeeper';
import type { Surface, WireClient } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import type { ImageCatalogue, RuntimeChoice } from '@podpass/kubelet';
import type { MetadataLimits } from '@podpass/pod-identity';
import type { Telemetry } from '@podpass/telemetry';
import type { PlatformDoors } from './cluster-network.ts';
import type { HostEnvironments } from './host-environment.ts';
import type { Machines } from './machines.ts';

/** What the parts of a running cluster share. */
export interface ClusterParts {
  readonly wire: WireClient;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly images: ImageCatalogue;
  readonly podsFolder: string;
  /** Variables that every container finds beneath its own: how to reach the platform and whom to trust. */
  readonly environments: HostEnvironments;
  /** The runtime of pods; found out once, when the first cluster needs it. */
  readonly runtime: () => Promise<RuntimeChoice>;
  readonly doors: PlatformDoors;
  /** The Kubernetes API of all clusters. */
  readonly api: Surface;
  readonly machines: Machines;
  /** The constraints of the policies that are assigned to a cluster, or to what it lies in. */
  readonly policiesFor: (tenantId: string, clusterId: string) => readonly PolicyConstraint[];
  /** How often a node's metadata service may be asked; Azure's documented limits when undefined. */
  readonly metadataLimits: MetadataLimits | undefined;
  /** Origin of the resource manager. */
  readonly armOrigin: string;
  /** Tenant that the webhook names to pods. */
  readonly tenantId: string;
}
