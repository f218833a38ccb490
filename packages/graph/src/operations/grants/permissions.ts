import type { Permission, DirectoryRoleName } from '../../permissions.ts';

const directoryRead = ['Directory.Read.All', 'Directory.ReadWrite.All'] as const;

/**
 * What the operations on grants need. Scopes and application permissions: the pages under https://learn.microsoft.com/graph/api/ of
 * appRoleAssignment and oAuth2PermissionGrant, and `Directory.AccessAsUser.All`, with which the Azure CLI acts as its user.
 */
export const grantPermissions = {
  readAssignments: {
    scopes: [
      'Application.Read.All',
      'Application.ReadWrite.All',
      'AppRoleAssignment.ReadWrite.All',
      'Directory.AccessAsUser.All',
      ...directoryRead,
    ],
    users: ['member'],
    roles: ['Application.Read.All', 'Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', ...directoryRead],
  },
  /** Which users may depends on the resource: see `assigningRoles`. */
  writeAssignments: {
    scopes: ['AppRoleAssignment.ReadWrite.All', 'Directory.AccessAsUser.All'],
    users: ['member'],
    roles: ['AppRoleAssignment.ReadWrite.All'],
  },
  readMyAssignments: {
    scopes: ['User.Read', 'Directory.AccessAsUser.All', 'AppRoleAssignment.ReadWrite.All', ...directoryRead],
    users: ['self'],
    roles: [],
  },
  readGrants: {
    scopes: ['DelegatedPermissionGrant.Read.All', 'DelegatedPermissionGrant.ReadWrite.All', 'Directory.AccessAsUser.All', ...directoryRead],
    users: ['member'],
    roles: ['DelegatedPermissionGrant.Read.All', 'DelegatedPermissionGrant.ReadWrite.All', ...directoryRead],
  },
  writeGrants: {
    scopes: ['DelegatedPermissionGrant.ReadWrite.All', 'Directory.AccessAsUser.All', 'Directory.ReadWrite.All'],
    users: ['globalAdministrator', 'privilegedRoleAdministrator', 'applicationAdministrator', 'cloudApplicationAdministrator'],
    roles: ['DelegatedPermissionGrant.ReadWrite.All', 'Directory.ReadWrite.All'],
  },
} as const satisfies Readonly<Record<string, Permission>>;

/**
 * Users who assign app roles, beside the owners of the resource's service principal. Roles of Microsoft Graph make their holder as mighty as an administrator:
 * those who only manage applications must not grant them.
 * https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference#application-administrator
 */
export const assigningRoles = {
  ofGraph: ['globalAdministrator', 'privilegedRoleAdministrator'],
  ofOthers: ['globalAdministrator', 'privilegedRoleAdministrator', 'applicationAdministrator', 'cloudApplicationAdministrator'],
} as const satisfies Readonly<Record<string, readonly DirectoryRoleName[]>>;
