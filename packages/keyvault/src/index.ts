/**
 * `keyvault` owns the Key Vault data plane behind `{vault}.vault.azure.net`: the challenge, the token and role checks
 * of every call, and secrets with their versions and soft delete. It is a surface of its own, apart from the control
 * plane, because callers reach it with other tokens and other rights: whoever may manage a vault may not thereby read
 * from it. The control plane creates and deletes vaults through the `VaultHost` that it implements.
 */
export * from './key-vault.ts';
export type * from './ports.ts';
export { publicCloud, type KeyVaultProfile } from './wire.ts';
export { ledger, type LedgerRow } from './coverage.ts';
