import { compilePattern, type Matcher } from './pattern.ts';
import type { Permission, Plane, RoleDefinition } from './types.ts';

/** A role ready to be asked. `action` is in lower case. */
export interface CompiledRole {
  readonly definition: RoleDefinition;
  allows(action: string, plane: Plane): boolean;
}

/** Answers kept per role and plane; actions come from fixed tables, the bound only guards against misuse. */
const remembered = 1024;

const any = (patterns: readonly string[]): Matcher => {
  const matchers = patterns.map(compilePattern);
  return (action) => matchers.some((matches) => matches(action));
};

const block = (granted: readonly string[], removed: readonly string[]): Matcher => {
  const grants = any(granted);
  const removes = any(removed);
  return (action) => grants(action) && !removes(action);
};

const plane = (permissions: readonly Permission[], side: Plane): Matcher => {
  const blocks = permissions.map((permission) =>
    side === 'control' ? block(permission.actions, permission.notActions) : block(permission.dataActions, permission.notDataActions),
  );
  const known = new Map<string, boolean>();
  return (action) => {
    const before = known.get(action);
    if (before !== undefined) return before;
    const allowed = blocks.some((allows) => allows(action));
    if (known.size >= remembered) known.clear();
    known.set(action, allowed);
    return allowed;
  };
};

/** Compiles a role once; a notAction takes away only from its own permission block, never from another role. */
export const compileRole = (definition: RoleDefinition): CompiledRole => {
  const control = plane(definition.permissions, 'control');
  const data = plane(definition.permissions, 'data');
  return { definition, allows: (action, side) => (side === 'control' ? control(action) : data(action)) };
};
