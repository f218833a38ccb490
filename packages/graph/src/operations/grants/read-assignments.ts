import type { Answer } from '@podpass/http';
import { appRoleAssignmentKind } from '../../kinds/app-role-assignment.ts';
import { page, single, type GraphRequest } from '../../request.ts';
import { sourceOf } from '../../sources.ts';
import { assignmentOf, type AssignmentList } from './assign.ts';

/** https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignments */
export const listAssignments =
  ({ set, end }: AssignmentList) =>
  (request: GraphRequest): Promise<Answer> => {
    const { directory, caller, keys } = request;
    const id = keys['id'] ?? '';
    const assignments = directory.appRoleAssignments[end === 'principal' ? 'ofPrincipal' : 'ofResource'](caller.tenantId, id);
    return page(request, appRoleAssignmentKind(set(id)), sourceOf(assignments));
  };

/** https://learn.microsoft.com/graph/api/approleassignment-get */
export const getAssignment =
  ({ set, end }: AssignmentList) =>
  (request: GraphRequest): Answer =>
    single(request, appRoleAssignmentKind(set(request.keys['id'] ?? '')), assignmentOf(request, end));
