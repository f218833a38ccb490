import { alertRules, deployments, readAuthorization, readGroups, readHealth, role, support, under } from './common.ts';

const identities = 'Microsoft.ManagedIdentity/userAssignedIdentities';

/** Roles around managed identities, and those that cluster identities are given. */
export const identity = [
  role('f1a07417-d97a-45cb-824c-7a7467783830', 'Managed Identity Operator', 'Reads and assigns user-assigned identities.', {
    actions: [...under(identities, ['*/read', '*/assign/action']), readAuthorization, alertRules, readGroups, deployments, support],
  }),
  role('e40ec5ca-96e0-45a2-b4ff-59039f2c2b59', 'Managed Identity Contributor', 'Creates, changes and deletes user-assigned identities.', {
    actions: [
      ...under(identities, [
        'read',
        'write',
        'delete',
        'federatedIdentityCredentials/read',
        'federatedIdentityCredentials/write',
        'federatedIdentityCredentials/delete',
        'revokeTokens/action',
      ]),
      readAuthorization,
      alertRules,
      readGroups,
      deployments,
      support,
    ],
  }),
  role('4d97b98b-1d4f-4787-a291-c67834d212e7', 'Network Contributor', 'Manages networks.', {
    actions: [readAuthorization, alertRules, 'Microsoft.Network/*', readHealth, deployments, readGroups, support],
  }),
  role('7f951dda-4ed3-4680-a7ca-43fe172d538d', 'AcrPull', 'Pulls images from a container registry.', {
    actions: ['Microsoft.ContainerRegistry/registries/pull/read'],
  }),
  role('9980e02c-c2be-4d73-94e8-173b1dc7cf3c', 'Virtual Machine Contributor', 'Manages virtual machines, without access into them.', {
    actions: [
      readAuthorization,
      ...under('Microsoft.Compute', [
        'availabilitySets/*',
        'locations/*',
        'virtualMachines/*',
        'virtualMachineScaleSets/*',
        'cloudServices/*',
        'disks/write',
        'disks/read',
        'disks/delete',
        'hostgroups/write',
        'hostgroups/hosts/write',
      ]),
      'Microsoft.DevTestLab/schedules/*',
      alertRules,
      ...under('Microsoft.Network', [
        'applicationGateways/backendAddressPools/join/action',
        'loadBalancers/backendAddressPools/join/action',
        'loadBalancers/inboundNatPools/join/action',
        'loadBalancers/inboundNatRules/join/action',
        'loadBalancers/probes/join/action',
        'loadBalancers/read',
        'locations/*',
        'networkInterfaces/*',
        'networkSecurityGroups/join/action',
        'networkSecurityGroups/read',
        'publicIPAddresses/join/action',
        'publicIPAddresses/read',
        'virtualNetworks/read',
        'virtualNetworks/subnets/join/action',
      ]),
      ...under('Microsoft.RecoveryServices', [
        'locations/*',
        'Vaults/backupFabrics/backupProtectionIntent/write',
        'Vaults/backupFabrics/protectionContainers/protectedItems/*/read',
        'Vaults/backupFabrics/protectionContainers/protectedItems/read',
        'Vaults/backupFabrics/protectionContainers/protectedItems/write',
        'Vaults/backupPolicies/read',
        'Vaults/backupPolicies/write',
        'Vaults/read',
        'Vaults/usages/read',
        'Vaults/write',
      ]),
      readHealth,
      deployments,
      readGroups,
      'Microsoft.SerialConsole/serialPorts/connect/action',
      'Microsoft.SqlVirtualMachine/*',
      ...under('Microsoft.Storage/storageAccounts', ['listKeys/action', 'read']),
      support,
    ],
  }),
] as const;
