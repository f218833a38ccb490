/**
 * Entra's limits for federated identity credentials.
 * Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
 */
export const federatedCredentialLimits = {
  /** Credentials of one identity. */
  perIdentity: 20,
  /** Audiences of one credential: no more, no fewer. */
  audiences: 1,
  /** Characters of the issuer, the subject or expression, the description and each audience. */
  textLength: 600,
} as const;

/** 3 to 120 characters: letters, digits, `-` and `_`, not starting with a sign. */
export const federatedCredentialNamePattern = /^[a-zA-Z0-9][a-zA-Z0-9-_]{2,119}$/;

/** Days that a client secret lives when nothing else is asked: two years for Graph's `addPassword`, one for the Azure CLI. */
export const defaultSecretDays = { graph: 730, platform: 365 } as const;

/** Bounds of an owner's credentials. Entra bounds the size of the object instead; these keep a record below the store's limit. */
export const credentialLimits = { secrets: 100, certificates: 100, secretText: 256, displayName: 256, certificate: 10_000 } as const;

/** Characters of a user's properties (Microsoft Graph, resource type user). */
export const userLimits = { principalName: 113, displayName: 256, name: 64, jobTitle: 128, officeLocation: 128 } as const;

/**
 * Entra's password rules: 8 to 256 characters of three of the four classes.
 * Source: https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy
 */
export const passwordLimits = { min: 8, max: 256, classes: 3 } as const;

/** Characters of a group's properties (Microsoft Graph, resource type group). */
export const groupLimits = { displayName: 256, mailNickname: 64, description: 1024, initialRelations: 100 } as const;

/**
 * Bounds of an application.
 * Sources: https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation and
 * https://learn.microsoft.com/entra/identity-platform/reference-app-manifest (1200 entries in all).
 */
export const applicationLimits = {
  displayName: 256,
  description: 1024,
  notes: 1024,
  url: 255,
  identifierUris: 50,
  identifierUri: 255,
  redirectUris: 256,
  redirectUri: 256,
  permissionValue: 120,
  permissionText: 1024,
  requiredResources: 50,
  requiredPermissions: 400,
  preAuthorized: 100,
  tags: 100,
  tag: 256,
  entries: 1200,
} as const;

/** Owners of one object. Source: https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions */
export const mostOwners = 100;

/** Characters of a grant's scopes. */
export const grantLimits = { scope: 3850 } as const;

/** The longest propagation delay that can be set: ten minutes, in milliseconds. */
export const maxPropagation = 600_000;

/** How often a write that lost a race over unrelated keys is tried again before it fails as a conflict. */
export const writeAttempts = 5;

/** Edges and the like that one transaction of a deletion takes: the store allows 1,000 operations. */
export const deletionBatch = 900;
