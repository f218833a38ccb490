import { invalidBody, operationWithBody, optional, record, text, word, type ArmError, type ArmRequest } from '@podpass/arm';
import { descriptionLength, RoleAssignmentError } from '@podpass/authorization';
import { isGuid } from '@podpass/kernel';
import { assignmentBody, requireTarget, type AuthorizationDependencies } from './assignment.ts';
import { fail } from './errors.ts';
import { paths } from './wire.ts';

const properties = record({
  principalId: text({ max: 64 }),
  principalType: optional(word(['User', 'Group', 'ServicePrincipal']), { emptyToo: true }),
  roleDefinitionId: text({ max: 400 }),
  description: optional(text({ max: descriptionLength })),
  condition: optional(text({ max: 8192 }), { emptyToo: true }),
  conditionVersion: optional(text({ max: 20 }), { emptyToo: true }),
  delegatedManagedIdentityResourceId: optional(text(), { emptyToo: true }),
});

const withoutDashes = (guid: string) => guid.replaceAll('-', '');

/** The package's refusals in the words of this wire. */
const translate = ({ problem }: RoleAssignmentError): ArmError => {
  switch (problem.reason) {
    case 'principal-not-found':
      return fail('PrincipalNotFound', { principal: withoutDashes(problem.principalId), tenant: problem.tenantId });
    case 'principal-type':
      return fail('UnmatchedPrincipalType', { principal: problem.principalId, actual: problem.actual, given: problem.given });
    case 'definition-not-found':
      return fail('RoleDefinitionDoesNotExist', { role: withoutDashes(problem.roleId) });
    case 'exists':
      return fail('RoleAssignmentExists', { assignment: withoutDashes(problem.name) });
    case 'update-not-permitted':
      return fail('RoleAssignmentUpdateNotPermitted');
    case 'condition':
      return fail('ConditionNotSupported');
    case 'bad-scope':
      return fail('InvalidRoleAssignmentScope', { scope: problem.scope });
    case 'bad-name':
      return fail('InvalidRoleAssignmentId', { assignment: problem.name });
    case 'limit':
      return fail('RoleAssignmentLimitExceeded', { limit: problem.limit });
    default:
      return problem satisfies never;
  }
};

/** The GUID at the end of a role definition's id, at whatever scope the client found it. */
const roleOf = (id: string): string => {
  const guid = /\/providers\/Microsoft\.Authorization\/roleDefinitions\/([^/]+)$/i.exec(id)?.[1];
  if (guid === undefined || !isGuid(guid)) throw fail('InvalidRoleDefinitionId', { role: id });
  return guid;
};

/**
 * What is assigned at a scope goes when the scope goes. A deletion that ran while the assignment was made has not seen
 * it: without a second look it would wait there for the next resource of that name.
 */
const requireTargetStill = async (request: ArmRequest, undo: () => Promise<unknown>): Promise<void> => {
  try {
    requireTarget(request);
  } catch (gone) {
    await undo();
    throw gone;
  }
};

/** 201 on creation; 200 when the same assignment is written again, with its description replaced. */
export const assignmentPut = (dependencies: AuthorizationDependencies) =>
  operationWithBody({
    name: 'RoleAssignments_Create',
    method: 'PUT',
    path: paths.assignment,
    access: { kind: 'action', action: 'Microsoft.Authorization/roleAssignments/write' },
    body: record({ properties }),
    invalid: invalidBody('BadRequestFormat', 'The request was incorrectly formatted'),
    handler: async (request, given) => {
      const { principalId, principalType, roleDefinitionId, description } = given.properties;
      if (given.properties.condition !== undefined || given.properties.conditionVersion !== undefined) throw fail('ConditionNotSupported');
      if (given.properties.delegatedManagedIdentityResourceId !== undefined) throw fail('DelegationNotSupported');
      if (!isGuid(principalId)) throw fail('InvalidPrincipalId', { principal: principalId });
      requireTarget(request);
      try {
        const { assignment, created } = await dependencies.authorization.assignments.create({
          tenantId: request.caller.tenantId,
          name: request.param('roleAssignmentName'),
          scope: request.targetId,
          roleId: roleOf(roleDefinitionId),
          principalId,
          createdBy: request.caller.objectId,
          ...(principalType === undefined ? {} : { principalType }),
          ...(description === undefined ? {} : { description }),
        });
        if (created)
          await requireTargetStill(request, () => dependencies.authorization.assignments.delete(assignment.tenantId, assignment.name));
        return { status: created ? 201 : 200, body: assignmentBody(assignment, request, { created }) };
      } catch (thrown) {
        if (thrown instanceof RoleAssignmentError) throw translate(thrown);
        throw thrown;
      }
    },
  });
