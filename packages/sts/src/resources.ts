import { graphAppId, type Directory, type PermissionScope, type ResourceApplication, type ServicePrincipal } from '@podpass/directory';
import type { KnownResource } from './types.ts';

export { graphAppId };

/** What a token is asked for, as a tenant knows it. */
export interface Resource {
  readonly appId: string;
  readonly displayName: string;
  /** Version of the access tokens that it accepts. */
  readonly version: 1 | 2;
  readonly application: ResourceApplication;
  /** Undefined only for resources of the profile that no tenant has a principal for. */
  readonly principal: ServicePrincipal | undefined;
}

export type FindResource = (tenantId: string, name: string) => Resource | undefined;

type Known = { readonly appId: string; readonly resource: Resource };

const canonical = (name: string) => (name.endsWith('/') ? name.slice(0, -1) : name).toLowerCase();

/**
 * Creates the look-up of resources by URI or application id: first the further names of the profile, so that no application of a
 * tenant can take them, then what the directory has. A final slash and the case do not matter, as in Entra.
 */
export const createResources = (further: readonly KnownResource[], directory: Pick<Directory, 'servicePrincipals'>): FindResource => {
  const known = new Map<string, Known>();
  for (const resource of further) {
    const entry = { appId: resource.appId, resource: ofProfile(resource) };
    for (const name of [resource.appId, ...resource.uris]) known.set(canonical(name), entry);
  }
  return (tenantId, name) => {
    const named = known.size === 0 ? undefined : known.get(canonical(name));
    const found = directory.servicePrincipals.findResource(tenantId, named?.appId ?? name);
    return found ? ofDirectory(found.resource, found.principal) : named?.resource;
  };
};

const ofDirectory = (application: ResourceApplication, principal: ServicePrincipal): Resource => ({
  appId: application.appId,
  displayName: principal.displayName,
  // Source: https://learn.microsoft.com/graph/api/resources/apiapplication (`requestedAccessTokenVersion`: null is version 1).
  version: application.requestedAccessTokenVersion ?? 1,
  application,
  principal,
});

const ofProfile = ({ appId, displayName, uris, scopes }: KnownResource): Resource => ({
  appId,
  displayName,
  version: 1,
  principal: undefined,
  application: {
    appId,
    displayName,
    identifierUris: uris,
    appRoles: [],
    permissionScopes: scopes.map((value) => scopeOf(appId, value)),
    requestedAccessTokenVersion: 1,
    groupMembershipClaims: null,
    preAuthorizedApplications: [],
    firstParty: true,
  },
});

const scopeOf = (appId: string, value: string): PermissionScope => ({
  id: appId,
  value,
  type: 'User',
  adminConsentDisplayName: value,
  adminConsentDescription: value,
  isEnabled: true,
});
