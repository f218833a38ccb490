/**
 * The Common Expression Language, as Kubernetes' policies use it: parsed, checked for names, and evaluated within a
 * budget that no expression can exceed. Only plain values go in; nothing of the process can be reached from inside.
 */
import type { Expr } from './ast.ts';
import { checkNames, type KnownNames } from './check.ts';
import { parseCel } from './parser.ts';

export { createBudget, type Budget } from './budget.ts';
export { CelError, CelLimitError, CelSyntaxError } from './errors.ts';
export { evaluate, type Environment } from './evaluate.ts';
export { celLimits } from './limits.ts';
export { fromJson, typeName, type Value } from './values.ts';
export type { Expr } from './ast.ts';
export type { KnownNames } from './check.ts';

/** Parses an expression and refuses unknown names. Throws CelSyntaxError. */
export const compileCel = (source: string, known: KnownNames): Expr => {
  const expr = parseCel(source);
  checkNames(expr, known);
  return expr;
};
