import { isGuid } from '@podpass/kernel';
import type { Answer } from '@podpass/http';
import { readBody, readOptionalBody } from '../body.ts';
import { GraphError } from '../errors.ts';
import { rolesHeldBy } from '../kinds/directory-role.ts';
import type { Route } from '../operation.ts';
import type { Permission } from '../permissions.ts';
import { scopeOf, values, type GraphRequest } from '../request.ts';
import { flag, isOwnAnnotation, record } from '../values.ts';
import { mostGroupIds } from '../wire.ts';
import { mixedListRoutes } from './mixed-lists.ts';

const idOf = ({ keys }: GraphRequest): string => keys['id'] ?? '';

const groupsOf = (request: GraphRequest): readonly string[] =>
  request.directory.members.transitiveGroupsOf(request.caller.tenantId, idOf(request));
const rolesOf = (request: GraphRequest) =>
  rolesHeldBy(scopeOf(request), idOf(request)).map((value) => ({ kind: 'directoryRole' as const, value }));
const groupsAndRolesOf = (request: GraphRequest): readonly string[] => [
  ...groupsOf(request),
  ...rolesHeldBy(scopeOf(request), idOf(request)).map(({ id }) => id),
];

/** Groups and roles of the object `prefix`: lists and the actions that count nested groups in. */
export const membershipRoutes = (prefix: string, permission: Permission): readonly Route[] => [
  // https://learn.microsoft.com/graph/api/user-list-memberof
  ...mixedListRoutes({
    path: `${prefix}/memberOf`,
    permission,
    ids: (request) => request.directory.members.ofMember(request.caller.tenantId, idOf(request)),
    further: rolesOf,
    types: ['group', 'directoryRole'],
  }),
  // https://learn.microsoft.com/graph/api/user-list-transitivememberof
  ...mixedListRoutes({
    path: `${prefix}/transitiveMemberOf`,
    permission,
    ids: groupsOf,
    further: rolesOf,
    types: ['group', 'directoryRole'],
  }),
  ...membershipActionRoutes(prefix, permission),
];

/** https://learn.microsoft.com/graph/api/directoryobject-getmembergroups and the three beside it. */
export const membershipActionRoutes = (prefix: string, permission: Permission): readonly Route[] => [
  { method: 'POST', path: `${prefix}/getMemberGroups`, permission, reads: true, run: (request) => getMember(request, groupsOf) },
  { method: 'POST', path: `${prefix}/getMemberObjects`, permission, reads: true, run: (request) => getMember(request, groupsAndRolesOf) },
  {
    method: 'POST',
    path: `${prefix}/checkMemberGroups`,
    permission,
    reads: true,
    run: (request) => checkMember(request, 'groupIds', groupsOf),
  },
  {
    method: 'POST',
    path: `${prefix}/checkMemberObjects`,
    permission,
    reads: true,
    run: (request) => checkMember(request, 'ids', groupsAndRolesOf),
  },
];

/** All groups here are security groups, so `securityEnabledOnly` leaves out nothing but directory roles. */
const getMember = (request: GraphRequest, ids: (request: GraphRequest) => readonly string[]): Answer => {
  const body = readOptionalBody(request.exchange);
  const { securityEnabledOnly = false } = record({ securityEnabledOnly: flag }, { ignored: isOwnAnnotation })(body, {
    resource: 'DirectoryObject',
    property: '',
  });
  return values(request, 'Edm.String', securityEnabledOnly ? groupsOf(request) : ids(request));
};

const checkMember = (request: GraphRequest, property: string, ids: (request: GraphRequest) => readonly string[]): Answer => {
  const asked = readBody(request.exchange)[property];
  const good = Array.isArray(asked) && asked.length > 0 && asked.length <= mostGroupIds;
  if (!good || !asked.every((id): id is string => typeof id === 'string' && isGuid(id))) throw new GraphError('badGroupIds', { property });
  const own = new Set(ids(request));
  return values(
    request,
    'Edm.String',
    [...new Set(asked.map((id) => id.toLowerCase()))].filter((id) => own.has(id)),
  );
};
