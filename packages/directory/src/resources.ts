import { derived } from '@podpass/kernel';
import type { Directory } from './directory-types.ts';
import { firstPartyApplications, firstPartyTenantId } from './first-party/index.ts';
import { canonicalUri, joined } from './keys.ts';
import type { State } from './state.ts';
import type { Application, ResourceApplication, ServicePrincipal } from './types.ts';

const firstParty: ReadonlyMap<string, ResourceApplication> = new Map(
  firstPartyApplications.map((api) => [api.appId, { ...api, preAuthorizedApplications: [], firstParty: true }]),
);

const firstPartyByUri: ReadonlyMap<string, string> = new Map(
  firstPartyApplications.flatMap(({ appId, identifierUris }) => identifierUris.map((uri) => [canonicalUri(uri), appId] as const)),
);

const resourceOfApplication = derived((application: Application): ResourceApplication => {
  const { appId, displayName, identifierUris, appRoles, permissionScopes } = application;
  const { requestedAccessTokenVersion, groupMembershipClaims, preAuthorizedApplications } = application;
  return {
    appId,
    displayName,
    identifierUris,
    appRoles,
    permissionScopes,
    requestedAccessTokenVersion,
    groupMembershipClaims,
    preAuthorizedApplications,
    firstParty: false,
  };
});

/** What the principal's application exposes. A managed identity exposes nothing. */
export const resourceOf = (state: State, { appId, servicePrincipalType, appOwnerOrganizationId }: ServicePrincipal) => {
  if (servicePrincipalType === 'ManagedIdentity') return undefined;
  if (appOwnerOrganizationId === firstPartyTenantId) return firstParty.get(appId);
  const application = state.applications.anywhere(appId)[0];
  return application && application.tenantId === appOwnerOrganizationId ? resourceOfApplication(application) : undefined;
};

/**
 * Finds a resource by name: Microsoft's own names first, then client ids (bare or as `api://<client id>`), then the names of the tenant's
 * service principals; so no name of a tenant can stand for another's.
 */
export const findResource = (state: State): Directory['servicePrincipals']['findResource'] => {
  const { byAppId, byName } = state.servicePrincipals;
  return (tenantId, name) => {
    const canonical = canonicalUri(name);
    const appId = firstPartyByUri.get(canonical) ?? /^(?:api:\/\/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(canonical)?.[1];
    const known = appId === undefined ? undefined : byAppId(joined(tenantId, appId))[0];
    const principal = known ?? byName(joined(tenantId, canonical))[0];
    const resource = principal && resourceOf(state, principal);
    return resource && { resource, principal };
  };
};
