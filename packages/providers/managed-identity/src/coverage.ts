import type { CoverageLedger } from '@podpass/arm';

export const managedIdentityCoverage: CoverageLedger = {
  UserAssignedIdentities_CreateOrUpdate: { support: 'supported' },
  UserAssignedIdentities_Get: { support: 'supported' },
  UserAssignedIdentities_ListByResourceGroup: { support: 'supported' },
  UserAssignedIdentities_ListBySubscription: { support: 'supported' },
  UserAssignedIdentities_Update: { support: 'supported' },
  UserAssignedIdentities_Delete: { support: 'supported' },
  UserAssignedIdentities_ListAssociatedResources: {
    support: 'partial',
    note: 'Names the clusters that use the identity; no filter, no paging.',
  },
  FederatedIdentityCredentials_CreateOrUpdate: {
    support: 'partial',
    note: 'Flexible credentials (claimsMatchingExpression) are for applications only, as in Azure; requests are not throttled.',
  },
  FederatedIdentityCredentials_Get: { support: 'supported' },
  FederatedIdentityCredentials_List: { support: 'supported' },
  FederatedIdentityCredentials_Delete: { support: 'supported' },
};
