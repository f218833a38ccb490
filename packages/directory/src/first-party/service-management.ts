import type { FirstPartyApplication } from './types.ts';
import { userImpersonation } from './user-impersonation.ts';

export const serviceManagement: FirstPartyApplication = {
  appId: '797f4846-ba00-4fd7-ba43-dac1f8f63013',
  displayName: 'Windows Azure Service Management API',
  identifierUris: ['https://management.azure.com', 'https://management.core.windows.net'],
  appRoles: [],
  permissionScopes: [userImpersonation('41094075-9dad-400e-a0bd-54e686782033', 'Windows Azure Service Management API')],
  requestedAccessTokenVersion: 1,
  groupMembershipClaims: 'SecurityGroup',
};
