import {
  fail as armFail,
  groupId,
  groupType,
  invalidBody,
  operationWithBody,
  optional,
  record,
  requireRegion,
  stamp,
  tags,
  text,
  type GroupState,
  type Resource,
} from '@podpass/arm';
import { fail } from './errors.ts';
import { checkGroupName, groupBody } from './group.ts';
import { paths } from './wire.ts';

const body = record({ location: optional(text({ max: 60 })), tags: optional(tags()), managedBy: optional(text({ max: 800 })) });

/** Creates a group, or replaces the tags of an existing one; its location never changes. */
export const groupPut = operationWithBody({
  name: 'ResourceGroups_CreateOrUpdate',
  method: 'PUT',
  path: paths.group,
  access: { kind: 'action', action: 'Microsoft.Resources/subscriptions/resourceGroups/write' },
  needsGroup: false,
  body,
  invalid: invalidBody('InvalidRequestContent'),
  handler: async ({ arm, caller, param, subscription }, given) => {
    const name = param('resourceGroupName');
    checkGroupName(name);
    const location = requireRegion(given.location, groupType);
    const before = arm.resources.group(subscription.subscriptionId, name);
    // A deletion may have begun while this request waited for its turn; it must not be called off.
    if (before?.state.provisioningState === 'Deleting') throw armFail('ResourceGroupBeingDeleted', { group: before.name });
    if (before !== undefined && before.location !== location) {
      throw fail('InvalidResourceGroupLocation', { wanted: location, present: before.location });
    }
    const group: Resource<GroupState> = {
      id: before?.id ?? groupId(subscription.subscriptionId, name),
      name: before?.name ?? name,
      type: groupType,
      tenantId: subscription.tenantId,
      subscriptionId: subscription.subscriptionId,
      resourceGroup: before?.resourceGroup ?? name,
      location,
      tags: given.tags ?? {},
      state: { provisioningState: 'Succeeded', managedBy: given.managedBy ?? before?.state.managedBy },
      system: stamp(caller, arm.clock.date().toISOString(), before?.system),
    };
    await arm.resources.write([before === undefined ? { create: group } : { replace: group, revision: arm.resources.revision(group.id) }]);
    return { status: before === undefined ? 201 : 200, body: groupBody(group) };
  },
});
