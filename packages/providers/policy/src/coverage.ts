import type { CoverageLedger } from '@podpass/arm';

export const policyCoverage: CoverageLedger = {
  PolicyDefinitions_ListBuiltIn: { support: 'partial', note: 'The built-in definitions that are enforced here.' },
  PolicyDefinitions_GetBuiltIn: { support: 'partial', note: 'The built-in definitions that are enforced here.' },
  PolicyDefinitions_List: { support: 'partial', note: 'The built-in definitions that are enforced here.' },
  PolicyDefinitions_Get: { support: 'refused', note: 'There are no custom definitions.' },
  PolicyDefinitions_CreateOrUpdate: { support: 'refused', note: 'There are no custom definitions.' },
  PolicyDefinitions_Delete: { support: 'supported', note: 'There is never one to delete.' },
  PolicyAssignments_Create: {
    support: 'partial',
    note: 'At subscriptions, resource groups and resources. Initiatives, identities, overrides, resource selectors and self-service exemptions are refused.',
  },
  PolicyAssignments_Get: { support: 'supported' },
  PolicyAssignments_Update: { support: 'refused', note: 'What it could change is refused; an empty patch answers the assignment.' },
  PolicyAssignments_ListForScope: { support: 'supported' },
  PolicyAssignments_Delete: { support: 'supported' },
};
