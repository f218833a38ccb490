import type { FirstPartyApplication } from './types.ts';

/**
 * What a managed identity asks its token for when an application trusts it through a federated credential. The token names the API
 * by its application id, as all tokens of version 2 do.
 * Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
 */
export const tokenExchange: FirstPartyApplication = {
  appId: 'fb60f99c-7a34-4190-8149-302f77469936',
  displayName: 'AAD Token Exchange Endpoint: Public',
  identifierUris: ['api://AzureADTokenExchange'],
  appRoles: [],
  permissionScopes: [],
  requestedAccessTokenVersion: 2,
  groupMembershipClaims: null,
};
