import type { CoverageLedger } from '@podpass/arm';

export const containerServiceCoverage: CoverageLedger = {
  ManagedClusters_CreateOrUpdate: {
    support: 'partial',
    note: 'Managed identity, OIDC issuer, workload identity, pod identity, the azurepolicy add-on, pools, tags; features that Podpass does not have are refused by name.',
  },
  ManagedClusters_Get: { support: 'supported' },
  ManagedClusters_ListByResourceGroup: { support: 'supported' },
  ManagedClusters_List: { support: 'supported' },
  ManagedClusters_UpdateTags: { support: 'supported' },
  ManagedClusters_Delete: { support: 'supported' },
  ManagedClusters_ListClusterUserCredentials: { support: 'supported' },
  ManagedClusters_ListClusterAdminCredentials: { support: 'supported' },
  ManagedClusters_RotateServiceAccountSigningKeys: { support: 'supported' },
  AgentPools_List: { support: 'supported' },
  AgentPools_Get: { support: 'supported' },
  AgentPools_CreateOrUpdate: { support: 'partial', note: 'Adds pools and changes their number of nodes.' },
  AgentPools_Delete: { support: 'refused', note: 'Pods are not moved between nodes.' },
  Operations_Get: { support: 'supported' },
  OperationResults_Get: { support: 'supported' },
  ManagedClusters_ListKubernetesVersions: { support: 'partial', note: 'Lists the one version that clusters run.' },
};
