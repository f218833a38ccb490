import { defineProvider, removeScaleSet } from '@podpass/arm';
import { instanceGet, instancesList, instanceView } from './instances.ts';
import { machineGet, machinesListByGroup, machinesListBySubscription } from './machines.ts';
import { recover } from './recover.ts';
import { scaleSetDelete } from './scale-set-delete.ts';
import { scaleSetGet, scaleSetsListByGroup, scaleSetsListBySubscription, scaleSetView } from './scale-set-read.ts';
import { scaleSetPatch, scaleSetPut } from './scale-set-write.ts';
import { versions } from './wire.ts';

/** Microsoft.Compute, over the scale sets that clusters make. */
export const computeProvider = () =>
  defineProvider({
    namespace: 'Microsoft.Compute',
    types: [
      {
        type: 'virtualMachineScaleSets',
        apiVersions: versions,
        regional: true,
        operations: [
          scaleSetGet,
          scaleSetsListByGroup,
          scaleSetsListBySubscription,
          scaleSetPut,
          scaleSetPatch,
          scaleSetDelete,
          scaleSetView,
        ],
        // With its whole node resource group a set does go: after the cluster (10), before identities (20).
        deletion: { order: 15, delete: (resource, arm) => removeScaleSet(arm, resource.id) },
      },
      {
        type: 'virtualMachineScaleSets/virtualMachines',
        apiVersions: versions,
        regional: true,
        operations: [instancesList, instanceGet, instanceView],
      },
      {
        type: 'virtualMachines',
        apiVersions: versions,
        regional: true,
        operations: [machinesListByGroup, machinesListBySubscription, machineGet],
      },
    ],
    recover,
  });
