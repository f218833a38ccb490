import { directoryRoleTemplates, type Caller, type Directory } from '@podpass/directory';
import { GraphError } from './errors.ts';

export type DirectoryRoleName = keyof typeof directoryRoleTemplates;

/**
 * What a user must be, beside having the scope: `member` (any enabled user of the tenant), `self` (the object `{id}` is himself), `owner` (of the
 * object `{id}`), or one of the directory roles. One is enough.
 */
type UserRight = 'member' | 'self' | 'owner' | DirectoryRoleName;

/** What an operation needs. */
export interface Permission {
  /** Nothing is asked of the caller: what happens is judged elsewhere. */
  readonly anyone?: true;
  /** Delegated callers: one of these in `scp`. Empty: users may not. */
  readonly scopes: readonly string[];
  /** Delegated callers: one of these rights of the user. */
  readonly users: readonly UserRight[];
  /** Application callers: one of these in `roles`. */
  readonly roles: readonly string[];
  /** Application callers: one of these in `roles`, for objects `{id}` that the caller's service principal owns (`Application.ReadWrite.OwnedBy`). */
  readonly ownedRoles?: readonly string[];
}

/** What the caller is in the directory now; nothing of it comes from the token but the object id. */
export interface Access {
  /** Whether the caller holds one of the directory roles. */
  readonly holds: (...roles: readonly DirectoryRoleName[]) => boolean;
  readonly owns: (objectId: string) => boolean;
  readonly isSelf: (objectId: string) => boolean;
  /** Whether the token is an application's and carries one of the application permissions. */
  readonly hasAppRole: (...roles: readonly string[]) => boolean;
  /** Whether the token is a user's and carries one of the delegated permissions. */
  readonly hasScope: (...scopes: readonly string[]) => boolean;
}

/** What the token says. */
type TokenAccess = Pick<Access, 'hasScope' | 'hasAppRole'>;

export const createAccess = (caller: Caller, directory: Directory): Access => {
  const { tenantId, objectId, kind, claims } = caller;
  const { scp, roles: granted } = claims;
  const scopes: readonly string[] = kind === 'user' && typeof scp === 'string' ? scp.split(' ') : [];
  const appRoles: readonly unknown[] = kind === 'app' && Array.isArray(granted) ? granted : [];
  return {
    holds: (...roles) => {
      const wanted = roles.map((role) => directoryRoleTemplates[role].id as string);
      return directory.directoryRoles.ofPrincipal(tenantId, objectId).some(({ roleTemplateId }) => wanted.includes(roleTemplateId));
    },
    owns: (id) => directory.owners.has(tenantId, id, objectId),
    isSelf: (id) => id === objectId,
    hasAppRole: (...roles) => roles.some((role) => appRoles.includes(role)),
    hasScope: (...wanted) => wanted.some((scope) => scopes.includes(scope)),
  };
};

/** Whether the token carries a permission for the operation, whatever its object. */
export const tokenAllows = (access: TokenAccess, { anyone, scopes, roles, ownedRoles = [] }: Permission): boolean =>
  anyone === true || access.hasScope(...scopes) || access.hasAppRole(...roles, ...ownedRoles);

/** Whether the caller may do it to the object `id` (undefined when the path names none). */
export const callerMay = (access: Access, permission: Permission, id: string | undefined): boolean => {
  const { anyone, scopes, users, roles, ownedRoles = [] } = permission;
  if (anyone) return true;
  if (access.hasAppRole(...roles)) return true;
  if (access.hasAppRole(...ownedRoles)) return id !== undefined && access.owns(id);
  return access.hasScope(...scopes) && users.some((right) => hasRight(access, right, id));
};

const hasRight = (access: Access, right: UserRight, id: string | undefined): boolean => {
  if (right === 'member') return true;
  if (right === 'self') return id !== undefined && access.isSelf(id);
  if (right === 'owner') return id !== undefined && access.owns(id);
  return access.holds(right);
};

/** Throws the 403 unless `allowed`: for what only the content of a request can tell. */
export const demand = (allowed: boolean): void => {
  if (!allowed) throw new GraphError('denied');
};

const directoryRead = ['Directory.Read.All', 'Directory.ReadWrite.All'] as const;
const directoryScopes = ['Directory.AccessAsUser.All', ...directoryRead] as const;
const directoryWriteScopes = ['Directory.AccessAsUser.All', 'Directory.ReadWrite.All'] as const;

/**
 * The application and delegated permissions of each operation, from its page under https://learn.microsoft.com/graph/api/ (section
 * Permissions); users' own rights from https://learn.microsoft.com/entra/fundamentals/users-default-permissions and
 * https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference .
 */
