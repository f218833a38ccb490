/**
 * `authorization` owns Azure role-based access control: the built-in roles as data, role assignments in the store with
 * a mirror in memory, and the evaluation that the resource manager and the key vault ask on every call. It has no wire
 * of its own; the Microsoft.Authorization provider speaks for it. The seam exists so that no surface decides for
 * itself who may do what.
 */
export * from './types.ts';
export { createAuthorization, type AuthorizationOptions } from './authorization.ts';
export type { PrincipalDirectory } from './principals.ts';
export { RoleAssignmentError, type RoleAssignmentProblem } from './errors.ts';
export { builtInRoles } from './built-in/index.ts';
export { covers, parseScope, scopeKey } from './scope.ts';
export { assignmentsPerSubscription, descriptionLength } from './wire.ts';
