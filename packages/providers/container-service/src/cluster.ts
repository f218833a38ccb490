import {
  fail as armFail,
  type ArmRequest,
  type ArmServices,
  type ClusterDescription,
  type ClusterHost,
  type Locks,
  type Resource,
} from '@podpass/arm';
import { describePodIdentity } from './pod-identity/describe.ts';
import type { PodIdentityProfile } from './pod-identity/profile.ts';
import { placements } from './scale-sets.ts';
import { clusterId, types, type ClusterNames } from './wire.ts';

type ProvisioningState = 'Creating' | 'Updating' | 'Deleting' | 'Succeeded' | 'Failed';

export interface Pool {
  readonly name: string;
  readonly count: number;
  readonly vmSize: string;
  readonly mode: 'System' | 'User';
  readonly maxPods: number;
  readonly osDiskSizeGB: number;
  /** Eight digits in the names of its nodes. */
  readonly suffix: string;
}

export interface AssignedIdentity {
  /** As the client wrote it. */
  readonly id: string;
  readonly clientId: string;
  readonly principalId: string;
}

export interface ClusterState {
  /** Random and immutable; the last segment of the issuer URL. */
  readonly uid: string;
  readonly provisioningState: ProvisioningState;
  /** When the present or last operation started, ISO 8601. */
  readonly changedAt: string;
  /** Whether the host has ever finished creating it. */
  readonly hosted: boolean;
  readonly kubernetesVersion: string;
  readonly dnsPrefix: string;
  readonly fqdn: string;
  readonly portalFqdn: string;
  readonly issuerUrl: string;
  readonly oidcIssuerEnabled: boolean;
  readonly workloadIdentityEnabled: boolean;
  readonly pools: readonly Pool[];
  /** Object id of the system-assigned principal; undefined with user-assigned identities. */
  readonly principalId: string | undefined;
  readonly identities: readonly AssignedIdentity[];
  /** Ids of all identities in use; read by the listing of an identity's associated resources. */
  readonly identityIds: readonly string[];
  readonly kubelet: { readonly resourceId: string; readonly clientId: string; readonly objectId: string } | undefined;
  readonly nodeResourceGroup: string;
  readonly tier: 'Free' | 'Standard' | 'Premium';
  readonly linuxProfile: unknown;
  readonly network: { readonly plugin: string; readonly mode: string | undefined; readonly outboundType: string };
  /** The pod identity add-on; absent while it is off, and in clusters of older versions. */
  readonly podIdentity?: PodIdentityProfile | undefined;
  /** Identities that are to leave the nodes with removed pod identities: kept until it is done, should the process end before. */
  readonly leavingIdentities?: readonly string[] | undefined;
  /** Whether the Azure Policy add-on is on; absent as long as nobody ever turned it on. */
  readonly policyEnabled?: boolean | undefined;
}
export type Cluster = Resource<ClusterState>;

/** What the provider stands on besides ARM. */
export interface ContainerServiceDependencies {
  readonly clusters: ClusterHost;
  readonly names: ClusterNames;
  /** Work on one cluster, by its uid, happens one after the other, whatever its requests say: a deletion waits for the creation. */
  readonly work: Locks;
}

export const clustersOf = ({ resources }: Pick<ArmServices, 'resources'>) => resources.of<ClusterState>(types.cluster);

/** The cluster that the request's path names; undefined when there is none. */
export const findCluster = (request: ArmRequest): Cluster | undefined =>
  clustersOf(request.arm).get(
    clusterId({ subscriptionId: request.subscription.subscriptionId, group: request.group.name, name: request.param('resourceName') }),
  );

/** Throws `ResourceNotFound`. */
export const requireCluster = (request: ArmRequest): Cluster => {
  const cluster = findCluster(request);
  if (cluster !== undefined) return cluster;
  throw armFail('ResourceNotFound', { type: types.cluster, name: request.param('resourceName'), group: request.group.name });
};

export const describeCluster = (cluster: Cluster): ClusterDescription => ({
  uid: cluster.state.uid,
  resourceId: cluster.id,
  tenantId: cluster.tenantId,
  name: cluster.name,
  resourceGroup: cluster.resourceGroup ?? '',
  location: cluster.location,
  fqdn: cluster.state.fqdn,
  kubernetesVersion: cluster.state.kubernetesVersion,
  nodes: cluster.state.pools.flatMap((pool) => placements(cluster, pool)),
  subscriptionId: cluster.subscriptionId,
  nodeResourceGroup: cluster.state.nodeResourceGroup,
  networkPlugin: cluster.state.network.plugin,
  podIdentity: describePodIdentity(cluster.state.podIdentity),
  policyEnabled: cluster.state.policyEnabled === true,
  issuerUrl: cluster.state.issuerUrl,
  oidcIssuerEnabled: cluster.state.oidcIssuerEnabled,
  workloadIdentityEnabled: cluster.state.workloadIdentityEnabled,
});
