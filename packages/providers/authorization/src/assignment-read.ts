import { operation } from '@podpass/arm';
import { assignmentBody, findAssignment, type AuthorizationDependencies } from './assignment.ts';
import { fail } from './errors.ts';
import { readAssignmentFilter } from './filter.ts';
import { paths } from './wire.ts';

const read = { kind: 'action', action: 'Microsoft.Authorization/roleAssignments/read' } as const;

export const assignmentGet = (dependencies: AuthorizationDependencies) =>
  operation({
    name: 'RoleAssignments_Get',
    method: 'GET',
    path: paths.assignment,
    access: read,
    handler: async (request) => {
      const row = findAssignment(request, dependencies);
      if (row === undefined) throw fail('RoleAssignmentNotFound', { assignment: request.param('roleAssignmentName') });
      return { status: 200, body: assignmentBody(row, request) };
    },
  });

/** At the scope, above it and, without `atScope()`, below it. */
export const assignmentsList = ({ authorization }: AuthorizationDependencies) =>
  operation({
    name: 'RoleAssignments_ListForScope',
    method: 'GET',
    path: paths.assignments,
    access: read,
    handler: async (request) => {
      const { atScope, principalId, assignedTo } = readAssignmentFilter(request.query.get('$filter'));
      const rows = authorization.assignments.listAtScope(request.caller.tenantId, request.targetId, {
        atScope,
        ...(principalId === undefined ? {} : { principalId }),
        ...(assignedTo === undefined ? {} : { assignedTo }),
      });
      return { status: 200, body: { value: rows.map((row) => assignmentBody(row, request)) } };
    },
  });
