/**
 * Bounds of applications. Sources: the property tables under https://learn.microsoft.com/graph/api/resources/application , and
 * https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation for organizations' own accounts.
 */
export const applicationLimits = {
  displayName: 256,
  description: 1024,
  notes: 1024,
  tag: 256,
  tags: 100,
  identifierUri: 255,
  identifierUris: 50,
  redirectUri: 255,
  /** Of each platform. */
  redirectUris: 256,
  url: 255,
  /** Roles and scopes of one application together. */
  permissions: 1200,
  permissionValue: 120,
  permissionName: 100,
  permissionText: 1024,
  preAuthorizedApplications: 100,
  requiredResources: 50,
  requiredPermissions: 400,
} as const;

/** Credentials of one kind of one object. Not Azure's: a bound against objects that grow without end. */
export const mostCredentials = 100;
export const credentialName = 256;
