import { operation, type ArmServices } from '@podpass/arm';
import { findVault, nameLock, type DeletedVault, type KeyVaultDependencies, type Vault } from './vault.ts';
import { deletedId, paths, types } from './wire.ts';

const day = 24 * 3600_000;

/** Whole seconds, as the provider writes these dates. */
const date = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');

/** Soft-deletes. The rows change first and together; a host that has not heard of it yet is told at the next start. */
export const deleteVault = async (vault: Vault, arm: ArmServices, { vaults }: KeyVaultDependencies): Promise<void> => {
  const now = arm.clock.now();
  const deleted: DeletedVault = {
    ...vault,
    id: deletedId({ subscriptionId: vault.subscriptionId, location: vault.location, name: vault.name }),
    type: types.deleted,
    resourceGroup: undefined,
    state: { vault, deletionDate: date(now), scheduledPurgeDate: date(now + vault.state.softDeleteRetentionInDays * day) },
  };
  await arm.resources.write([{ create: deleted }, { remove: vault.id }]);
  await vaults.delete(vault.name);
};

/** 200 when it existed, 204 when not. */
export const vaultDelete = (dependencies: KeyVaultDependencies) =>
  operation({
    name: 'Vaults_Delete',
    method: 'DELETE',
    path: paths.vault,
    access: { kind: 'action', action: 'Microsoft.KeyVault/vaults/delete' },
    lock: nameLock,
    handler: async (request) => {
      const vault = findVault(request);
      if (vault === undefined) return { status: 204 };
      await deleteVault(vault, request.arm, dependencies);
      await request.arm.scopeDeleted(vault.tenantId, vault.id);
      return { status: 200 };
    },
  });
