/** Why a role assignment was refused. The surface that speaks for it maps these to Azure's codes and texts. */
export type RoleAssignmentProblem =
  | { readonly reason: 'principal-not-found'; readonly principalId: string; readonly tenantId: string }
  | { readonly reason: 'principal-type'; readonly principalId: string; readonly actual: string; readonly given: string }
  | { readonly reason: 'definition-not-found'; readonly roleId: string }
  | { readonly reason: 'exists'; readonly name: string }
  | { readonly reason: 'update-not-permitted' }
  | { readonly reason: 'condition' }
  | { readonly reason: 'bad-scope'; readonly scope: string }
  | { readonly reason: 'bad-name'; readonly name: string }
  | { readonly reason: 'limit'; readonly limit: number };

export class RoleAssignmentError extends Error {
  readonly problem: RoleAssignmentProblem;

  constructor(problem: RoleAssignmentProblem) {
    super(`role assignment refused: ${problem.reason}`);
    this.name = 'RoleAssignmentError';
    this.problem = problem;
  }
}
