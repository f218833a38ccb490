import { answerOperationResult, groupType, headers, operation, operationUrl, retryAfter, type GroupState } from '@podpass/arm';
import { paths } from './wire.ts';

/** Marks the group, then deletes everything in it in the background. 202 with a Location to poll. */
export const groupDelete = operation({
  name: 'ResourceGroups_Delete',
  method: 'DELETE',
  path: paths.group,
  access: { kind: 'action', action: 'Microsoft.Resources/subscriptions/resourceGroups/delete' },
  handler: async (request) => {
    const { arm, caller, group, subscription } = request;
    const wasGoing = group.state.provisioningState === 'Deleting';
    const marked = await arm.resources
      .of<GroupState>(groupType)
      .update(group.id, (before) => ({ ...before, state: { ...before.state, provisioningState: 'Deleting' } }));
    const started = await arm.operations.start({
      tenantId: subscription.tenantId,
      subscriptionId: subscription.subscriptionId,
      target: group.id,
      initiator: caller.objectId,
      work: wasGoing || marked === undefined ? () => gone(request.arm, group.id) : () => arm.deleteGroup(marked),
    });
    const location = operationUrl(request, `/subscriptions/${subscription.subscriptionId}/operationresults/${started.id}`);
    return { status: 202, headers: { [headers.location]: location, ...retryAfter } };
  },
});

/** A second deletion of the same group has nothing to do but to wait for the first. */
const gone = async (arm: Parameters<Parameters<typeof operation>[0]['handler']>[0]['arm'], id: string): Promise<void> => {
  for (let tries = 0; tries < 600; tries += 1) {
    const group = arm.resources.of<GroupState>(groupType).get(id);
    if (group === undefined || group.state.provisioningState !== 'Deleting') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

/** Where the deletion of a group is polled: 202 while it runs, 200 without a body when it is done. */
export const operationResult = operation({
  name: 'OperationResults_Get',
  method: 'GET',
  path: paths.operationResult,
  access: { kind: 'operation', action: 'Microsoft.Resources/subscriptions/operationresults/read' },
  handler: (request) => answerOperationResult(request),
});
