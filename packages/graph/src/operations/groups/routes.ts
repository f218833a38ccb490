import { countOptions, listOptions, objectOptions } from '../../odata/options.ts';
import type { Route } from '../../operation.ts';
import { permissions } from '../../permissions.ts';
import type { GraphRequest } from '../../request.ts';
import { membershipRoutes } from '../memberships.ts';
import { mixedListRoutes } from '../mixed-lists.ts';
import { createGroup } from './create.ts';
import { deleteGroup } from './delete.ts';
import { addMember, addOwner, removeMember, removeOwner } from './members.ts';
import { countGroups, getGroup, listGroups } from './read.ts';
import { updateGroup } from './update.ts';

const related =
  (relation: 'members' | 'owners') =>
  ({ directory, caller, keys }: GraphRequest): readonly string[] =>
    directory[relation].of(caller.tenantId, keys['id'] ?? '');

export const groupRoutes: readonly Route[] = [
  { method: 'GET', path: 'groups', permission: permissions.readGroups, options: listOptions, run: listGroups },
  { method: 'POST', path: 'groups', permission: permissions.createGroup, run: createGroup },
  { method: 'GET', path: 'groups/$count', permission: permissions.readGroups, options: countOptions, run: countGroups },
  { method: 'GET', path: 'groups/{id}', permission: permissions.readGroups, options: objectOptions, run: getGroup },
  { method: 'PATCH', path: 'groups/{id}', permission: permissions.manageGroup, run: updateGroup },
  { method: 'DELETE', path: 'groups/{id}', permission: permissions.deleteGroup, run: deleteGroup },
  // https://learn.microsoft.com/graph/api/group-list-members
  ...mixedListRoutes({
    path: 'groups/{id}/members',
    permission: permissions.readGroups,
    ids: related('members'),
    types: ['user', 'group', 'servicePrincipal'],
  }),
  { method: 'POST', path: 'groups/{id}/members/$ref', permission: permissions.manageGroupMembers, run: addMember },
  { method: 'DELETE', path: 'groups/{id}/members/{memberId}/$ref', permission: permissions.manageGroupMembers, run: removeMember },
  // https://learn.microsoft.com/graph/api/group-list-transitivemembers
  ...mixedListRoutes({
    path: 'groups/{id}/transitiveMembers',
    permission: permissions.readGroups,
    ids: ({ directory, caller, keys }) => directory.members.transitiveMembersOf(caller.tenantId, keys['id'] ?? ''),
    types: ['user', 'group', 'servicePrincipal'],
  }),
  // https://learn.microsoft.com/graph/api/group-list-owners
  ...mixedListRoutes({
    path: 'groups/{id}/owners',
    permission: permissions.readGroups,
    ids: related('owners'),
    types: ['user', 'servicePrincipal'],
  }),
  { method: 'POST', path: 'groups/{id}/owners/$ref', permission: permissions.manageGroup, run: addOwner },
  { method: 'DELETE', path: 'groups/{id}/owners/{ownerId}/$ref', permission: permissions.manageGroup, run: removeOwner },
  ...membershipRoutes('groups/{id}', permissions.readGroups),
];
