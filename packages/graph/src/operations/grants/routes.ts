import { listOptions, objectOptions } from '../../odata/options.ts';
import type { Route } from '../../operation.ts';
import type { Permission } from '../../permissions.ts';
import { assignRole, unassignRole, type AssignmentList } from './assign.ts';
import { createGrant, deleteGrant, getGrant, listGrants, listGrantsOfClient, listGrantsOfUser, updateGrant } from './permission-grants.ts';
import { grantPermissions as needs } from './permissions.ts';
import { getAssignment, listAssignments } from './read-assignments.ts';

/** The operations on the app role assignments of one kind of object. */
const assignmentRoutes = (path: string, read: Permission, list: AssignmentList): readonly Route[] => [
  { method: 'GET', path, permission: read, options: listOptions, run: listAssignments(list) },
  { method: 'GET', path: `${path}/{assignment}`, permission: read, options: objectOptions, run: getAssignment(list) },
  { method: 'POST', path, permission: needs.writeAssignments, run: assignRole(list) },
  { method: 'DELETE', path: `${path}/{assignment}`, permission: needs.writeAssignments, run: unassignRole(list) },
];

const ofPrincipal = (set: string): AssignmentList => ({ set: (id) => `${set}('${id}')/appRoleAssignments`, end: 'principal' });

/**
 * Grants of app roles and of delegated permissions.
 * https://learn.microsoft.com/graph/api/resources/approleassignment , https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant
 */
export const grantRoutes: readonly Route[] = [
  ...['servicePrincipals', 'users', 'groups'].flatMap((set) =>
    assignmentRoutes(`${set}/{id}/appRoleAssignments`, needs.readAssignments, ofPrincipal(set)),
  ),
  ...assignmentRoutes('servicePrincipals/{id}/appRoleAssignedTo', needs.readAssignments, {
    set: (id) => `servicePrincipals('${id}')/appRoleAssignedTo`,
    end: 'resource',
  }),
  {
    method: 'GET',
    path: 'me/appRoleAssignments',
    permission: needs.readMyAssignments,
    options: listOptions,
    run: listAssignments(ofPrincipal('users')),
  },
  { method: 'GET', path: 'oauth2PermissionGrants', permission: needs.readGrants, options: listOptions, run: listGrants },
  { method: 'POST', path: 'oauth2PermissionGrants', permission: needs.writeGrants, run: createGrant },
  { method: 'GET', path: 'oauth2PermissionGrants/{id}', permission: needs.readGrants, options: objectOptions, run: getGrant },
  { method: 'PATCH', path: 'oauth2PermissionGrants/{id}', permission: needs.writeGrants, run: updateGrant },
  { method: 'DELETE', path: 'oauth2PermissionGrants/{id}', permission: needs.writeGrants, run: deleteGrant },
  {
    method: 'GET',
    path: 'servicePrincipals/{id}/oauth2PermissionGrants',
    permission: needs.readGrants,
    options: listOptions,
    run: listGrantsOfClient,
  },
  { method: 'GET', path: 'users/{id}/oauth2PermissionGrants', permission: needs.readGrants, options: listOptions, run: listGrantsOfUser },
  { method: 'GET', path: 'me/oauth2PermissionGrants', permission: needs.readGrants, options: listOptions, run: listGrantsOfUser },
];
