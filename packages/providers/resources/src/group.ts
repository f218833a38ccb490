import { groupId, groupType, type GroupState, type Resource } from '@podpass/arm';
import { fail } from './errors.ts';
import { groupName } from './wire.ts';

/** The wire form of a resource group. Its id is written with `resourceGroups`, whatever the client wrote. */
export const groupBody = (group: Resource<GroupState>) => ({
  id: groupId(group.subscriptionId, group.name),
  name: group.name,
  type: groupType,
  location: group.location,
  ...(Object.keys(group.tags).length === 0 ? {} : { tags: group.tags }),
  ...(group.state.managedBy === undefined ? {} : { managedBy: group.state.managedBy }),
  properties: { provisioningState: group.state.provisioningState },
});

/** Throws `InvalidResourceGroup` for names that Azure does not take. */
export const checkGroupName = (name: string): void => {
  if (name.length > groupName.max || !groupName.pattern.test(name)) throw fail('InvalidResourceGroup', { group: name });
};
