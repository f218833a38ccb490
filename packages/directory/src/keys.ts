/** Joins identifiers that compare case-insensitively into one id. No part holds a slash except names, which come last. */
export const joined = (...parts: readonly string[]): string => parts.join('/').toLowerCase();

/** Ids of names that must be unique, in the collection of claims. */
export const claims = {
  tenant: (id: string) => joined('tenant', id),
  domain: (domain: string) => joined('domain', domain),
  userPrincipalName: (tenantId: string, name: string) => joined('upn', tenantId, name),
  appId: (appId: string) => joined('app', appId),
  identifierUri: (tenantId: string, uri: string) => joined('uri', tenantId, uri),
  managedIdentity: (resourceId: string) => joined('identity', resourceId),
} as const;
