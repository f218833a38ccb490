import { groupType, invalidBody, operationWithBody, optional, record, stamp, tags, type GroupState } from '@podpass/arm';
import { groupBody } from './group.ts';
import { paths } from './wire.ts';

/** Replaces the tags; what is not given stays. */
export const groupPatch = operationWithBody({
  name: 'ResourceGroups_Update',
  method: 'PATCH',
  path: paths.group,
  access: { kind: 'action', action: 'Microsoft.Resources/subscriptions/resourceGroups/write' },
  body: record({ tags: optional(tags()) }),
  invalid: invalidBody('InvalidRequestContent'),
  handler: async ({ arm, caller, group }, given) => {
    const now = arm.clock.date().toISOString();
    const updated = await arm.resources
      .of<GroupState>(groupType)
      .update(group.id, (before) => ({ ...before, tags: given.tags ?? before.tags, system: stamp(caller, now, before.system) }));
    return { status: 200, body: groupBody(updated ?? group) };
  },
});
