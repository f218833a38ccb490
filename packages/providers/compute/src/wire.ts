/** Paths and versions of Microsoft.Compute. */
const subscription = '/subscriptions/{subscriptionId}/providers/Microsoft.Compute';
const group = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute';
const set = `${group}/virtualMachineScaleSets/{vmScaleSetName}`;
const instance = `${set}/virtualMachines/{instanceId}`;

export const paths = {
  setsInSubscription: `${subscription}/virtualMachineScaleSets`,
  setsInGroup: `${group}/virtualMachineScaleSets`,
  set,
  setView: `${set}/instanceView`,
  instances: `${set}/virtualMachines`,
  instance,
  instanceView: `${instance}/instanceView`,
  machinesInSubscription: `${subscription}/virtualMachines`,
  machinesInGroup: `${group}/virtualMachines`,
  machine: `${group}/virtualMachines/{vmName}`,
} as const;

export const versions = ['2025-04-01', '2024-11-01', '2024-07-01', '2023-09-01', '2021-07-01', '2019-12-01'] as const;

/** Scale sets are served in the form that they have had since this version; identities looked different before. */
export const oldestVersion = '2019-12-01';

export const machineType = 'Microsoft.Compute/virtualMachines';
export const instanceType = 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines';

export const actions = {
  read: 'Microsoft.Compute/virtualMachineScaleSets/read',
  write: 'Microsoft.Compute/virtualMachineScaleSets/write',
  delete: 'Microsoft.Compute/virtualMachineScaleSets/delete',
  readView: 'Microsoft.Compute/virtualMachineScaleSets/instanceView/read',
  readInstance: 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read',
  readInstanceView: 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/instanceView/read',
  readMachine: 'Microsoft.Compute/virtualMachines/read',
} as const;

/** Identities on one scale set, and in one request. */
export const maxIdentities = 1000;
