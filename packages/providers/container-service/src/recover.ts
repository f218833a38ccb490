import { idKey, type ArmServices } from '@podpass/arm';
import { messageOf } from '@podpass/kernel';
import { tearDown } from './cluster-delete.ts';
import { clustersOf, type Cluster, type ContainerServiceDependencies } from './cluster.ts';
import { provision, reconfigure } from './provision.ts';
import { syncScaleSets } from './scale-sets.ts';
import { types } from './wire.ts';

const resume = (arm: ArmServices, cluster: Cluster, dependencies: ContainerServiceDependencies): (() => Promise<void>) | undefined => {
  switch (cluster.state.provisioningState) {
    case 'Creating':
      return () => provision(arm, cluster, dependencies);
    case 'Updating':
      return () => reconfigure(arm, cluster, dependencies);
    case 'Deleting':
      return () => tearDown(arm, cluster.id, dependencies);
    case 'Succeeded':
    case 'Failed':
      return undefined;
    default:
      return cluster.state.provisioningState satisfies never;
  }
};

/** Clusters of versions without scale sets get theirs; resumed work does so itself. A failure must not keep the others from starting. */
const addScaleSets = async (arm: ArmServices, cluster: Cluster): Promise<void> => {
  const { hosted, provisioningState } = cluster.state;
  if (!hosted || (provisioningState !== 'Succeeded' && provisioningState !== 'Failed')) return;
  try {
    await syncScaleSets(arm, cluster, cluster.state.kubelet);
  } catch (thrown) {
    arm.log.warn({ cluster: cluster.id, error: messageOf(thrown) }, 'the scale sets of a cluster could not be brought in line');
  }
};

/**
 * What a stop of the platform interrupted goes on in the background; its old operation counts as failed, and the
 * cluster shows how it ends. Principals without a cluster are removed. Clusters that were running are the host's to
 * start again: it finds them through `clusterDescriptions`.
 */
export const recover = async (arm: ArmServices, dependencies: ContainerServiceDependencies): Promise<void> => {
  const clusters = clustersOf(arm).everywhere();
  for (const cluster of clusters) {
    const work = resume(arm, cluster, dependencies);
    if (work === undefined) continue;
    await arm.operations.start({
      tenantId: cluster.tenantId,
      subscriptionId: cluster.subscriptionId,
      target: cluster.id,
      initiator: 'platform',
      work: () => dependencies.work.run(cluster.state.uid, work),
    });
  }
  for (const cluster of clusters) await addScaleSets(arm, cluster);
  const kept = new Set(clusters.map((cluster) => idKey(cluster.id)));
  const mark = `/providers/${types.cluster}/`.toLowerCase();
  for (const tenant of arm.directory.tenants.list()) {
    for (const { id, resourceId } of Array.from(arm.directory.servicePrincipals.list(tenant.id))) {
      if (resourceId === undefined || !idKey(resourceId).includes(mark) || kept.has(idKey(resourceId))) continue;
      arm.log.warn({ principal: id, resource: resourceId }, 'removing a principal whose cluster does not exist');
      await arm.directory.managedIdentities.delete(tenant.id, id);
    }
  }
};
