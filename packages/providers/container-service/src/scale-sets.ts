import {
  changedIdentities,
  groupId,
  idKey,
  removeScaleSet,
  scaleSetsOf,
  scaleSetType,
  withIdentities,
  type ArmServices,
  type NodePlacement,
  type ScaleSet,
} from '@podpass/arm';
import { newGuid } from '@podpass/kernel';
import type { Cluster, ClusterState, Pool } from './cluster.ts';

type Place = Pick<Cluster, 'subscriptionId'> & { readonly state: Pick<ClusterState, 'nodeResourceGroup'> };
type Kubelet = ClusterState['kubelet'];
type Machines = ScaleSet['state']['machines'];

/** As AKS names the scale set behind a pool. */
const scaleSetName = (pool: Pool): string => `aks-${pool.name}-${pool.suffix}-vmss`;

const scaleSetId = (cluster: Place, pool: Pool): string =>
  `${groupId(cluster.subscriptionId, cluster.state.nodeResourceGroup)}/providers/${scaleSetType}/${scaleSetName(pool)}`;

/** Scale sets count their machines in base 36. */
const nodeName = (pool: Pool, instance: number): string => `${scaleSetName(pool)}${instance.toString(36).padStart(6, '0')}`;

/** The nodes of a pool and the machines that they are. The provider id has the group in lower case, as the cloud provider writes it. */
export const placements = (cluster: Place, pool: Pool): readonly NodePlacement[] =>
  Array.from({ length: pool.count }, (_, instance) => ({
    name: nodeName(pool, instance),
    pool: pool.name,
    scaleSetId: scaleSetId(cluster, pool),
    instanceId: String(instance),
    maxPods: pool.maxPods,
    providerId: `azure:///subscriptions/${cluster.subscriptionId}/resourceGroups/${cluster.state.nodeResourceGroup.toLowerCase()}/providers/${scaleSetType}/${scaleSetName(pool)}/virtualMachines/${instance}`,
  }));

/** The scale sets of the cluster's pools that exist. */
export const scaleSetsOfCluster = (arm: Pick<ArmServices, 'resources'>, cluster: Cluster): readonly ScaleSet[] =>
  cluster.state.pools.flatMap((pool) => scaleSetsOf(arm).get(scaleSetId(cluster, pool)) ?? []);

/** Machines that stay keep their ids. */
const machinesOf = (pool: Pool, before: Machines): Machines =>
  Array.from({ length: pool.count }, (_, instance) => ({
    instanceId: String(instance),
    nodeName: nodeName(pool, instance),
    vmId: before.find(({ instanceId }) => instanceId === String(instance))?.vmId ?? newGuid(),
  }));

const identitiesOf = (kubelet: Kubelet) =>
  kubelet === undefined ? [] : [{ id: kubelet.resourceId, clientId: kubelet.clientId, principalId: kubelet.objectId }];

const newScaleSet = (cluster: Cluster, pool: Pool, kubelet: Kubelet): ScaleSet => ({
  id: scaleSetId(cluster, pool),
  name: scaleSetName(pool),
  type: scaleSetType,
  tenantId: cluster.tenantId,
  subscriptionId: cluster.subscriptionId,
  resourceGroup: cluster.state.nodeResourceGroup,
  location: cluster.location,
  tags: { 'aks-managed-poolName': pool.name, 'aks-managed-orchestrator': `Kubernetes:${cluster.state.kubernetesVersion}` },
  system: cluster.system,
  state: withIdentities(
    {
      provisioningState: 'Succeeded',
      vmSize: pool.vmSize,
      capacity: pool.count,
      uniqueId: newGuid(),
      machines: machinesOf(pool, []),
      principalId: undefined,
      identities: [],
      identityIds: [],
    },
    identitiesOf(kubelet),
  ),
});

const fits = ({ state }: ScaleSet, pool: Pool, kubelet: Kubelet): boolean =>
  state.provisioningState === 'Succeeded' &&
  state.capacity === pool.count &&
  state.machines.length === pool.count &&
  identitiesOf(kubelet).every(({ id }) => state.identities.some((each) => idKey(each.id) === idKey(id)));

/**
 * Brings the scale sets in line with the pools: missing ones are made, sizes follow, and each has the kubelet's identity.
 * Repeating it changes nothing. Identities that others assigned stay.
 */
export const syncScaleSets = async (arm: Pick<ArmServices, 'resources'>, cluster: Cluster, kubelet: Kubelet): Promise<void> => {
  for (const pool of cluster.state.pools) {
    const set = scaleSetsOf(arm).get(scaleSetId(cluster, pool));
    if (set === undefined) await arm.resources.write([{ create: newScaleSet(cluster, pool, kubelet) }]);
    else if (!fits(set, pool, kubelet)) {
      await scaleSetsOf(arm).update(set.id, (present) => ({
        ...present,
        state: {
          ...withIdentities(present.state, changedIdentities(present.state.identities, { add: identitiesOf(kubelet) })),
          provisioningState: 'Succeeded',
          capacity: pool.count,
          machines: machinesOf(pool, present.state.machines),
        },
      }));
    }
  }
};

/** Says of the cluster's scale sets that they are going, which closes them to changes, or that they stay after all. */
export const markScaleSets = async (arm: Pick<ArmServices, 'resources'>, cluster: Cluster, going: boolean): Promise<void> => {
  for (const { id } of scaleSetsOfCluster(arm, cluster)) {
    await scaleSetsOf(arm).update(id, (set) => ({ ...set, state: { ...set.state, provisioningState: going ? 'Deleting' : 'Succeeded' } }));
  }
};

/** Takes the cluster's scale sets away, with what hangs on them. */
export const removeScaleSets = async (arm: ArmServices, cluster: Cluster): Promise<void> => {
  for (const pool of cluster.state.pools) await removeScaleSet(arm, scaleSetId(cluster, pool));
};
