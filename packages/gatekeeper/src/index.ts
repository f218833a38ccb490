/**
 * `gatekeeper` owns policy inside clusters: constraint templates in CEL, their constraints, the validating webhook that
 * enforces them, and the audit of what exists already. It speaks to a cluster only through its API, under the names of
 * the Gatekeeper project, so that templates, constraints and their messages are those that people know. Rego is not
 * evaluated here: a template that has nothing else is refused with that reason, never taken and ignored.
 */
export { startGatekeeper } from './start.ts';
export type { Gatekeeper, GatekeeperOptions, PolicyConstraint } from './types.ts';
export { names as gatekeeperNames } from './wire.ts';
