/**
 * The directory owns who exists and who may sign in: tenants, users, groups, applications, service principals, managed identities,
 * their credentials, and the grants between them. It has no wire of its own; the token service, Graph and the resource
 * providers stand on it. It also holds the one check that resource servers share: that an access token is genuine.
 */
export * from './types.ts';
export type * from './directory-types.ts';
export type * from './access-token-types.ts';
export { createDirectory, type DirectoryOptions } from './directory.ts';
export {
  FederatedCredentialError,
  federatedCredentialErrorCodes,
  type FederatedCredentialErrorCode,
} from './federated-credential-error.ts';
export { federatedCredentialLimits, federatedCredentialNamePattern } from './limits.ts';
export type { ProblemDetail } from './rules/problems.ts';
export { noRole } from './app-role-assignments.ts';
export { createAccessTokenVerifier, type AccessTokenVerifierOptions } from './access-token-verifier.ts';
export { adIbizaAppId, firstPartyApplications, firstPartyTenantId, graphAppId, type FirstPartyApplication } from './first-party/index.ts';
export { directoryRoleTemplates, type DirectoryRoleTemplate } from './directory-role-templates.ts';
export { parseClaimsExpression, type ClaimsExpression } from './claims-matching/index.ts';
