import { operation } from '@podpass/arm';
import { fail } from './errors.ts';
import { findVault, vaultBody, vaultsOf, type KeyVaultDependencies } from './vault.ts';
import { paths, serviceVersion } from './wire.ts';

const read = { kind: 'action', action: 'Microsoft.KeyVault/vaults/read' } as const;

export const vaultGet = ({ vaults }: KeyVaultDependencies) =>
  operation({
    name: 'Vaults_Get',
    method: 'GET',
    path: paths.vault,
    access: read,
    handler: async (request) => {
      const vault = findVault(request);
      if (vault === undefined) throw fail('VaultNotFound', { name: request.param('vaultName'), group: request.group.name });
      return { status: 200, headers: serviceVersion, body: vaultBody(vault, vaults) };
    },
  });

export const vaultsListByGroup = ({ vaults }: KeyVaultDependencies) =>
  operation({
    name: 'Vaults_ListByResourceGroup',
    method: 'GET',
    path: paths.byGroup,
    access: { ...read, trim: true },
    handler: async ({ arm, subscription, group }) => {
      const found = vaultsOf(arm).list({ subscriptionId: subscription.subscriptionId, resourceGroup: group.name });
      return { status: 200, headers: serviceVersion, body: { value: found.map((vault) => vaultBody(vault, vaults)) } };
    },
  });

export const vaultsListBySubscription = ({ vaults }: KeyVaultDependencies) =>
  operation({
    name: 'Vaults_ListBySubscription',
    method: 'GET',
    path: paths.bySubscription,
    access: { ...read, trim: true },
    handler: async ({ arm, subscription }) => {
      const found = vaultsOf(arm).list({ subscriptionId: subscription.subscriptionId });
      return { status: 200, headers: serviceVersion, body: { value: found.map((vault) => vaultBody(vault, vaults)) } };
    },
  });
