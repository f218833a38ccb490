import { identityType, operation, type ArmServices, type IdentityState } from '@podpass/arm';
import { startWork } from './answers.ts';
import { clustersOf, findCluster, type Cluster, type ContainerServiceDependencies } from './cluster.ts';
import { advance, kubeletId } from './provision.ts';
import { markScaleSets, removeScaleSets } from './scale-sets.ts';
import { paths } from './wire.ts';

const markDeleting = (arm: ArmServices, cluster: Cluster) =>
  clustersOf(arm).update(cluster.id, (present) => ({
    ...present,
    state: { ...present.state, provisioningState: 'Deleting', changedAt: arm.clock.date().toISOString() },
  }));

const deleteKubelet = async (arm: ArmServices, cluster: Cluster): Promise<void> => {
  const identity = arm.resources.of<IdentityState>(identityType).get(kubeletId(cluster));
  if (identity !== undefined) await arm.resources.write([{ remove: identity.id }]);
  const principalId = identity?.state.principalId ?? cluster.state.kubelet?.objectId;
  if (principalId !== undefined) await arm.directory.managedIdentities.delete(cluster.tenantId, principalId);
};

/**
 * Takes a cluster down, after whatever else is still going on with it. Its row goes last: as long as it is there, the
 * deletion can be repeated, and every step finds out whether it has been done already.
 */
export const tearDown = async (arm: ArmServices, id: string, dependencies: ContainerServiceDependencies): Promise<void> => {
  const cluster = clustersOf(arm).get(id);
  if (cluster === undefined) return;
  try {
    await markScaleSets(arm, cluster, true);
    await remove(arm, cluster, dependencies);
  } catch (thrown) {
    await markScaleSets(arm, cluster, false);
    await advance(arm, cluster, (state) => ({ ...state, provisioningState: 'Failed' }));
    throw thrown;
  }
};

const remove = async (arm: ArmServices, cluster: Cluster, { clusters }: ContainerServiceDependencies): Promise<void> => {
  await clusters.delete(cluster.state.uid);
  await removeScaleSets(arm, cluster);
  await deleteKubelet(arm, cluster);
  const nodeGroup = arm.resources.group(cluster.subscriptionId, cluster.state.nodeResourceGroup);
  if (nodeGroup?.state.managedBy?.toLowerCase() === cluster.id.toLowerCase()) {
    const marked = { ...nodeGroup, state: { ...nodeGroup.state, provisioningState: 'Deleting' as const } };
    await arm.resources.write([{ replace: marked, revision: arm.resources.revision(nodeGroup.id) }]);
    await arm.deleteGroup(marked);
  }
  if (cluster.state.principalId !== undefined) await arm.directory.managedIdentities.delete(cluster.tenantId, cluster.state.principalId);
  await arm.resources.write([{ remove: cluster.id }]);
  await arm.scopeDeleted(cluster.tenantId, cluster.id);
};

/** Marks the cluster, so that what is going on with it stops in time, and takes it down. */
export const deleteCluster = async (cluster: Cluster, arm: ArmServices, dependencies: ContainerServiceDependencies): Promise<void> => {
  await markDeleting(arm, cluster);
  await dependencies.work.run(cluster.state.uid, () => tearDown(arm, cluster.id, dependencies));
};

/** 202 with both poll URLs; 204 when there is none. A cluster can be deleted while it is being created. */
export const clusterDelete = (dependencies: ContainerServiceDependencies) =>
  operation({
    name: 'ManagedClusters_Delete',
    method: 'DELETE',
    path: paths.cluster,
    access: { kind: 'action', action: 'Microsoft.ContainerService/managedClusters/delete' },
    handler: async (request) => {
      const cluster = findCluster(request);
      if (cluster === undefined) return { status: 204 };
      await markDeleting(request.arm, cluster);
      const work = () => dependencies.work.run(cluster.state.uid, () => tearDown(request.arm, cluster.id, dependencies));
      return { status: 202, headers: await startWork(request, cluster, { work, withLocation: true }) };
    },
  });
