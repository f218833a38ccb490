import type { ArmRequest, ArmServices, Resource, VaultDescription, VaultHost } from '@podpass/arm';
import { types, vaultId } from './wire.ts';

export interface AccessPolicy {
  readonly tenantId: string;
  readonly objectId: string;
  readonly applicationId?: string | undefined;
  readonly permissions: Readonly<Record<string, readonly string[]>>;
}

export interface VaultState {
  readonly sku: { readonly family: string; readonly name: string };
  readonly accessPolicies: readonly AccessPolicy[];
  readonly enabledForDeployment: boolean;
  readonly enabledForDiskEncryption: boolean | undefined;
  readonly enabledForTemplateDeployment: boolean | undefined;
  readonly enableRbacAuthorization: boolean;
  /** Once true, it stays. */
  readonly enablePurgeProtection: boolean;
  readonly softDeleteRetentionInDays: number;
  readonly networkBypass: string | undefined;
}
export type Vault = Resource<VaultState>;

/** State of a soft-deleted vault: what it was, and until when it can come back. */
export interface DeletedState {
  readonly vault: Vault;
  /** ISO 8601, UTC. */
  readonly deletionDate: string;
  readonly scheduledPurgeDate: string;
}
export type DeletedVault = Resource<DeletedState>;

/** What the provider stands on besides ARM. */
export interface KeyVaultDependencies {
  readonly vaults: VaultHost;
}

export const vaultsOf = ({ resources }: Pick<ArmServices, 'resources'>) => resources.of<VaultState>(types.vault);
export const deletedOf = ({ resources }: Pick<ArmServices, 'resources'>) => resources.of<DeletedState>(types.deleted);

/** The vault that the request's path names; undefined when there is none. */
export const findVault = (request: ArmRequest): Vault | undefined =>
  vaultsOf(request.arm).get(
    vaultId({ subscriptionId: request.subscription.subscriptionId, group: request.group.name, name: request.param('vaultName') }),
  );

export const describeVault = (vault: Vault): VaultDescription => ({
  resourceId: vault.id,
  subscriptionId: vault.subscriptionId,
  resourceGroup: vault.resourceGroup ?? '',
  name: vault.name,
  tenantId: vault.tenantId,
  location: vault.location,
  enableRbacAuthorization: vault.state.enableRbacAuthorization,
  accessPolicies: vault.state.accessPolicies,
  enablePurgeProtection: vault.state.enablePurgeProtection,
  softDeleteRetentionInDays: vault.state.softDeleteRetentionInDays,
});

/** The wire form of a vault. `enablePurgeProtection` is absent when it was never set. */
export const vaultBody = (vault: Vault, hosts: VaultHost) => ({
  id: vault.id,
  name: vault.name,
  type: vault.type,
  location: vault.location,
  tags: vault.tags,
  systemData: vault.system,
  properties: {
    sku: vault.state.sku,
    tenantId: vault.tenantId,
    ...(vault.state.networkBypass === undefined
      ? {}
      : { networkAcls: { bypass: vault.state.networkBypass, defaultAction: 'Allow', ipRules: [], virtualNetworkRules: [] } }),
    accessPolicies: vault.state.accessPolicies,
    enabledForDeployment: vault.state.enabledForDeployment,
    ...(vault.state.enabledForDiskEncryption === undefined ? {} : { enabledForDiskEncryption: vault.state.enabledForDiskEncryption }),
    ...(vault.state.enabledForTemplateDeployment === undefined
      ? {}
      : { enabledForTemplateDeployment: vault.state.enabledForTemplateDeployment }),
    enableSoftDelete: true,
    softDeleteRetentionInDays: vault.state.softDeleteRetentionInDays,
    enableRbacAuthorization: vault.state.enableRbacAuthorization,
    ...(vault.state.enablePurgeProtection ? { enablePurgeProtection: true } : {}),
    vaultUri: hosts.uri(vault.name),
    provisioningState: 'Succeeded',
    publicNetworkAccess: 'Enabled',
  },
});

/** The wire form of a soft-deleted vault. */
export const deletedBody = ({ id, name, type, location, state }: DeletedVault) => ({
  id,
  name,
  type,
  properties: {
    vaultId: state.vault.id,
    location,
    tags: state.vault.tags,
    deletionDate: state.deletionDate,
    scheduledPurgeDate: state.scheduledPurgeDate,
    ...(state.vault.state.enablePurgeProtection ? { purgeProtectionEnabled: true } : {}),
  },
});

/** Requests about one vault name wait for each other, wherever in the platform they come from: names are global. */
export const nameLock = (param: (name: string) => string): string => `keyvault-name/${param('vaultName').toLowerCase()}`;
