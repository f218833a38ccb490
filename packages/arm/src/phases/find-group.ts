import { fail } from '../errors.ts';
import { settled, type Phase } from './flow.ts';

const writes = new Set(['PUT', 'PATCH', 'POST']);

/** The resource group must exist, and nothing new may be put into one that is being deleted. */
export const findGroup: Phase = (flow, { arm }) => {
  const { operation, params } = settled(flow.found, 'the operation');
  const target = settled(flow.target, 'the target');
  const inTarget = target.kind === 'group' || target.kind === 'resource' ? target.group : undefined;
  const name = params.get('resourceGroupName') ?? inTarget;
  if (name === undefined || flow.subscription === undefined) return;
  const group = arm.resources.group(flow.subscription.subscriptionId, name);
  if (group === undefined) {
    if (operation.needsGroup === false) return;
    throw fail('ResourceGroupNotFound', { group: name });
  }
  if (group.state.provisioningState === 'Deleting' && writes.has(operation.method)) {
    throw fail('ResourceGroupBeingDeleted', { group: group.name });
  }
  flow.group = group;
};
