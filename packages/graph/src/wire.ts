/**
 * Names, limits and permissions of the Microsoft Graph v1.0 wire.
 * Source: https://learn.microsoft.com/graph/api/overview?view=graph-rest-1.0
 */
export const graphHost = 'graph.microsoft.com';
/** Audiences of tokens for Graph: its URI and its application id. */
export const graphAudiences = ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000'] as const;

export const bodyLimit = 256 * 1024;
export const pageSize = { standard: 100, most: 999 } as const;
/** Ids of one getByIds request. */
export const mostIds = 1000;
/** Characters of a filter or a selection. */
export const queryLimit = 2000;

/** Query options that are understood; every other one that begins with `$` is refused. */
export const queryOptions: ReadonlySet<string> = new Set(['$filter', '$select', '$top', '$skiptoken']);

/** Types that getByIds may be restricted to. */
export const objectTypes: ReadonlySet<string> = new Set([
  'user',
  'group',
  'serviceprincipal',
  'application',
  'device',
  'directoryobject',
  'directoryobjectpartnerreference',
]);

/** Collections that Microsoft Graph has and Podpass does not offer: refused as such, not as unknown. */
export const absentCollections: ReadonlySet<string> = new Set([
  'groups',
  'applications',
  'devices',
  'directoryroles',
  'directory',
  'organization',
  'domains',
  'oauth2permissiongrants',
  'rolemanagement',
  'policies',
  'auditlogs',
  'subscribedskus',
  'directoryobjects',
  '$batch',
]);
