/**
 * Microsoft.ManagedIdentity: user-assigned identities and their federated credentials. The resource is here; the
 * principal and the credentials live in the directory, where the token service finds them without knowing this package.
 */
export { managedIdentityProvider } from './provider.ts';
export { managedIdentityCoverage } from './coverage.ts';
export { identityErrors } from './errors.ts';