export const permissions = {
  readMe: {
    scopes: ['User.Read', 'User.ReadWrite', 'User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...directoryScopes],
    users: ['self'],
    roles: [],
  },
  readUsers: {
    scopes: ['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...directoryScopes],
    users: ['member'],
    roles: ['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...directoryRead],
  },
  readUserMemberships: {
    scopes: ['User.Read.All', 'User.ReadWrite.All', 'GroupMember.Read.All', 'Group.Read.All', 'Group.ReadWrite.All', ...directoryScopes],
    users: ['member'],
    roles: ['User.Read.All', 'User.ReadWrite.All', ...directoryRead],
  },
  readMyMemberships: {
    scopes: [
      'User.Read',
      'User.ReadWrite',
      'User.Read.All',
      'User.ReadWrite.All',
      'GroupMember.Read.All',
      'Group.Read.All',
      'Group.ReadWrite.All',
      ...directoryScopes,
    ],
    users: ['self'],
    roles: [],
  },
  createUser: {
    scopes: ['User.ReadWrite.All', ...directoryWriteScopes],
    users: ['globalAdministrator', 'userAdministrator'],
    roles: ['User.ReadWrite.All', 'Directory.ReadWrite.All'],
  },
  /** What a user may change of himself is looked at by property. */
  updateUser: {
    scopes: ['User.ReadWrite', 'User.ReadWrite.All', ...directoryWriteScopes],
    users: ['self', 'globalAdministrator', 'userAdministrator'],
    roles: ['User.ReadWrite.All', 'Directory.ReadWrite.All'],
  },
  updateMe: { scopes: ['User.ReadWrite', 'User.ReadWrite.All', ...directoryWriteScopes], users: ['self'], roles: [] },
  deleteUser: {
    scopes: ['User.ReadWrite.All', 'Directory.AccessAsUser.All'],
    users: ['globalAdministrator', 'userAdministrator'],
    roles: ['User.ReadWrite.All'],
  },
  changeMyPassword: {
    scopes: ['Directory.AccessAsUser.All', 'User-PasswordProfile.ReadWrite.All'],
    users: ['self'],
    roles: [],
  },
  revokeSessions: {
    scopes: ['User.RevokeSessions.All', 'User.ReadWrite.All', ...directoryWriteScopes],
    users: ['self', 'globalAdministrator', 'userAdministrator'],
    roles: ['User.RevokeSessions.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
  },
  readGroups: {
    scopes: ['GroupMember.Read.All', 'Group.Read.All', 'Group.ReadWrite.All', ...directoryScopes],
    users: ['member'],
    roles: ['GroupMember.Read.All', 'Group.Read.All', 'Group.ReadWrite.All', ...directoryRead],
  },
  createGroup: {
    scopes: ['Group.ReadWrite.All', ...directoryWriteScopes],
    users: ['member'],
    roles: ['Group.Create', 'Group.ReadWrite.All', 'Directory.ReadWrite.All'],
  },
  manageGroup: {
    scopes: ['Group.ReadWrite.All', ...directoryWriteScopes],
    users: ['owner', 'globalAdministrator', 'userAdministrator', 'groupsAdministrator'],
    roles: ['Group.ReadWrite.All', 'Directory.ReadWrite.All'],
  },
  deleteGroup: {
    scopes: ['Group.ReadWrite.All', 'Directory.AccessAsUser.All'],
    users: ['owner', 'globalAdministrator', 'userAdministrator', 'groupsAdministrator'],
    roles: ['Group.ReadWrite.All'],
  },
  manageGroupMembers: {
    scopes: ['GroupMember.ReadWrite.All', 'Group.ReadWrite.All', ...directoryWriteScopes],
    users: ['owner', 'globalAdministrator', 'userAdministrator', 'groupsAdministrator'],
    roles: ['GroupMember.ReadWrite.All', 'Group.ReadWrite.All', 'Directory.ReadWrite.All'],
  },
  readObjects: { scopes: directoryScopes, users: ['member'], roles: directoryRead },
  readOrganization: {
    scopes: ['User.Read', 'Organization.Read.All', 'Organization.ReadWrite.All', ...directoryScopes],
    users: ['member'],
    roles: ['Organization.Read.All', 'Organization.ReadWrite.All', ...directoryRead],
  },
  readDomains: {
    scopes: ['Domain.Read.All', 'Domain.ReadWrite.All', ...directoryScopes],
    users: ['member'],
    roles: ['Domain.Read.All', 'Domain.ReadWrite.All', ...directoryRead],
  },
  readDirectoryRoles: {
    scopes: ['RoleManagement.Read.Directory', 'RoleManagement.ReadWrite.Directory', ...directoryScopes],
    users: ['member'],
    roles: ['RoleManagement.Read.Directory', 'RoleManagement.ReadWrite.Directory', ...directoryRead],
  },
  /** Reading applications and service principals. */
  readApplications: {
    scopes: ['Application.Read.All', 'Application.ReadWrite.All', ...directoryScopes],
    users: ['member'],
    roles: ['Application.Read.All', 'Application.ReadWrite.All', 'Application.ReadWrite.OwnedBy', ...directoryRead],
  },
  /** Registering an application: every member may, and becomes its owner. */
  createApplication: {
    scopes: ['Application.ReadWrite.All', ...directoryWriteScopes],
    users: ['member'],
    roles: ['Application.ReadWrite.All', 'Application.ReadWrite.OwnedBy', 'Directory.ReadWrite.All'],
  },
  /** Changing, deleting, credentials, owners, federated credentials of an application or service principal `{id}`. */
  manageApplication: {
    scopes: ['Application.ReadWrite.All', ...directoryWriteScopes],
    users: ['owner', 'globalAdministrator', 'applicationAdministrator', 'cloudApplicationAdministrator'],
    roles: ['Application.ReadWrite.All', 'Directory.ReadWrite.All'],
    ownedRoles: ['Application.ReadWrite.OwnedBy'],
  },
  /** The batch itself needs nothing: each of its requests is judged by itself. */
  batch: { anyone: true, scopes: [], users: [], roles: [] },
} as const satisfies Readonly<Record<string, Permission>>;
