import type { ClusterDescription } from '@podpass/arm';

/** Files of the machine that a node of AKS has and that MIC and NMI read. */
export const nodeFiles = (cluster: ClusterDescription, kubeletClientId: string | undefined): Readonly<Record<string, string>> => ({
  // The place in Azure; members as the cloud provider for Azure names them.
  '/etc/kubernetes/azure.json': JSON.stringify({
    cloud: 'AzurePublicCloud',
    tenantId: cluster.tenantId,
    subscriptionId: cluster.subscriptionId,
    resourceGroup: cluster.nodeResourceGroup,
    location: cluster.location,
    vmType: 'vmss',
    useManagedIdentityExtension: true,
    userAssignedIdentityID: kubeletClientId ?? '',
  }),
  // The kubelet's flags: NMI looks for the network plugin in them.
  '/etc/default/kubelet': `KUBELET_FLAGS=--network-plugin=${cluster.networkPlugin === 'kubenet' ? 'kubenet' : 'cni'}\n`,
});
