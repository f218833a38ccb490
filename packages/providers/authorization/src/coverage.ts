import type { CoverageLedger } from '@podpass/arm';

export const authorizationCoverage: CoverageLedger = {
  RoleAssignments_Create: { support: 'partial', note: 'Conditions and delegated identities are refused.' },
  RoleAssignments_Get: { support: 'supported' },
  RoleAssignments_ListForScope: { support: 'supported' },
  RoleAssignments_Delete: { support: 'supported' },
  RoleDefinitions_List: { support: 'partial', note: 'The built-in roles of the key vault, identity, cluster and general families.' },
  RoleDefinitions_Get: { support: 'supported' },
  RoleDefinitions_CreateOrUpdate: { support: 'refused', note: 'There are no custom roles.' },
  RoleDefinitions_Delete: { support: 'refused', note: 'There are no custom roles.' },
};
