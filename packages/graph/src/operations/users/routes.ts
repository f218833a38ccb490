import { countOptions, listOptions, objectOptions } from '../../odata/options.ts';
import type { Route } from '../../operation.ts';
import { permissions, type Permission } from '../../permissions.ts';
import { membershipRoutes } from '../memberships.ts';
import { mixedListRoutes } from '../mixed-lists.ts';
import { createUser } from './create.ts';
import { deleteUser } from './delete.ts';
import { countUsers, getUser, listUsers } from './read.ts';
import { changePassword, revokeSignInSessions } from './sessions.ts';
import { updateUser } from './update.ts';

/** What `/me` and `/users/{id}` have in common beside the user himself. */
const relationRoutes = (prefix: string, permission: Permission): readonly Route[] => [
  ...membershipRoutes(prefix, permission),
  // https://learn.microsoft.com/graph/api/user-list-ownedobjects
  ...mixedListRoutes({
    path: `${prefix}/ownedObjects`,
    permission,
    ids: ({ directory, caller, keys }) => directory.owners.ofMember(caller.tenantId, keys['id'] ?? ''),
    types: ['group', 'application', 'servicePrincipal'],
  }),
  { method: 'POST', path: `${prefix}/revokeSignInSessions`, permission: permissions.revokeSessions, run: revokeSignInSessions },
];

export const userRoutes: readonly Route[] = [
  { method: 'GET', path: 'me', permission: permissions.readMe, options: objectOptions, run: getUser },
  { method: 'PATCH', path: 'me', permission: permissions.updateMe, run: updateUser },
  { method: 'POST', path: 'me/changePassword', permission: permissions.changeMyPassword, run: changePassword },
  ...relationRoutes('me', permissions.readMyMemberships),
  { method: 'GET', path: 'users', permission: permissions.readUsers, options: listOptions, run: listUsers },
  { method: 'POST', path: 'users', permission: permissions.createUser, run: createUser },
  { method: 'GET', path: 'users/$count', permission: permissions.readUsers, options: countOptions, run: countUsers },
  { method: 'GET', path: 'users/{id}', permission: permissions.readUsers, options: objectOptions, run: getUser },
  { method: 'PATCH', path: 'users/{id}', permission: permissions.updateUser, run: updateUser },
  { method: 'DELETE', path: 'users/{id}', permission: permissions.deleteUser, run: deleteUser },
  ...relationRoutes('users/{id}', permissions.readUserMemberships),
];
