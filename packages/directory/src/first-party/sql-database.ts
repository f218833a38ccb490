import type { FirstPartyApplication } from './types.ts';
import { userImpersonation } from './user-impersonation.ts';

export const sqlDatabase: FirstPartyApplication = {
  appId: '022907d3-0f1b-48f7-badc-1ba6abab6d66',
  displayName: 'Azure SQL Database',
  identifierUris: ['https://database.windows.net'],
  appRoles: [],
  permissionScopes: [userImpersonation('c39ef2d1-04ce-46dc-8b5f-e9a5c60f0fc9', 'Azure SQL Database')],
  requestedAccessTokenVersion: 1,
  groupMembershipClaims: null,
};
