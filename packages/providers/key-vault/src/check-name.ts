import { invalidBody, operationWithBody, record, text, word } from '@podpass/arm';
import { keyVaultErrors } from './errors.ts';
import { purgeExpired } from './expiry.ts';
import { vaultsOf, type KeyVaultDependencies } from './vault.ts';
import { paths, vaultName } from './wire.ts';

/** Whether a vault of that name could be made now: names are global and stay taken while a deleted vault holds them. */
export const checkNameAvailability = (dependencies: KeyVaultDependencies) =>
  operationWithBody({
    name: 'Vaults_CheckNameAvailability',
    method: 'POST',
    path: paths.checkName,
    access: { kind: 'action', action: 'Microsoft.KeyVault/checkNameAvailability/read' },
    body: record({ name: text({ max: 200 }), type: word(['Microsoft.KeyVault/vaults']) }),
    invalid: invalidBody('BadRequest'),
    handler: async ({ arm }, { name }) => {
      const say = (code: 'VaultNameNotValid' | 'VaultAlreadyExists', reason: string) => ({
        status: 200,
        body: { nameAvailable: false, reason, message: keyVaultErrors[code].message.replace('{name}', () => name) },
      });
      if (!vaultName.test(name)) return say('VaultNameNotValid', 'AccountNameInvalid');
      await purgeExpired(arm, dependencies);
      const listed = vaultsOf(arm)
        .everywhere()
        .some((vault) => vault.name.toLowerCase() === name.toLowerCase());
      const free = !listed && dependencies.vaults.nameState(name) === 'free';
      return free ? { status: 200, body: { nameAvailable: true } } : say('VaultAlreadyExists', 'AlreadyExists');
    },
  });
