import { fail } from './errors.ts';
import type { Vault, VaultState } from './vault.ts';
import type { VaultProperties } from './vault-body.ts';
import { retention } from './wire.ts';

/**
 * The rules that look at what was there before: purge protection and soft delete cannot be taken back, and the
 * retention is fixed when the vault is made.
 * https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
 */
const checkIrreversible = (given: VaultProperties, before: Vault | undefined): void => {
  if (given.enablePurgeProtection === false) throw fail('PurgeProtectionOff');
  if (given.enableSoftDelete === false) throw fail('SoftDeleteOff');
  const days = given.softDeleteRetentionInDays;
  if (days === undefined) return;
  if (days < retention.min || days > retention.max) throw fail('RetentionOutOfRange', { min: retention.min, max: retention.max });
  if (before !== undefined && days !== before.state.softDeleteRetentionInDays) throw fail('RetentionFixed');
};

/**
 * The state of a vault after a PUT or PATCH. Without `enableRbacAuthorization`, a new vault uses roles unless access
 * policies are given with it: newer api-versions default to roles, older ones to policies, and bodies that rely on the
 * older default carry policies.
 */
export const nextState = (given: VaultProperties, before: Vault | undefined): VaultState => {
  checkIrreversible(given, before);
  const old = before?.state;
  const accessPolicies = given.accessPolicies ?? old?.accessPolicies ?? [];
  return {
    sku:
      given.sku === undefined ? (old?.sku ?? { family: 'A', name: 'standard' }) : { family: given.sku.family ?? 'A', name: given.sku.name },
    accessPolicies,
    enabledForDeployment: given.enabledForDeployment ?? old?.enabledForDeployment ?? false,
    enabledForDiskEncryption: given.enabledForDiskEncryption ?? old?.enabledForDiskEncryption,
    enabledForTemplateDeployment: given.enabledForTemplateDeployment ?? old?.enabledForTemplateDeployment,
    enableRbacAuthorization: given.enableRbacAuthorization ?? old?.enableRbacAuthorization ?? accessPolicies.length === 0,
    enablePurgeProtection: given.enablePurgeProtection ?? old?.enablePurgeProtection ?? false,
    softDeleteRetentionInDays: old?.softDeleteRetentionInDays ?? given.softDeleteRetentionInDays ?? retention.default,
    networkBypass: given.networkAcls === undefined ? old?.networkBypass : (given.networkAcls.bypass ?? 'AzureServices'),
  };
};
