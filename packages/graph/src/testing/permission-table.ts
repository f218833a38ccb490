/** Callers of the permission table. Users hold the scope of all that a user may (`Directory.AccessAsUser.All`), except `narrow`. */
export const userCallers = [
  'member',
  /** Is the user of the path. */
  'self',
  /** Owns the object of the path. */
  'owner',
  'globalAdministrator',
  'userAdministrator',
  'groupsAdministrator',
  'applicationAdministrator',
  'cloudApplicationAdministrator',
  'privilegedRoleAdministrator',
  'directoryReaders',
  /** A Global Administrator whose token is for signing in only (`User.Read`). */
  'narrow',
] as const;
/** Applications by the one application permission in their token; `owning` ones own the object of the path. */
export const appCallers = [
  'none',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
  'User.ReadWrite.All',
  'Group.ReadWrite.All',
  'GroupMember.ReadWrite.All',
  'Application.ReadWrite.All',
  'Application.ReadWrite.OwnedBy',
  'owning Application.ReadWrite.OwnedBy',
] as const;
export type CallerName = (typeof userCallers)[number] | (typeof appCallers)[number];

interface Row {
  readonly routes: readonly string[];
  readonly may: readonly CallerName[];
}

const users: readonly CallerName[] = userCallers.filter((name) => name !== 'narrow');
const directory: readonly CallerName[] = ['Directory.Read.All', 'Directory.ReadWrite.All'];
const ownedBy: readonly CallerName[] = ['Application.ReadWrite.OwnedBy', 'owning Application.ReadWrite.OwnedBy'];

/** The routes of a list of several kinds. */
const list = (path: string, ...types: readonly string[]): readonly string[] =>
  [path, ...types.map((type) => `${path}/microsoft.graph.${type}`)].flatMap((one) => [`GET ${one}`, `GET ${one}/$count`]);

const actions = (prefix: string): readonly string[] =>
  ['getMemberGroups', 'getMemberObjects', 'checkMemberGroups', 'checkMemberObjects'].map((action) => `POST ${prefix}/${action}`);

const memberships = (prefix: string): readonly string[] => [
  ...list(`${prefix}/memberOf`, 'group', 'directoryRole'),
  ...list(`${prefix}/transitiveMemberOf`, 'group', 'directoryRole'),
  ...actions(prefix),
];

const owned = (prefix: string): readonly string[] => list(`${prefix}/ownedObjects`, 'group', 'application', 'servicePrincipal');
const three = ['user', 'group', 'servicePrincipal'] as const;

const assignments = (methods: readonly string[]): readonly string[] =>
  [
    'servicePrincipals/{id}/appRoleAssignments',
    'users/{id}/appRoleAssignments',
    'groups/{id}/appRoleAssignments',
    'servicePrincipals/{id}/appRoleAssignedTo',
  ].flatMap((path) => methods.map((method) => method.replace('PATH', path)));

const managed = (set: string): readonly string[] => [
  `PATCH ${set}/{id}`,
  `DELETE ${set}/{id}`,
  ...['addPassword', 'removePassword', 'addKey', 'removeKey', 'owners/$ref'].map((action) => `POST ${set}/{id}/${action}`),
  `DELETE ${set}/{id}/owners/{owner}/$ref`,
];

/**
 * Who may use which operation, as far as the route alone tells. What depends on the content of a request, such as which properties a user may change of himself, is tested with
 * the operation.
 */
