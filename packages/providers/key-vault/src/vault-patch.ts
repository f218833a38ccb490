import { invalidBody, operationWithBody, stamp } from '@podpass/arm';
import { fail } from './errors.ts';
import { checkPermissionModel } from './permission-model.ts';
import { describeVault, findVault, nameLock, vaultBody, vaultsOf, type KeyVaultDependencies } from './vault.ts';
import { vaultPatch as body } from './vault-body.ts';
import { nextState } from './vault-state.ts';
import { paths, serviceVersion } from './wire.ts';

/** Changes what is given and leaves the rest. */
export const vaultPatch = ({ vaults }: KeyVaultDependencies) =>
  operationWithBody({
    name: 'Vaults_Update',
    method: 'PATCH',
    path: paths.vault,
    access: { kind: 'action', action: 'Microsoft.KeyVault/vaults/write' },
    lock: nameLock,
    body,
    invalid: invalidBody('BadRequest'),
    handler: async (request, given) => {
      const before = findVault(request);
      if (before === undefined) throw fail('VaultNotFound', { name: request.param('vaultName'), group: request.group.name });
      const tenant = given.properties?.tenantId;
      if (tenant !== undefined && tenant.toLowerCase() !== before.tenantId) throw fail('WrongTenant', { tenant });
      checkPermissionModel(request, given.properties, before);
      const now = request.arm.clock.date().toISOString();
      const after = await vaultsOf(request.arm).update(before.id, (vault) => ({
        ...vault,
        tags: given.tags ?? vault.tags,
        state: given.properties === undefined ? vault.state : nextState(given.properties, vault),
        system: stamp(request.caller, now, vault.system),
      }));
      const vault = after ?? before;
      await vaults.put(describeVault(vault));
      return { status: 200, headers: serviceVersion, body: vaultBody(vault, vaults) };
    },
  });
