import type { ArmServices } from '@podpass/arm';
import { deletedOf, type DeletedVault, type KeyVaultDependencies } from './vault.ts';

/** Purges for good: first behind the host name, then the row; a crash in between leaves a row that `recover` removes. */
export const purgeVault = async (deleted: DeletedVault, arm: ArmServices, { vaults }: KeyVaultDependencies): Promise<void> => {
  if (vaults.nameState(deleted.name) === 'deleted') await vaults.purge(deleted.name);
  await arm.resources.write([{ remove: deleted.id }]);
};

/** Purges what has been deleted longer than its retention; asked before anything looks at deleted vaults. */
export const purgeExpired = async (arm: ArmServices, dependencies: KeyVaultDependencies): Promise<void> => {
  const now = arm.clock.now();
  for (const deleted of deletedOf(arm).everywhere()) {
    if (Date.parse(deleted.state.scheduledPurgeDate) <= now) await purgeVault(deleted, arm, dependencies);
  }
};
