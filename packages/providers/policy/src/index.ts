/**
 * Microsoft.Authorization, the half that is Azure Policy: built-in definitions, and assignments at subscriptions,
 * resource groups and resources. What an assignment means for a cluster is worked out here (`policiesFor`), and
 * enforced elsewhere: this package knows no Kubernetes, and clusters know no assignments.
 */
export { policyProvider, type PolicyProviderDependencies } from './provider.ts';
export { policyCoverage } from './coverage.ts';
export { policyErrors } from './errors.ts';
export { createPolicyAssignments, type PolicyAssignments } from './assignments.ts';
export type { PolicyConstraint } from './constraint.ts';
