/** Joins identifiers that compare case-insensitively into one id. No part holds a slash except names, which come last. */
export const joined = (...parts: readonly string[]): string => parts.join('/').toLowerCase();

/** The form in which identifier URIs are found: a final slash and the case do not matter. */
export const canonicalUri = (uri: string): string => (uri.endsWith('/') ? uri.slice(0, -1) : uri).toLowerCase();

/** Ids of names that must be unique, in the collection of claims. */
export const claims = {
  tenant: (id: string) => joined('tenant', id),
  domain: (domain: string) => joined('domain', domain),
  userPrincipalName: (tenantId: string, name: string) => joined('upn', tenantId, name),
  appId: (appId: string) => joined('app', appId),
  identifierUri: (tenantId: string, uri: string) => joined('uri', tenantId, canonicalUri(uri)),
  managedIdentity: (resourceId: string) => joined('identity', resourceId),
  /** An application has one service principal in a tenant. */
  servicePrincipal: (tenantId: string, appId: string) => joined('sp', tenantId, appId),
} as const;

/** Ids of what two writers at once must collide on, in the collection of guards. */
export const guards = {
  /** There while an object is being deleted: nothing can be hung on it any more. */
  deleting: (tenantId: string, id: string) => joined('deleting', tenantId, id),
  /** Written with each owner of an object, so that two writers cannot exceed the limit together. */
  owners: (tenantId: string, id: string) => joined('owners', tenantId, id),
  /** Written whenever a group joins a group: two such writes could close a circle together. */
  nesting: (tenantId: string) => joined('nesting', tenantId),
} as const;
