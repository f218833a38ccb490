/**
 * The directory owns who exists: tenants, users, applications, service principals, managed identities and their
 * federated credentials. It has no wire of its own; the token service, Graph and the resource providers stand on it.
 * It also holds the one check that resource servers share: that an access token is genuine.
 */
export * from './types.ts';
export type * from './access-token-types.ts';
export { createDirectory, type DirectoryOptions, type SearchableDirectory } from './directory.ts';
export {
  FederatedCredentialError,
  federatedCredentialErrorCodes,
  type FederatedCredentialErrorCode,
} from './federated-credential-error.ts';
export { federatedCredentialLimits, federatedCredentialNamePattern } from './limits.ts';
export { createAccessTokenVerifier, type AccessTokenVerifierOptions } from './access-token-verifier.ts';
