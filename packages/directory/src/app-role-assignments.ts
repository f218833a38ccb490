import { isGuid, newGuid } from '@podpass/kernel';
import { transactionOf } from '@podpass/store';
import { assignmentKey } from './deletion.ts';
import type { Directory } from './directory-types.ts';
import { joined } from './keys.ts';
import { findObject, principalTypeOf, writeBetween } from './objects.ts';
import { resourceOf } from './resources.ts';
import { conflict, invalid, notFound } from './rules/problems.ts';
import type { State } from './state.ts';
import type { AppRole, AppRoleAssignment, PrincipalType } from './types.ts';

/** Stands for access without a particular role. */
export const noRole = '00000000-0000-0000-0000-000000000000';

/** Grants of application roles to users, groups and service principals. */
export const appRoleAssignmentActions = (state: State): Directory['appRoleAssignments'] => {
  const { roleAssignments, store } = state;
  const byId = (tenantId: string, id: string) => roleAssignments.byId(joined(tenantId, id))[0];
  return {
    byId,
    ofPrincipal: (tenantId, principalId) => roleAssignments.byPrincipal(joined(tenantId, principalId)),
    ofResource: (tenantId, resourceId) => roleAssignments.byResource(joined(tenantId, resourceId)),
    create: (wanted) => assign(state, wanted),
    async delete(tenantId, id) {
      const present = byId(tenantId, id);
      if (!present) return false;
      const operation = roleAssignments.written.deleteOperation(assignmentKey(present));
      return (await store.txn(transactionOf([operation]))).events.length > 0;
    },
    rolesOf: rolesOf(state),
  };
};

const assign = async (state: State, wanted: Parameters<Directory['appRoleAssignments']['create']>[0]): Promise<AppRoleAssignment> => {
  const { roleAssignments, servicePrincipals } = state;
  const principal = findObject(state, wanted.tenantId, wanted.principalId);
  const principalType = principalTypeOf(principal);
  if (!principal || !principalType) throw notFound('principalId', `There is no principal ${wanted.principalId} in the tenant.`);
  const resource = servicePrincipals.read.get(joined(wanted.tenantId, wanted.resourceId));
  if (!resource) throw notFound('resourceId', `There is no service principal ${wanted.resourceId} in the tenant.`);
  const roles = resourceOf(state, resource)?.appRoles ?? [];
  const appRoleId = wanted.appRoleId.toLowerCase();
  checkRole(roles, appRoleId, principalType);
  const assignment: AppRoleAssignment = {
    id: newGuid(),
    tenantId: resource.tenantId,
    principalId: principal.value.id,
    principalType,
    resourceId: resource.id,
    appRoleId,
    createdDateTime: state.clock.date().toISOString(),
  };
  const id = assignmentKey(assignment);
  const key = roleAssignments.written.key(id);
  const ids = [...new Set([assignment.principalId, assignment.resourceId])];
  await writeBetween(state, { tenantId: assignment.tenantId, ids, also: [key] }, (exists) => {
    if (exists(key)) throw conflict('appRoleId', 'Permission being assigned already exists on the object', 'InvalidUpdate');
    return [roleAssignments.written.putOperation(id, assignment)];
  });
  return assignment;
};

/**
 * The role must be one of the resource's, enabled, and meant for this kind of member; no role in particular can be given only where
 * there are none. Source: https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto
 */
const checkRole = (roles: readonly AppRole[], appRoleId: string, principalType: PrincipalType): void => {
  const wrong = () => invalid('appRoleId', 'Permission being assigned was not found on application', 'InvalidUpdate');
  if (!isGuid(appRoleId)) throw wrong();
  if (appRoleId === noRole) {
    if (roles.some(({ isEnabled }) => isEnabled)) throw wrong();
    return;
  }
  const memberType = principalType === 'ServicePrincipal' ? 'Application' : 'User';
  const role = roles.find(({ id }) => id.toLowerCase() === appRoleId);
  if (!role?.isEnabled || !role.allowedMemberTypes.includes(memberType)) throw wrong();
};

/** Answers that are remembered, at most. */
const mostRemembered = 10_000;
const none: readonly string[] = [];

/**
 * The values of a principal's roles. A user has those of his groups, too, but only of the groups that he is a direct member of: assignments
 * do not reach members of nested groups (https://learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal).
 */
const rolesOf = (state: State): Directory['appRoleAssignments']['rolesOf'] => {
  const { roleAssignments, members, applications, servicePrincipals, users } = state;
  const known = new Map<string, readonly string[]>();
  const forget = () => known.clear();
  for (const { read } of [roleAssignments, members, applications, servicePrincipals, users]) read.onChange(forget);

  const find = (tenantId: string, principalId: string, resourceId: string): readonly string[] => {
    const resource = servicePrincipals.read.get(joined(tenantId, resourceId));
    const roles = resource && resourceOf(state, resource)?.appRoles;
    if (!roles) return none;
    const principal = joined(tenantId, principalId);
    const groups = users.read.get(principal) ? members.byMember(principal).map((edge) => joined(edge.tenantId, edge.objectId)) : [];
    const assigned = [principal, ...groups]
      .flatMap((key) => roleAssignments.byPrincipal(key))
      .filter((each) => each.resourceId === resource.id);
    const ids = new Set(assigned.map(({ appRoleId }) => appRoleId));
    return roles
      .flatMap(({ id, value, isEnabled }) => (isEnabled && value !== null && ids.has(id.toLowerCase()) ? [value] : []))
      .toSorted();
  };

  return (tenantId, principalId, resourceId) => {
    const principal = joined(tenantId, principalId);
    // Most principals have nothing: that is known without looking at the resource.
    if (roleAssignments.byPrincipal(principal).length === 0 && members.byMember(principal).length === 0) return none;
    const key = joined(principal, resourceId);
    const found = known.get(key);
    if (found) return found;
    const values = find(tenantId, principalId, resourceId);
    if (known.size >= mostRemembered) known.clear();
    known.set(key, values);
    return values;
  };
};
