import { groupType, operation, type GroupState } from '@podpass/arm';
import { groupBody } from './group.ts';
import { page, readTagFilter } from './paging.ts';
import { paths } from './wire.ts';

const action = 'Microsoft.Resources/subscriptions/resourceGroups/read';

export const groupGet = operation({
  name: 'ResourceGroups_Get',
  method: 'GET',
  path: paths.group,
  access: { kind: 'action', action },
  handler: async ({ group }) => ({ status: 200, body: groupBody(group) }),
});

/** 204 or 404: `az group exists` reads the status only. */
export const groupExists = operation({
  name: 'ResourceGroups_CheckExistence',
  method: 'HEAD',
  path: paths.group,
  access: { kind: 'action', action },
  needsGroup: false,
  handler: async ({ arm, param, subscription }) => ({
    status: arm.resources.group(subscription.subscriptionId, param('resourceGroupName')) === undefined ? 404 : 204,
  }),
});

export const groupsList = operation({
  name: 'ResourceGroups_List',
  method: 'GET',
  path: paths.groups,
  access: { kind: 'action', action, trim: true },
  handler: async (request) => {
    const { arm, query, subscription } = request;
    const groups = arm.resources
      .of<GroupState>(groupType)
      .list({ subscriptionId: subscription.subscriptionId })
      .filter(readTagFilter(query))
      .map(groupBody);
    return { status: 200, body: page(groups, request) };
  },
});
