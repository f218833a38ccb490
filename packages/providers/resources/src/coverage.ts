import type { CoverageLedger } from '@podpass/arm';

export const resourcesCoverage: CoverageLedger = {
  Tenants_List: { support: 'supported' },
  Subscriptions_List: { support: 'supported' },
  Subscriptions_Get: { support: 'supported' },
  Subscriptions_ListLocations: { support: 'partial', note: 'Without coordinates, paired regions and availability zones.' },
  Providers_List: { support: 'partial', note: 'Lists the namespaces that Podpass serves.' },
  Providers_Get: { support: 'supported' },
  Providers_Register: { support: 'supported' },
  Providers_Unregister: { support: 'supported' },
  ResourceGroups_CreateOrUpdate: { support: 'supported' },
  ResourceGroups_Get: { support: 'supported' },
  ResourceGroups_CheckExistence: { support: 'supported' },
  ResourceGroups_List: { support: 'supported' },
  ResourceGroups_Update: { support: 'partial', note: 'Tags only; other members are passed over.' },
  ResourceGroups_Delete: { support: 'supported' },
  Resources_List: { support: 'partial', note: 'Filters by resourceType, name, resourceGroup and location; others are refused.' },
  Resources_ListByResourceGroup: { support: 'partial', note: 'The same filters.' },
  OperationResults_Get: { support: 'supported' },
};

export const featuresCoverage: CoverageLedger = {
  Features_ListAll: { support: 'partial', note: 'Lists the features that the supported documents name.' },
  Features_List: { support: 'partial', note: 'The same.' },
  Features_Get: { support: 'supported' },
  Features_Register: {
    support: 'partial',
    note: 'Unknown features are refused. Takes effect once the state is Registered; the provider need not be registered again.',
  },
  Features_Unregister: { support: 'supported' },
  SubscriptionFeatureRegistrations_ListAllBySubscription: { support: 'partial', note: 'Lists the features that somebody registered.' },
  SubscriptionFeatureRegistrations_ListBySubscription: { support: 'partial', note: 'The same.' },
  SubscriptionFeatureRegistrations_Get: { support: 'supported' },
  SubscriptionFeatureRegistrations_CreateOrUpdate: { support: 'partial', note: 'Registers like Features_Register; the body is not read.' },
  SubscriptionFeatureRegistrations_Delete: { support: 'supported' },
};
