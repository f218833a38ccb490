import { idKey, operation } from '@podpass/arm';
import { isObject } from '@podpass/kernel';
import { requireIdentity } from './identity.ts';
import { paths } from './wire.ts';

/** Whether a resource's state names the identity among its `identityIds`, the member by which providers declare use. */
const uses = (state: unknown, id: string): boolean => {
  const ids = isObject(state) ? state['identityIds'] : undefined;
  return Array.isArray(ids) && ids.some((each) => typeof each === 'string' && idKey(each) === id);
};

/** The resources of the subscription that use the identity, such as clusters. */
export const associatedResources = operation({
  name: 'UserAssignedIdentities_ListAssociatedResources',
  method: 'POST',
  path: paths.associated,
  access: { kind: 'action', action: 'Microsoft.ManagedIdentity/userAssignedIdentities/listAssociatedResources/action' },
  handler: async (request) => {
    const { arm, subscription } = request;
    const id = idKey(requireIdentity(request).id);
    const value = arm.resources
      .list({ subscriptionId: subscription.subscriptionId })
      .filter((resource) => uses(resource.state, id))
      .map((resource) => ({
        id: resource.id,
        name: resource.name,
        type: resource.type.toLowerCase(),
        resourceGroup: resource.resourceGroup,
        subscriptionId: subscription.subscriptionId,
        subscriptionDisplayName: subscription.displayName,
      }));
    return { status: 200, body: { value, totalCount: value.length } };
  },
});
