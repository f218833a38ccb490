import { identityType, operation, type IdentityState } from '@podpass/arm';
import { identityBody, requireIdentity } from './identity.ts';
import { paths } from './wire.ts';

const read = { kind: 'action', action: 'Microsoft.ManagedIdentity/userAssignedIdentities/read' } as const;

export const identityGet = operation({
  name: 'UserAssignedIdentities_Get',
  method: 'GET',
  path: paths.identity,
  access: read,
  handler: async (request) => ({ status: 200, body: identityBody(requireIdentity(request)) }),
});

export const identitiesListByGroup = operation({
  name: 'UserAssignedIdentities_ListByResourceGroup',
  method: 'GET',
  path: paths.byGroup,
  access: { ...read, trim: true },
  handler: async ({ arm, subscription, group }) => {
    const identities = arm.resources
      .of<IdentityState>(identityType)
      .list({ subscriptionId: subscription.subscriptionId, resourceGroup: group.name });
    return { status: 200, body: { value: identities.map(identityBody) } };
  },
});

export const identitiesListBySubscription = operation({
  name: 'UserAssignedIdentities_ListBySubscription',
  method: 'GET',
  path: paths.bySubscription,
  access: { ...read, trim: true },
  handler: async ({ arm, subscription }) => {
    const identities = arm.resources.of<IdentityState>(identityType).list({ subscriptionId: subscription.subscriptionId });
    return { status: 200, body: { value: identities.map(identityBody) } };
  },
});
