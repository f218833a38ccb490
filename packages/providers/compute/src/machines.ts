import { fail as armFail, operation } from '@podpass/arm';
import { actions, machineType, paths } from './wire.ts';

const read = { kind: 'action', action: actions.readMachine } as const;

/** Machines outside scale sets: nothing makes any, so these are the true, empty answers. */
export const machinesListByGroup = operation({
  name: 'VirtualMachines_List',
  method: 'GET',
  path: paths.machinesInGroup,
  access: { ...read, trim: true },
  handler: async ({ arm, subscription, group }) => {
    const machines = arm.resources.list({ subscriptionId: subscription.subscriptionId, resourceGroup: group.name, type: machineType });
    return {
      status: 200,
      body: { value: machines.map(({ id, name, location, tags }) => ({ id, name, type: machineType, location, tags })) },
    };
  },
});

export const machinesListBySubscription = operation({
  name: 'VirtualMachines_ListAll',
  method: 'GET',
  path: paths.machinesInSubscription,
  access: { ...read, trim: true },
  handler: async ({ arm, subscription }) => {
    const machines = arm.resources.list({ subscriptionId: subscription.subscriptionId, type: machineType });
    return {
      status: 200,
      body: { value: machines.map(({ id, name, location, tags }) => ({ id, name, type: machineType, location, tags })) },
    };
  },
});

export const machineGet = operation({
  name: 'VirtualMachines_Get',
  method: 'GET',
  path: paths.machine,
  access: read,
  handler: async (request) => {
    throw armFail('ResourceNotFound', { type: machineType, name: request.param('vmName'), group: request.group.name });
  },
});
