import { operation } from '@podpass/arm';
import { assignmentBody, findAssignment, type AuthorizationDependencies } from './assignment.ts';
import { paths } from './wire.ts';

/** 200 with what was deleted, 204 when there was nothing. */
export const assignmentDelete = (dependencies: AuthorizationDependencies) =>
  operation({
    name: 'RoleAssignments_Delete',
    method: 'DELETE',
    path: paths.assignment,
    access: { kind: 'action', action: 'Microsoft.Authorization/roleAssignments/delete' },
    needsGroup: false,
    handler: async (request) => {
      const row = findAssignment(request, dependencies);
      if (row === undefined) return { status: 204 };
      await dependencies.authorization.assignments.delete(row.tenantId, row.name);
      return { status: 200, body: assignmentBody(row, request) };
    },
  });
