import { createHash } from 'node:crypto';
import { operation } from '@podpass/arm';
import { fail } from './errors.ts';
import { requireScaleSet } from './scale-set.ts';
import { actions, paths } from './wire.ts';

const hex = (text: string) => createHash('sha256').update(text).digest('hex');
const guid = (text: string) => hex(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

/**
 * Refused, whoever asks: a cluster's nodes go with their agent pool. AKS does so for clusters with a locked node resource
 * group (`nrg-lockdown`); here every cluster has one. The assignment's ids only look like some: they are made of the group's.
 */
export const scaleSetDelete = operation({
  name: 'VirtualMachineScaleSets_Delete',
  method: 'DELETE',
  path: paths.set,
  access: { kind: 'action', action: actions.delete },
  handler: async (request) => {
    const set = requireScaleSet(request);
    const { caller, group } = request;
    throw fail('DenyAssignmentAuthorizationFailed', {
      label: caller.label,
      objectId: caller.objectId,
      action: actions.delete,
      scope: set.id,
      assignment: `${guid(group.state.managedBy ?? group.id)}/${guid(group.id)}`,
      id: hex(group.id).slice(0, 32),
      group: group.id,
    });
  },
});
