import { operation } from '@podpass/arm';
import { clusterAnswer } from './cluster-answer.ts';
import { clustersOf, requireCluster } from './cluster.ts';
import { paths } from './wire.ts';

const read = { kind: 'action', action: 'Microsoft.ContainerService/managedClusters/read' } as const;

export const clusterGet = operation({
  name: 'ManagedClusters_Get',
  method: 'GET',
  path: paths.cluster,
  access: read,
  handler: async (request) => ({ status: 200, body: clusterAnswer(requireCluster(request), request.arm.resources) }),
});

export const clustersListByGroup = operation({
  name: 'ManagedClusters_ListByResourceGroup',
  method: 'GET',
  path: paths.byGroup,
  access: { ...read, trim: true },
  handler: async ({ arm, subscription, group }) => {
    const clusters = clustersOf(arm).list({ subscriptionId: subscription.subscriptionId, resourceGroup: group.name });
    return { status: 200, body: { value: clusters.map((cluster) => clusterAnswer(cluster, arm.resources)) } };
  },
});

export const clustersListBySubscription = operation({
  name: 'ManagedClusters_List',
  method: 'GET',
  path: paths.bySubscription,
  access: { ...read, trim: true },
  handler: async ({ arm, subscription }) => {
    const clusters = clustersOf(arm).list({ subscriptionId: subscription.subscriptionId });
    return { status: 200, body: { value: clusters.map((cluster) => clusterAnswer(cluster, arm.resources)) } };
  },
});
