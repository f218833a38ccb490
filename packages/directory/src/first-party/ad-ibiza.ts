import type { FirstPartyApplication } from './types.ts';
import { userImpersonation } from './user-impersonation.ts';

/** Application id of the portal's service for Entra ID. */
export const adIbizaAppId = '74658136-14ec-4630-ad9b-26e160ff0fc6';

/** The portal's service for Entra ID: the Azure CLI asks for its tokens to consent on behalf of all users. The scope's id is ours. */
export const adIbiza: FirstPartyApplication = {
  appId: adIbizaAppId,
  displayName: 'ADIbizaUX',
  identifierUris: [],
  appRoles: [],
  // Whoever holds such a token of an administrator can consent for him: users must not be able to give it away.
  permissionScopes: [{ ...userImpersonation('8f0bd1fb-0a6c-4a44-9d0e-2c3b7a7c9d51', 'ADIbizaUX'), type: 'Admin' }],
  requestedAccessTokenVersion: 1,
  groupMembershipClaims: null,
};
