import { operation } from '@podpass/arm';
import { paths } from './wire.ts';

const read = { kind: 'action', action: 'Microsoft.KeyVault/managedHSMs/read', trim: true } as const;

/** There are no managed HSMs, and none can be made; `az keyvault list` asks for them nevertheless. */
export const hsmsListBySubscription = operation({
  name: 'ManagedHsms_ListBySubscription',
  method: 'GET',
  path: paths.hsms,
  access: read,
  handler: async () => ({ status: 200, body: { value: [] } }),
});

export const hsmsListByGroup = operation({
  name: 'ManagedHsms_ListByResourceGroup',
  method: 'GET',
  path: paths.groupHsms,
  access: read,
  handler: async () => ({ status: 200, body: { value: [] } }),
});

/** `az keyvault list-deleted` asks for these beside the deleted vaults. */
export const deletedHsmsList = operation({
  name: 'ManagedHsms_ListDeleted',
  method: 'GET',
  path: paths.deletedHsms,
  access: { kind: 'action', action: 'Microsoft.KeyVault/deletedManagedHSMs/read' },
  handler: async () => ({ status: 200, body: { value: [] } }),
});
