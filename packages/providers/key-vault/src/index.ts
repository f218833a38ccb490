/**
 * Microsoft.KeyVault, control plane: vaults, their soft deletion and their names. What is inside a vault is served by
 * the vault host, a port; this package never sees a secret.
 */
export { keyVaultProvider } from './provider.ts';
export { keyVaultCoverage } from './coverage.ts';
export { keyVaultErrors } from './errors.ts';
export type { AccessPolicy, KeyVaultDependencies } from './vault.ts';
