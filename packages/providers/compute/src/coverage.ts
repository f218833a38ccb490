import type { CoverageLedger } from '@podpass/arm';

const empty = 'There are no virtual machines outside scale sets; the list is empty.';

export const computeCoverage: CoverageLedger = {
  VirtualMachineScaleSets_Get: { support: 'partial', note: 'The profile of the machines holds its basics only.' },
  VirtualMachineScaleSets_List: { support: 'partial', note: 'The same.' },
  VirtualMachineScaleSets_ListAll: { support: 'partial', note: 'The same.' },
  VirtualMachineScaleSets_Update: { support: 'partial', note: 'Identity and tags, at once; every other change is refused.' },
  VirtualMachineScaleSets_CreateOrUpdate: {
    support: 'partial',
    note: 'Identity and tags of an existing set; creating one is refused, because sets come with agent pools.',
  },
  VirtualMachineScaleSets_Delete: {
    support: 'refused',
    note: 'Sets go with their cluster: the answer is that of a locked node resource group.',
  },
  VirtualMachineScaleSets_GetInstanceView: { support: 'partial', note: 'Numbers of machines by state.' },
  VirtualMachineScaleSetVMs_List: { support: 'partial', note: 'Basics of each machine.' },
  VirtualMachineScaleSetVMs_Get: { support: 'partial', note: 'The same.' },
  VirtualMachineScaleSetVMs_GetInstanceView: { support: 'partial', note: 'States only, no agents and disks.' },
  VirtualMachines_List: { support: 'supported', note: empty },
  VirtualMachines_ListAll: { support: 'supported', note: empty },
  VirtualMachines_Get: { support: 'supported', note: 'Not found, always.' },
};
