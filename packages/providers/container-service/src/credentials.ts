import { operation, type ArmRequest } from '@podpass/arm';
import { requireCluster, type ContainerServiceDependencies } from './cluster.ts';
import { fail } from './errors.ts';
import { paths } from './wire.ts';

const answer = async (request: ArmRequest, kind: 'user' | 'admin', { clusters }: ContainerServiceDependencies) => {
  const cluster = requireCluster(request);
  const { hosted, provisioningState, uid } = cluster.state;
  if (!hosted || provisioningState === 'Deleting') throw fail('ClusterNotReady', { name: cluster.name, state: provisioningState });
  const yaml = await clusters.kubeconfig(uid, kind);
  const name = kind === 'user' ? 'clusterUser' : 'clusterAdmin';
  return { status: 200, body: { kubeconfigs: [{ name, value: Buffer.from(yaml).toString('base64') }] } };
};

/** Clusters have local accounts only, so the wanted `format` of an Entra login makes no difference, as in AKS. */
export const userCredential = (dependencies: ContainerServiceDependencies) =>
  operation({
    name: 'ManagedClusters_ListClusterUserCredentials',
    method: 'POST',
    path: paths.userCredential,
    access: { kind: 'action', action: 'Microsoft.ContainerService/managedClusters/listClusterUserCredential/action' },
    handler: (request) => answer(request, 'user', dependencies),
  });

export const adminCredential = (dependencies: ContainerServiceDependencies) =>
  operation({
    name: 'ManagedClusters_ListClusterAdminCredentials',
    method: 'POST',
    path: paths.adminCredential,
    access: { kind: 'action', action: 'Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action' },
    handler: (request) => answer(request, 'admin', dependencies),
  });
