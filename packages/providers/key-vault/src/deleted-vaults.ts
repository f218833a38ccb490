import { answerOperationResult, headers, operation, operationUrl, retryAfter, type ArmRequest } from '@podpass/arm';
import { fail } from './errors.ts';
import { purgeExpired, purgeVault } from './expiry.ts';
import { deletedBody, deletedOf, nameLock, type DeletedVault, type KeyVaultDependencies } from './vault.ts';
import { deletedId, paths } from './wire.ts';

const find = (request: ArmRequest): DeletedVault => {
  const name = request.param('vaultName');
  const location = request.param('location').replaceAll(' ', '').toLowerCase();
  const found = deletedOf(request.arm).get(deletedId({ subscriptionId: request.subscription.subscriptionId, location, name }));
  if (found === undefined) throw fail('DeletedVaultNotFound', { name });
  return found;
};

export const deletedVaultsList = (dependencies: KeyVaultDependencies) =>
  operation({
    name: 'Vaults_ListDeleted',
    method: 'GET',
    path: paths.deletedVaults,
    access: { kind: 'action', action: 'Microsoft.KeyVault/deletedVaults/read' },
    handler: async ({ arm, subscription }) => {
      await purgeExpired(arm, dependencies);
      return { status: 200, body: { value: deletedOf(arm).list({ subscriptionId: subscription.subscriptionId }).map(deletedBody) } };
    },
  });

export const deletedVaultGet = (dependencies: KeyVaultDependencies) =>
  operation({
    name: 'Vaults_GetDeleted',
    method: 'GET',
    path: paths.deletedVault,
    access: { kind: 'action', action: 'Microsoft.KeyVault/locations/deletedVaults/read' },
    handler: async (request) => {
      await purgeExpired(request.arm, dependencies);
      return { status: 200, body: deletedBody(find(request)) };
    },
  });

/** 202 and a Location to poll. A vault with purge protection can only wait for the end of its retention. */
export const deletedVaultPurge = (dependencies: KeyVaultDependencies) =>
  operation({
    name: 'Vaults_PurgeDeleted',
    method: 'POST',
    path: paths.purge,
    access: { kind: 'action', action: 'Microsoft.KeyVault/locations/deletedVaults/purge/action' },
    lock: nameLock,
    handler: async (request) => {
      const deleted = find(request);
      if (deleted.state.vault.state.enablePurgeProtection) throw fail('MethodNotAllowed');
      await purgeVault(deleted, request.arm, dependencies);
      const { subscriptionId, tenantId } = request.subscription;
      const started = await request.arm.operations.start({
        tenantId,
        subscriptionId,
        target: deleted.id,
        initiator: request.caller.objectId,
        work: async () => undefined,
      });
      const path = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${deleted.location}/operationResults/${started.id}`;
      return { status: 202, headers: { [headers.location]: operationUrl(request, path), ...retryAfter } };
    },
  });

export const operationResult = operation({
  name: 'OperationResults_Get',
  method: 'GET',
  path: paths.operationResult,
  access: { kind: 'operation', action: 'Microsoft.KeyVault/locations/operationResults/read' },
  handler: (request) => answerOperationResult(request),
});
