import type { FirstPartyApplication } from './types.ts';
import { userImpersonation } from './user-impersonation.ts';

export const keyVault: FirstPartyApplication = {
  appId: 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093',
  displayName: 'Azure Key Vault',
  identifierUris: ['https://vault.azure.net'],
  appRoles: [],
  permissionScopes: [userImpersonation('f53da476-18e3-4152-8e01-aec403e6edc0', 'Azure Key Vault')],
  requestedAccessTokenVersion: 1,
  groupMembershipClaims: 'SecurityGroup',
};
