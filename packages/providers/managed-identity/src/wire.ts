/** Paths, versions and rules of Microsoft.ManagedIdentity. */
const group =
  '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ManagedIdentity/userAssignedIdentities';

export const paths = {
  bySubscription: '/subscriptions/{subscriptionId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities',
  byGroup: group,
  identity: `${group}/{resourceName}`,
  associated: `${group}/{resourceName}/listAssociatedResources`,
  credentials: `${group}/{resourceName}/federatedIdentityCredentials`,
  credential: `${group}/{resourceName}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}`,
} as const;

export const versions = ['2024-11-30', '2023-01-31', '2022-01-31-preview', '2018-11-30'] as const;

export const types = {
  credential: 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials',
} as const;

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftmanagedidentity */
export const identityName = /^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/;

/** Azure writes `resourcegroups` in lower case in the ids of this provider, whatever the client wrote. */
export const identityId = (place: { subscriptionId: string; group: string; name: string }): string =>
  `/subscriptions/${place.subscriptionId}/resourcegroups/${place.group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${place.name}`;

/** Whether identities of other regions may be assigned; `None` is the default. */
export const isolationScopes = ['None', 'Regional'] as const;
