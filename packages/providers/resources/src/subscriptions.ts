import { operation, regions, type Subscription } from '@podpass/arm';
import { paths, subscriptionPolicies } from './wire.ts';

const body = (subscription: Subscription) => ({
  id: `/subscriptions/${subscription.subscriptionId}`,
  authorizationSource: 'RoleBased',
  managedByTenants: [],
  subscriptionId: subscription.subscriptionId,
  tenantId: subscription.tenantId,
  displayName: subscription.displayName,
  state: 'Enabled',
  subscriptionPolicies,
});

/** Only subscriptions in which the caller holds a role, at whatever depth. */
export const subscriptionsList = operation({
  name: 'Subscriptions_List',
  method: 'GET',
  path: paths.subscriptions,
  access: { kind: 'signed-in' },
  handler: async ({ arm, caller }) => {
    const value = arm.subscriptions
      .list(caller.tenantId)
      .filter((subscription) => arm.access.reaches(caller, `/subscriptions/${subscription.subscriptionId}`))
      .map(body);
    return { status: 200, body: { value, count: { type: 'Total', value: value.length } } };
  },
});

export const subscriptionsGet = operation({
  name: 'Subscriptions_Get',
  method: 'GET',
  path: paths.subscription,
  access: { kind: 'member' },
  handler: async ({ subscription }) => ({ status: 200, body: body(subscription) }),
});

export const locationsList = operation({
  name: 'Subscriptions_ListLocations',
  method: 'GET',
  path: paths.locations,
  access: { kind: 'member' },
  handler: async ({ subscription }) => ({
    status: 200,
    body: {
      value: regions.map((region) => ({
        id: `/subscriptions/${subscription.subscriptionId}/locations/${region.name}`,
        name: region.name,
        type: 'Region',
        displayName: region.displayName,
        regionalDisplayName: `(${region.geographyGroup}) ${region.displayName}`,
        metadata: {
          regionType: region.physical ? 'Physical' : 'Logical',
          regionCategory: 'Recommended',
          geographyGroup: region.geographyGroup,
        },
      })),
    },
  }),
});
