import { identityType, type ArmError, type ArmServices, type ClusterUpdate, type IdentityState, type Resource } from '@podpass/arm';
import { clustersOf, describeCluster, type Cluster, type ClusterState, type ContainerServiceDependencies } from './cluster.ts';
import { abandonEntries, assignToNodes, checkEntries, entriesError, settleEntries } from './pod-identity/apply.ts';
import { syncScaleSets } from './scale-sets.ts';

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

/** One thing that the host is asked to do with a described cluster. */
type Step = (cluster: Cluster) => Promise<ClusterUpdate | undefined | void>;

/**
 * Brings everything that Azure keeps of the nodes in line (kubelet identity, scale sets, pod identities on them), lets the
 * host do its part, and notes how it went. Pod identities fail one by one: the others are applied, and the cluster and the
 * operation say at the end that some were not.
 */
const bring = async (arm: ArmServices, cluster: Cluster, step: Step): Promise<void> => {
  if (clustersOf(arm).get(cluster.id)?.state.provisioningState !== cluster.state.provisioningState) return;
  let problem: ArmError | undefined;
  try {
    const kubelet = await ensureKubelet(arm, cluster);
    await syncScaleSets(arm, cluster, kubelet);
    const wanted: Cluster = { ...cluster, state: { ...cluster.state, kubelet, podIdentity: checkEntries(arm, cluster) } };
    await assignToNodes(arm, wanted);
    const podIdentity = settleEntries(wanted.state.podIdentity, (await step(wanted)) ?? undefined);
    problem = entriesError(podIdentity);
    const identityIds = [...cluster.state.identities.map((each) => each.id), kubelet.resourceId];
    await advance(arm, cluster, (state) => ({
      ...state,
      provisioningState: problem === undefined ? 'Succeeded' : 'Failed',
      hosted: true,
      kubelet,
      identityIds,
      podIdentity,
      leavingIdentities: undefined,
    }));
  } catch (thrown) {
    await advance(arm, cluster, (state) => ({ ...state, provisioningState: 'Failed', podIdentity: abandonEntries(state.podIdentity) }));
    throw thrown;
  }
  if (problem !== undefined) throw problem;
};

/** Creates the cluster behind the host. One that is being deleted meanwhile is left alone. */
export const provision = (arm: ArmServices, cluster: Cluster, { clusters }: ContainerServiceDependencies): Promise<void> =>
  bring(arm, cluster, (described) => clusters.create(describeCluster(described)));

/** Tells the host of changed settings. */
export const reconfigure = (arm: ArmServices, cluster: Cluster, { clusters }: ContainerServiceDependencies): Promise<void> =>
  bring(arm, cluster, (described) => clusters.update(describeCluster(described)));