export const permissionTable: readonly Row[] = [
  {
    routes: ['GET me', 'PATCH me', 'POST me/changePassword', 'GET me/appRoleAssignments', ...memberships('me'), ...owned('me')],
    may: ['self'],
  },
  {
    routes: ['POST me/revokeSignInSessions', 'POST users/{id}/revokeSignInSessions', 'PATCH users/{id}'],
    may: ['self', 'globalAdministrator', 'userAdministrator', 'Directory.ReadWrite.All', 'User.ReadWrite.All'],
  },
  { routes: ['GET users', 'GET users/$count', 'GET users/{id}'], may: [...users, ...directory, 'User.ReadWrite.All'] },
  { routes: [...memberships('users/{id}'), ...owned('users/{id}')], may: [...users, ...directory, 'User.ReadWrite.All'] },
  { routes: ['POST users'], may: ['globalAdministrator', 'userAdministrator', 'Directory.ReadWrite.All', 'User.ReadWrite.All'] },
  { routes: ['DELETE users/{id}'], may: ['globalAdministrator', 'userAdministrator', 'User.ReadWrite.All'] },
  {
    routes: [
      'GET groups',
      'GET groups/$count',
      'GET groups/{id}',
      ...list('groups/{id}/members', ...three),
      ...list('groups/{id}/transitiveMembers', ...three),
      ...list('groups/{id}/owners', 'user', 'servicePrincipal'),
      ...memberships('groups/{id}'),
    ],
    may: [...users, ...directory, 'Group.ReadWrite.All'],
  },
  { routes: ['POST groups'], may: [...users, 'Directory.ReadWrite.All', 'Group.ReadWrite.All'] },
  {
    routes: ['PATCH groups/{id}', 'POST groups/{id}/owners/$ref', 'DELETE groups/{id}/owners/{ownerId}/$ref'],
    may: ['owner', 'globalAdministrator', 'userAdministrator', 'groupsAdministrator', 'Directory.ReadWrite.All', 'Group.ReadWrite.All'],
  },
  {
    routes: ['DELETE groups/{id}'],
    may: ['owner', 'globalAdministrator', 'userAdministrator', 'groupsAdministrator', 'Group.ReadWrite.All'],
  },
  {
    routes: ['POST groups/{id}/members/$ref', 'DELETE groups/{id}/members/{memberId}/$ref'],
    may: [
      'owner',
      'globalAdministrator',
      'userAdministrator',
      'groupsAdministrator',
      'Directory.ReadWrite.All',
      'Group.ReadWrite.All',
      'GroupMember.ReadWrite.All',
    ],
  },
  {
    routes: [
      'POST directoryObjects/getByIds',
      'GET directoryObjects/{id}',
      ...actions('directoryObjects/{id}'),
      'GET directoryRoles',
      'GET directoryRoles/{id}',
      ...list('directoryRoles/{id}/members', ...three),
      'GET domains',
      'GET domains/{id}',
      'GET oauth2PermissionGrants',
      'GET oauth2PermissionGrants/{id}',
      'GET servicePrincipals/{id}/oauth2PermissionGrants',
      'GET users/{id}/oauth2PermissionGrants',
      'GET me/oauth2PermissionGrants',
    ],
    may: [...users, ...directory],
  },
  { routes: ['GET organization', 'GET organization/{id}'], may: [...users, 'narrow', ...directory] },
  { routes: ['POST $batch'], may: [...userCallers, ...appCallers] },
  {
    routes: [
      'GET applications',
      'GET applications/$count',
      'GET applications/{id}',
      ...list('applications/{id}/owners', 'user', 'servicePrincipal'),
      'GET applications/{id}/federatedIdentityCredentials',
      'GET applications/{id}/federatedIdentityCredentials/{credential}',
      'GET servicePrincipals',
      'GET servicePrincipals/$count',
      'GET servicePrincipals/{id}',
      ...list('servicePrincipals/{id}/owners', 'user', 'servicePrincipal'),
      ...memberships('servicePrincipals/{id}'),
      ...owned('servicePrincipals/{id}'),
    ],
    may: [...users, ...directory, 'Application.ReadWrite.All', ...ownedBy],
  },
  {
    routes: ['POST applications', 'POST servicePrincipals'],
    may: [...users, 'Directory.ReadWrite.All', 'Application.ReadWrite.All', ...ownedBy],
  },
  {
    routes: [
      ...managed('applications'),
      ...managed('servicePrincipals'),
      'POST applications/{id}/federatedIdentityCredentials',
      'PATCH applications/{id}/federatedIdentityCredentials/{credential}',
      'DELETE applications/{id}/federatedIdentityCredentials/{credential}',
    ],
    may: [
      'owner',
      'globalAdministrator',
      'applicationAdministrator',
      'cloudApplicationAdministrator',
      'Directory.ReadWrite.All',
      'Application.ReadWrite.All',
      'owning Application.ReadWrite.OwnedBy',
    ],
  },
  { routes: assignments(['GET PATH', 'GET PATH/{assignment}']), may: [...users, ...directory, 'Application.ReadWrite.All'] },
  // Which users may depends on the resource.
  { routes: assignments(['POST PATH', 'DELETE PATH/{assignment}']), may: users },
  {
    routes: ['POST oauth2PermissionGrants', 'PATCH oauth2PermissionGrants/{id}', 'DELETE oauth2PermissionGrants/{id}'],
    may: [
      'globalAdministrator',
      'privilegedRoleAdministrator',
      'applicationAdministrator',
      'cloudApplicationAdministrator',
      'Directory.ReadWrite.All',
    ],
  },
];
