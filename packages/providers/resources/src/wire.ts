/** Paths, versions and limits of Microsoft.Resources, Microsoft.Features and the tenant-level collections. */
export const paths = {
  tenants: '/tenants',
  subscriptions: '/subscriptions',
  subscription: '/subscriptions/{subscriptionId}',
  locations: '/subscriptions/{subscriptionId}/locations',
  groups: '/subscriptions/{subscriptionId}/resourceGroups',
  group: '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}',
  resources: '/subscriptions/{subscriptionId}/resources',
  groupResources: '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/resources',
  operationResult: '/subscriptions/{subscriptionId}/operationresults/{operationId}',
  providers: '/subscriptions/{subscriptionId}/providers',
  provider: '/subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}',
  registerProvider: '/subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}/register',
  unregisterProvider: '/subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}/unregister',
  allFeatures: '/subscriptions/{subscriptionId}/providers/Microsoft.Features/features',
  features: '/subscriptions/{subscriptionId}/providers/Microsoft.Features/providers/{resourceProviderNamespace}/features',
  feature: '/subscriptions/{subscriptionId}/providers/Microsoft.Features/providers/{resourceProviderNamespace}/features/{featureName}',
  registerFeature:
    '/subscriptions/{subscriptionId}/providers/Microsoft.Features/providers/{resourceProviderNamespace}/features/{featureName}/register',
  unregisterFeature:
    '/subscriptions/{subscriptionId}/providers/Microsoft.Features/providers/{resourceProviderNamespace}/features/{featureName}/unregister',
  allRegistrations: '/subscriptions/{subscriptionId}/providers/Microsoft.Features/subscriptionFeatureRegistrations',
  registrations:
    '/subscriptions/{subscriptionId}/providers/Microsoft.Features/featureProviders/{resourceProviderNamespace}/subscriptionFeatureRegistrations',
  registration:
    '/subscriptions/{subscriptionId}/providers/Microsoft.Features/featureProviders/{resourceProviderNamespace}/subscriptionFeatureRegistrations/{featureName}',
} as const;

export const versions = {
  subscriptions: ['2022-12-01', '2021-01-01', '2019-11-01', '2016-06-01'],
  groups: ['2024-11-01', '2022-09-01', '2021-04-01', '2016-02-01'],
  features: ['2021-07-01', '2015-12-01'],
} as const;

/** 1 to 90 characters, no trailing dot. https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
export const groupName = { max: 90, pattern: /^[-\p{L}\p{N}_.()]*[-\p{L}\p{N}_()]$/u } as const;

/** What `GET /subscriptions` tells about every subscription. */
export const subscriptionPolicies = {
  locationPlacementId: 'Public_2014-09-01',
  quotaId: 'PayAsYouGo_2014-09-01',
  spendingLimit: 'Off',
} as const;

/**
 * Preview features that can be registered, by namespace. `EnablePodIdentityPreview` gates the pod identity add-on of
 * clusters; the others concern what Podpass does anyway, so registering them is remembered and changes nothing else.
 */
export const knownFeatures: Readonly<Record<string, readonly string[]>> = {
  'Microsoft.ContainerService': [
    'EnablePodIdentityPreview',
    'EnableWorkloadIdentityPreview',
    'EnableOIDCIssuerPreview',
    'AKS-ExtensionManager',
  ],
};
