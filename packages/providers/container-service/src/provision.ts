import { identityType, type ArmServices, type IdentityState, type Resource } from '@podpass/arm';
import { clustersOf, describeCluster, type Cluster, type ClusterState, type ContainerServiceDependencies } from './cluster.ts';

/** Changes the state of a cluster, but only as long as it is the same cluster and in the phase that the work began in. */
export const advance = (arm: ArmServices, cluster: Cluster, change: (state: ClusterState) => ClusterState) =>
  clustersOf(arm).update(cluster.id, (present) => {
    const same = present.state.uid === cluster.state.uid && present.state.provisioningState === cluster.state.provisioningState;
    return same ? { ...present, state: change(present.state) } : present;
  });

const kubeletName = (cluster: Cluster) => `${cluster.name}-agentpool`;

/** Id of the kubelet's identity, known before it exists: a deletion finds it even if the creation never noted it. */
export const kubeletId = (cluster: Cluster): string =>
  `/subscriptions/${cluster.subscriptionId}/resourcegroups/${cluster.state.nodeResourceGroup}/providers/${identityType}/${kubeletName(cluster)}`;

/** The kubelet's identity: an ordinary user-assigned identity in the node resource group. Made once. */
const ensureKubelet = async (arm: ArmServices, cluster: Cluster): Promise<NonNullable<ClusterState['kubelet']>> => {
  const { nodeResourceGroup } = cluster.state;
  const name = kubeletName(cluster);
  const id = kubeletId(cluster);
  const present = arm.resources.of<IdentityState>(identityType).get(id);
  if (present !== undefined) return { resourceId: id, clientId: present.state.clientId, objectId: present.state.principalId };
  const { tenantId, subscriptionId, location, system } = cluster;
  const principal = await arm.directory.managedIdentities.create({ tenantId, resourceId: id, displayName: name, explicit: true });
  const identity: Resource<IdentityState> = {
    id,
    name,
    type: identityType,
    tenantId,
    subscriptionId,
    resourceGroup: nodeResourceGroup,
    location,
    tags: {},
    system,
    state: { principalId: principal.id, clientId: principal.appId, isolationScope: undefined },
  };
  try {
    await arm.resources.write([{ create: identity }]);
  } catch (thrown) {
    await arm.directory.managedIdentities.delete(tenantId, principal.id);
    throw thrown;
  }
  return { resourceId: id, clientId: principal.appId, objectId: principal.id };
};

/** Creates the cluster behind the host, and notes how it went. A cluster that is being deleted meanwhile is left alone. */
export const provision = async (arm: ArmServices, cluster: Cluster, { clusters }: ContainerServiceDependencies): Promise<void> => {
  if (clustersOf(arm).get(cluster.id)?.state.provisioningState !== cluster.state.provisioningState) return;
  try {
    const [kubelet] = await Promise.all([ensureKubelet(arm, cluster), clusters.create(describeCluster(cluster))]);
    const identityIds = [...cluster.state.identities.map((each) => each.id), kubelet.resourceId];
    await advance(arm, cluster, (state) => ({ ...state, provisioningState: 'Succeeded', hosted: true, kubelet, identityIds }));
  } catch (thrown) {
    await advance(arm, cluster, (state) => ({ ...state, provisioningState: 'Failed' }));
    throw thrown;
  }
};

/** Tells the host of changed settings, and notes how it went. */
export const reconfigure = async (arm: ArmServices, cluster: Cluster, { clusters }: ContainerServiceDependencies): Promise<void> => {
  if (clustersOf(arm).get(cluster.id)?.state.provisioningState !== cluster.state.provisioningState) return;
  try {
    await clusters.update(describeCluster(cluster));
    await advance(arm, cluster, (state) => ({ ...state, provisioningState: 'Succeeded' }));
  } catch (thrown) {
    await advance(arm, cluster, (state) => ({ ...state, provisioningState: 'Failed' }));
    throw thrown;
  }
};
