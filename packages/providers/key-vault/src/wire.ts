/** Paths, versions and rules of Microsoft.KeyVault's control plane. */
const subscription = '/subscriptions/{subscriptionId}/providers/Microsoft.KeyVault';
const group = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.KeyVault';

export const paths = {
  bySubscription: `${subscription}/vaults`,
  byGroup: `${group}/vaults`,
  vault: `${group}/vaults/{vaultName}`,
  deletedVaults: `${subscription}/deletedVaults`,
  deletedVault: `${subscription}/locations/{location}/deletedVaults/{vaultName}`,
  purge: `${subscription}/locations/{location}/deletedVaults/{vaultName}/purge`,
  operationResult: `${subscription}/locations/{location}/operationResults/{operationId}`,
  checkName: `${subscription}/checkNameAvailability`,
  hsms: `${subscription}/managedHSMs`,
  deletedHsms: `${subscription}/deletedManagedHSMs`,
  groupHsms: `${group}/managedHSMs`,
} as const;

export const versions = ['2026-02-01', '2024-11-01', '2023-07-01', '2022-07-01', '2021-10-01', '2019-09-01'] as const;

export const types = { vault: 'Microsoft.KeyVault/vaults', deleted: 'Microsoft.KeyVault/deletedVaults' } as const;

/** 3 to 24 characters; a letter first, a letter or digit last, no two hyphens in a row. */
export const vaultName = /^(?=.{3,24}$)[A-Za-z](?:-?[A-Za-z0-9])+$/;

/** Days that a deleted vault is kept; fixed when the vault is made. */
export const retention = { min: 7, max: 90, default: 90 } as const;

/** Access policies of one vault. https://learn.microsoft.com/azure/key-vault/general/assign-access-policy */
export const policyLimit = 1024;

export const vaultId = (place: { subscriptionId: string; group: string; name: string }): string =>
  `/subscriptions/${place.subscriptionId}/resourceGroups/${place.group}/providers/${types.vault}/${place.name}`;

export const deletedId = (place: { subscriptionId: string; location: string; name: string }): string =>
  `/subscriptions/${place.subscriptionId}/providers/Microsoft.KeyVault/locations/${place.location}/deletedVaults/${place.name}`;

/** Header that the provider puts on its answers. */
export const serviceVersion = { 'x-ms-keyvault-service-version': '1.5.0' } as const;
