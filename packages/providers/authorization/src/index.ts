/**
 * Microsoft.Authorization: the wire of role assignments and role definitions. What they mean is decided by the
 * `authorization` package; this one only speaks for it, at any scope that a resource id can name.
 */
export { authorizationProvider } from './provider.ts';
export { authorizationCoverage } from './coverage.ts';
export { authorizationErrors } from './errors.ts';
export type { AuthorizationDependencies } from './assignment.ts';
