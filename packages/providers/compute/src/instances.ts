import { operation, type ArmRequest, type ScaleSet } from '@podpass/arm';
import { fail } from './errors.ts';
import { requireScaleSet } from './scale-set.ts';
import { actions, instanceType, paths } from './wire.ts';

type Machine = ScaleSet['state']['machines'][number];

const read = { kind: 'action', action: actions.readInstance } as const;

const answer = (set: ScaleSet, machine: Machine) => ({
  name: `${set.name}_${machine.instanceId}`,
  id: `${set.id}/virtualMachines/${machine.instanceId}`,
  type: instanceType,
  location: set.location,
  tags: set.tags,
  instanceId: machine.instanceId,
  sku: { name: set.state.vmSize, tier: 'Standard' },
  properties: {
    latestModelApplied: true,
    vmId: machine.vmId,
    hardwareProfile: {},
    storageProfile: { osDisk: { osType: 'Linux', createOption: 'FromImage', caching: 'ReadOnly' } },
    osProfile: { computerName: machine.nodeName, adminUsername: 'azureuser', linuxConfiguration: { disablePasswordAuthentication: true } },
    provisioningState: 'Succeeded',
  },
});

const find = (request: ArmRequest): { readonly set: ScaleSet; readonly machine: Machine } => {
  const set = requireScaleSet(request);
  const instance = request.param('instanceId');
  const machine = set.state.machines.find(({ instanceId }) => instanceId === instance);
  if (machine === undefined) throw fail('InstanceNotFound', { instance, name: set.name });
  return { set, machine };
};

export const instancesList = operation({
  name: 'VirtualMachineScaleSetVMs_List',
  method: 'GET',
  path: paths.instances,
  access: read,
  handler: async (request) => {
    const set = requireScaleSet(request);
    return { status: 200, body: { value: set.state.machines.map((machine) => answer(set, machine)) } };
  },
});

export const instanceGet = operation({
  name: 'VirtualMachineScaleSetVMs_Get',
  method: 'GET',
  path: paths.instance,
  access: read,
  handler: async (request) => {
    const { set, machine } = find(request);
    return { status: 200, body: answer(set, machine) };
  },
});

export const instanceView = operation({
  name: 'VirtualMachineScaleSetVMs_GetInstanceView',
  method: 'GET',
  path: paths.instanceView,
  access: { kind: 'action', action: actions.readInstanceView },
  handler: async (request) => {
    const { machine } = find(request);
    return {
      status: 200,
      body: {
        computerName: machine.nodeName,
        statuses: [
          { code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded' },
          { code: 'PowerState/running', level: 'Info', displayStatus: 'VM running' },
        ],
      },
    };
  },
});
