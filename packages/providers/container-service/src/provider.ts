import { createLocks, defineProvider, type ClusterDescription, type ClusterHost, type Resources } from '@podpass/arm';
import { poolDelete, poolGet, poolPut, poolsList } from './agent-pools.ts';
import { clusterDelete, deleteCluster } from './cluster-delete.ts';
import { clusterPatch } from './cluster-patch.ts';
import { clusterPut } from './cluster-put.ts';
import { clusterGet, clustersListByGroup, clustersListBySubscription } from './cluster-read.ts';
import { clustersOf, describeCluster, type Cluster, type ContainerServiceDependencies } from './cluster.ts';
import { adminCredential, userCredential } from './credentials.ts';
import { kubernetesVersions } from './kubernetes-versions.ts';
import { operationGet, operationResultGet } from './operations.ts';
import { recover } from './recover.ts';
import { rotateKeys } from './rotate-keys.ts';
import { azureNames, versions, type ClusterNames } from './wire.ts';

export interface ContainerServiceOptions {
  readonly clusters: ClusterHost;
  /** Those of Azure's public cloud when absent. */
  readonly names?: ClusterNames;
}

/** The clusters that the host should be running, for it to start again after a restart of the platform. */
export const clusterDescriptions = (resources: Resources): readonly ClusterDescription[] =>
  clustersOf({ resources })
    .everywhere()
    .filter((cluster) => cluster.state.hosted && cluster.state.provisioningState !== 'Deleting')
    .map(describeCluster);

/** Microsoft.ContainerService over a host that runs the clusters. */
export const containerServiceProvider = ({ clusters, names = azureNames }: ContainerServiceOptions) => {
  const dependencies: ContainerServiceDependencies = { clusters, names, work: createLocks() };
  return defineProvider({
    namespace: 'Microsoft.ContainerService',
    types: [
      {
        type: 'managedClusters',
        apiVersions: versions,
        regional: true,
        operations: [
          clusterPut(dependencies),
          clusterGet,
          clustersListByGroup,
          clustersListBySubscription,
          clusterPatch,
          clusterDelete(dependencies),
          userCredential(dependencies),
          adminCredential(dependencies),
          rotateKeys(dependencies),
        ],
        deletion: { order: 10, delete: (resource, arm) => deleteCluster(resource as Cluster, arm, dependencies) },
      },
      {
        type: 'managedClusters/agentPools',
        apiVersions: versions,
        regional: true,
        operations: [poolsList, poolGet, poolPut(dependencies), poolDelete],
      },
      { type: 'locations/operations', apiVersions: versions, regional: true, operations: [operationGet] },
      { type: 'locations/operationresults', apiVersions: versions, regional: true, operations: [operationResultGet] },
      { type: 'locations/kubernetesVersions', apiVersions: versions, regional: true, operations: [kubernetesVersions(dependencies)] },
    ],
    recover: (arm) => recover(arm, dependencies),
  });
};
