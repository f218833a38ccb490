import { fail as armFail, idKey, invalidBody, operationWithBody, requireRegion, stamp, type ArmRequest, type Shaped } from '@podpass/arm';
import { fail } from './errors.ts';
import { purgeExpired } from './expiry.ts';
import { checkPermissionModel } from './permission-model.ts';
import { deletedOf, describeVault, findVault, nameLock, vaultBody, vaultsOf, type KeyVaultDependencies, type Vault } from './vault.ts';
import { vaultPut as body } from './vault-body.ts';
import { nextState } from './vault-state.ts';
import { paths, serviceVersion, types, vaultId, vaultName } from './wire.ts';

type Body = Shaped<typeof body>;

const find = (request: ArmRequest) => {
  const name = request.param('vaultName').toLowerCase();
  return deletedOf(request.arm)
    .list({ subscriptionId: request.subscription.subscriptionId })
    .find((each) => each.name.toLowerCase() === name);
};

const update = async (request: ArmRequest, { vaults }: KeyVaultDependencies, given: Body, before: Vault): Promise<Vault> => {
  const location = given.location === undefined ? before.location : requireRegion(given.location, types.vault);
  if (location !== before.location) {
    throw armFail('InvalidResourceLocation', { name: before.name, present: before.location, group: request.group.name, wanted: location });
  }
  checkPermissionModel(request, given.properties, before);
  const after: Vault = {
    ...before,
    tags: given.tags ?? {},
    state: nextState(given.properties, before),
    system: stamp(request.caller, request.arm.clock.date().toISOString(), before.system),
  };
  await request.arm.resources.write([{ replace: after, revision: request.arm.resources.revision(before.id) }]);
  await vaults.put(describeVault(after));
  return after;
};

/** The row comes first: should the process end before the host knows the vault, the next start tells it. */
const create = async (request: ArmRequest, { vaults }: KeyVaultDependencies, given: Body): Promise<Vault> => {
  const { arm, subscription, group } = request;
  const name = request.param('vaultName');
  const location = requireRegion(given.location, types.vault);
  const state = nextState(given.properties, undefined);
  if (find(request) !== undefined) throw fail('ConflictError');
  const elsewhere = vaultsOf(arm)
    .everywhere()
    .some((each) => each.name.toLowerCase() === name.toLowerCase());
  if (elsewhere || vaults.nameState(name) !== 'free') throw fail('VaultAlreadyExists', { name });
  const vault: Vault = {
    id: vaultId({ subscriptionId: subscription.subscriptionId, group: group.name, name }),
    name,
    type: types.vault,
    tenantId: subscription.tenantId,
    subscriptionId: subscription.subscriptionId,
    resourceGroup: group.name,
    location,
    tags: given.tags ?? {},
    state,
    system: stamp(request.caller, arm.clock.date().toISOString()),
  };
  await arm.resources.write([{ create: vault }]);
  try {
    await vaults.put(describeVault(vault));
  } catch (thrown) {
    await arm.resources.write([{ remove: vault.id }]);
    throw thrown;
  }
  return vault;
};

/** Brings a soft-deleted vault back with its old properties; what the body says of them is passed over, as in Azure. */
const recover = async (request: ArmRequest, { vaults }: KeyVaultDependencies): Promise<Vault> => {
  const deleted = find(request);
  const name = request.param('vaultName');
  const wanted = vaultId({ subscriptionId: request.subscription.subscriptionId, group: request.group.name, name });
  if (deleted === undefined || idKey(deleted.state.vault.id) !== idKey(wanted)) throw fail('DeletedVaultNotFound', { name });
  const { vault } = deleted.state;
  await request.arm.resources.write([{ create: vault }, { remove: deleted.id }]);
  await vaults.recover(vault.name);
  return vault;
};

/** Creates, updates or recovers a vault; 200 in all cases, as the real provider answers. */
export const vaultPut = (dependencies: KeyVaultDependencies) =>
  operationWithBody({
    name: 'Vaults_CreateOrUpdate',
    method: 'PUT',
    path: paths.vault,
    access: { kind: 'action', action: 'Microsoft.KeyVault/vaults/write' },
    lock: nameLock,
    body,
    invalid: invalidBody('BadRequest'),
    handler: async (request, given) => {
      const name = request.param('vaultName');
      if (!vaultName.test(name)) throw fail('VaultNameNotValid', { name });
      await purgeExpired(request.arm, dependencies);
      const before = findVault(request);
      const { tenantId } = given.properties;
      if (tenantId.toLowerCase() !== request.subscription.tenantId) throw fail('WrongTenant', { tenant: tenantId });
      const recovering = given.properties.createMode === 'recover';
      const make = () => (recovering ? recover(request, dependencies) : create(request, dependencies, given));
      const vault = before === undefined ? await make() : await update(request, dependencies, given, before);
      return { status: 200, headers: serviceVersion, body: vaultBody(vault, dependencies.vaults) };
    },
  });
