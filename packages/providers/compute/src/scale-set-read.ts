import { operation, scaleSetsOf } from '@podpass/arm';
import { checkVersion, requireScaleSet, scaleSetAnswer } from './scale-set.ts';
import { actions, paths } from './wire.ts';

const read = { kind: 'action', action: actions.read } as const;

export const scaleSetGet = operation({
  name: 'VirtualMachineScaleSets_Get',
  method: 'GET',
  path: paths.set,
  access: read,
  handler: async (request) => ({ status: 200, body: scaleSetAnswer(requireScaleSet(request)) }),
});

export const scaleSetsListByGroup = operation({
  name: 'VirtualMachineScaleSets_List',
  method: 'GET',
  path: paths.setsInGroup,
  access: { ...read, trim: true },
  handler: async (request) => {
    checkVersion(request);
    const { arm, subscription, group } = request;
    const sets = scaleSetsOf(arm).list({ subscriptionId: subscription.subscriptionId, resourceGroup: group.name });
    return { status: 200, body: { value: sets.map(scaleSetAnswer) } };
  },
});

export const scaleSetsListBySubscription = operation({
  name: 'VirtualMachineScaleSets_ListAll',
  method: 'GET',
  path: paths.setsInSubscription,
  access: { ...read, trim: true },
  handler: async (request) => {
    checkVersion(request);
    const sets = scaleSetsOf(request.arm).list({ subscriptionId: request.subscription.subscriptionId });
    return { status: 200, body: { value: sets.map(scaleSetAnswer) } };
  },
});

const succeeded = { code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded' } as const;

export const scaleSetView = operation({
  name: 'VirtualMachineScaleSets_GetInstanceView',
  method: 'GET',
  path: paths.setView,
  access: { kind: 'action', action: actions.readView },
  handler: async (request) => {
    const { state } = requireScaleSet(request);
    const counted = state.machines.length === 0 ? [] : [{ code: succeeded.code, count: state.machines.length }];
    return { status: 200, body: { virtualMachine: { statusesSummary: counted }, statuses: [succeeded] } };
  },
});
