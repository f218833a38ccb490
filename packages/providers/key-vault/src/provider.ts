import { defineProvider, type ArmServices } from '@podpass/arm';
import { checkNameAvailability } from './check-name.ts';
import { deletedVaultGet, deletedVaultPurge, deletedVaultsList, operationResult } from './deleted-vaults.ts';
import { deletedHsmsList, hsmsListByGroup, hsmsListBySubscription } from './managed-hsms.ts';
import { deletedOf, describeVault, vaultsOf, type KeyVaultDependencies, type Vault } from './vault.ts';
import { deleteVault, vaultDelete } from './vault-delete.ts';
import { vaultPatch } from './vault-patch.ts';
import { vaultPut } from './vault-put.ts';
import { vaultGet, vaultsListByGroup, vaultsListBySubscription } from './vault-read.ts';
import { versions } from './wire.ts';

/** The rows are the truth: whatever a crash kept from the host is made up for. */
const recover = async (arm: ArmServices, { vaults }: KeyVaultDependencies): Promise<void> => {
  for (const vault of vaultsOf(arm).everywhere()) {
    if (vaults.nameState(vault.name) === 'deleted') await vaults.recover(vault.name);
    await vaults.put(describeVault(vault));
  }
  for (const deleted of deletedOf(arm).everywhere()) {
    const state = vaults.nameState(deleted.name);
    if (state === 'live') await vaults.delete(deleted.name);
    if (state === 'free') await arm.resources.write([{ remove: deleted.id }]);
  }
};

/** Microsoft.KeyVault over a host that serves the vaults. */
export const keyVaultProvider = (dependencies: KeyVaultDependencies) =>
  defineProvider({
    namespace: 'Microsoft.KeyVault',
    types: [
      {
        type: 'vaults',
        apiVersions: versions,
        regional: true,
        operations: [
          vaultPut(dependencies),
          vaultGet(dependencies),
          vaultsListByGroup(dependencies),
          vaultsListBySubscription(dependencies),
          vaultPatch(dependencies),
          vaultDelete(dependencies),
        ],
        deletion: { order: 30, delete: (resource, arm) => deleteVault(resource as Vault, arm, dependencies) },
      },
      { type: 'deletedVaults', apiVersions: versions, regional: false, operations: [deletedVaultsList(dependencies)] },
      {
        type: 'locations/deletedVaults',
        apiVersions: versions,
        regional: true,
        operations: [deletedVaultGet(dependencies), deletedVaultPurge(dependencies)],
      },
      { type: 'locations/operationResults', apiVersions: versions, regional: true, operations: [operationResult] },
      { type: 'checkNameAvailability', apiVersions: versions, regional: false, operations: [checkNameAvailability(dependencies)] },
      { type: 'managedHSMs', apiVersions: versions, regional: true, operations: [hsmsListBySubscription, hsmsListByGroup] },
      { type: 'deletedManagedHSMs', apiVersions: versions, regional: false, operations: [deletedHsmsList] },
    ],
    recover: (arm) => recover(arm, dependencies),
  });
