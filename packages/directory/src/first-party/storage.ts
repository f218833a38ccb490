import type { FirstPartyApplication } from './types.ts';
import { userImpersonation } from './user-impersonation.ts';

export const storage: FirstPartyApplication = {
  appId: 'e406a681-f3d4-42a8-90b6-c2b029497af1',
  displayName: 'Azure Storage',
  identifierUris: ['https://storage.azure.com'],
  appRoles: [],
  permissionScopes: [userImpersonation('03e0da56-190b-40ad-a80c-ea378c433f7f', 'Azure Storage')],
  requestedAccessTokenVersion: 1,
  groupMembershipClaims: 'SecurityGroup',
};
