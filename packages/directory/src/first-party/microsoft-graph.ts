import { graphAppRoles } from './graph-app-roles.ts';
import { graphScopes } from './graph-scopes.ts';
import type { FirstPartyApplication } from './types.ts';

export const graphAppId = '00000003-0000-0000-c000-000000000000';

/** The permissions are those that Podpass enforces, and the OpenID ones; the real list has hundreds more. */
export const microsoftGraph: FirstPartyApplication = {
  appId: graphAppId,
  displayName: 'Microsoft Graph',
  identifierUris: ['https://graph.microsoft.com'],
  appRoles: graphAppRoles,
  permissionScopes: graphScopes,
  requestedAccessTokenVersion: 1,
  groupMembershipClaims: null,
};
