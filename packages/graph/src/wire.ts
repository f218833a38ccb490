/**
 * Names and limits of the Microsoft Graph v1.0 wire.
 * Source: https://learn.microsoft.com/graph/api/overview?view=graph-rest-1.0
 */
export const graphHost = 'graph.microsoft.com';
/** Audiences of tokens for Graph: its URI and its application id. */
export const graphAudiences = ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000'] as const;

export const bodyLimit = 256 * 1024;
/** `expanded`: of lists with `$expand`, this service's own. */
export const pageSize = { standard: 100, most: 999, expanded: 100 } as const;
/** Ids of one getByIds request; of one checkMemberGroups request; of one `…@odata.bind`. */
export const mostIds = 1000;
export const mostGroupIds = 20;
export const mostBindings = 20;
/** Related objects that an expansion sends. https://learn.microsoft.com/graph/query-parameters#expand-parameter */
export const mostExpanded = 20;

/**
 * Bounds of `$filter`. `clauses`: alternatives, https://learn.microsoft.com/graph/filter-query-parameter ; `tests` (of one object, in all) and the others are this
 * service's own.
 */
export const filterLimits = { characters: 4000, depth: 16, clauses: 15, tests: 60 } as const;
/** Characters of any other query option. */
export const queryLimit = 2000;
/** Characters of `$skiptoken`, which holds what an ordered list compares. */
export const tokenLimit = 6000;
/** Objects that one request looks at: at most so many before it answers with a shorter page and a nextLink. */
export const scanLimits = { page: 500, perRequest: 20_000, whole: 250_000 } as const;

/** Objects that one member who is no administrator may make. https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions */
export const directoryQuota = 250;

/**
 * Characters of one answer, and of the answers of one batch. This service's own: an application may hold as much as a body brings, and a page of a thousand such would
 * fill the memory. Lists go on by nextLink.
 */
export const answerLimits = { list: 4 * 1024 * 1024, batch: 16 * 1024 * 1024 } as const;

/** Requests of one batch. https://learn.microsoft.com/graph/json-batching */
export const mostBatched = 20;

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
  'administrativeunits',
  'auditlogs',
  'contacts',
  'contracts',
  'devices',
  'directory',
  'directoryroletemplates',
  'grouplifecyclepolicies',
  'groupsettings',
  'groupsettingtemplates',
  'identity',
  'identitygovernance',
  'identityprotection',
  'invitations',
  'policies',
  'reports',
  'rolemanagement',
  'schemaextensions',
  'serviceprincipalriskdetections',
  'sites',
  'subscribedskus',
  'subscriptions',
  'teams',
  'tenantrelationships',
]);
