import { azureTime, fail as armFail, formatId, outermost, typeOf, type ArmRequest, type ArmServices, type ParsedId } from '@podpass/arm';
import { scopeKey, type Authorization, type RoleAssignment } from '@podpass/authorization';
import { fail } from './errors.ts';
import { definitionId, types } from './wire.ts';

/** What the provider stands on besides ARM. */
export interface AuthorizationDependencies {
  readonly authorization: Pick<Authorization, 'assignments' | 'definitions'>;
}

/** The subscription in whose name role definitions are written; undefined above subscriptions. */
export const subscriptionOf = ({ target }: ArmRequest): string | undefined =>
  target.kind === 'root' || target.kind === 'management-group' ? undefined : target.subscriptionId?.toLowerCase();

const time = (iso: string) => azureTime(Date.parse(iso));

/** The wire form of an assignment. Lists of definitions at the same scope write the same `roleDefinitionId`. */
export const assignmentBody = (row: RoleAssignment, request: ArmRequest, options: { readonly created?: boolean } = {}) => ({
  id: `${row.scope === '/' ? '' : row.scope}/providers/${types.assignment}/${row.name}`,
  name: row.name,
  type: types.assignment,
  properties: {
    roleDefinitionId: definitionId(subscriptionOf(request), row.roleId),
    principalId: row.principalId,
    principalType: row.principalType,
    scope: row.scope,
    condition: null,
    conditionVersion: null,
    createdOn: time(row.createdOn),
    updatedOn: time(row.updatedOn),
    createdBy: options.created === true ? null : (row.createdBy ?? null),
    updatedBy: row.updatedBy ?? null,
    delegatedManagedIdentityResourceId: null,
    description: row.description ?? null,
  },
});

/** The assignment of that name at that very scope; an assignment elsewhere is not found here. */
export const findAssignment = (request: ArmRequest, { authorization }: AuthorizationDependencies): RoleAssignment | undefined => {
  const row = authorization.assignments.get(request.caller.tenantId, request.param('roleAssignmentName'));
  return row !== undefined && scopeKey(row.scope) === scopeKey(request.targetId) ? row : undefined;
};

const requireGroup = ({ subscriptionId, group: name }: Extract<ParsedId, { kind: 'group' }>, arm: ArmServices): void => {
  const group = arm.resources.group(subscriptionId, name);
  if (group === undefined) throw armFail('ResourceGroupNotFound', { group: name });
  if (group.state.provisioningState === 'Deleting') throw armFail('ResourceGroupBeingDeleted', { group: name });
};

/**
 * Roles can be assigned at resources that exist. What lies below a resource, such as a single secret, need not: the
 * resource manager does not know it. There are no management groups. Throws `ResourceNotFound` and its likes.
 */
export const requireTarget = ({ target, arm }: ArmRequest): void => {
  if (target.kind === 'management-group') throw fail('ManagementGroupNotFound', { group: target.name });
  if (target.kind === 'group') requireGroup(target, arm);
  if (target.kind !== 'resource') return;
  const top = outermost(target);
  if (arm.resources.get(formatId(top)) !== undefined) return;
  throw armFail('ResourceNotFound', { type: typeOf(top), name: top.path[0]?.name ?? '', group: top.group ?? '' });
};
