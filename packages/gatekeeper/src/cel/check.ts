import type { Expr } from './ast.ts';
import { CelSyntaxError } from './errors.ts';
import { functions, methods } from './functions/index.ts';
import { patternProblem } from './regex.ts';

/** The names that an expression may use. */
export interface KnownNames {
  readonly roots: ReadonlySet<string>;
  /** Names behind `variables.`. */
  readonly variables: ReadonlySet<string>;
}

const constantPattern = (expr: Extract<Expr, { kind: 'call' }>): string | undefined => {
  const pattern = expr.name === 'matches' ? expr.args.at(-1) : undefined;
  return pattern?.kind === 'literal' && typeof pattern.value === 'string' ? pattern.value : undefined;
};

const checkCall = (expr: Extract<Expr, { kind: 'call' }>): void => {
  const { name, target, args, at } = expr;
  const row = (target === undefined ? functions : methods).get(name);
  if (row === undefined) throw new CelSyntaxError(`there is no ${target === undefined ? 'function' : 'method'} '${name}' here`, at);
  if (!row.arities.includes(args.length)) throw new CelSyntaxError(`'${name}' does not take ${args.length} argument(s)`, at);
  const pattern = constantPattern(expr);
  const problem = pattern === undefined ? undefined : patternProblem(pattern);
  if (problem !== undefined) throw new CelSyntaxError(problem, at);
};

/**
 * Refuses names and functions that do not exist. Types are not checked: what a template compares is known only when an
 * object comes, and fails then as its failure policy says. Throws CelSyntaxError.
 */
export const checkNames = (expr: Expr, known: KnownNames, bound: ReadonlySet<string> = new Set()): void => {
  const check = (child: Expr | undefined, more: readonly string[] = []): void => {
    if (child !== undefined) checkNames(child, known, more.length === 0 ? bound : new Set([...bound, ...more]));
  };
  switch (expr.kind) {
    case 'literal':
      return;
    case 'ident':
      if (!bound.has(expr.name) && (!known.roots.has(expr.name) || expr.name === 'variables'))
        throw new CelSyntaxError(`undeclared reference to '${expr.name}'`, expr.at);
      return;
    case 'select':
      if (expr.operand.kind === 'ident' && expr.operand.name === 'variables' && !bound.has('variables')) {
        if (!known.variables.has(expr.field))
          throw new CelSyntaxError(`'variables.${expr.field}' is not declared before its use`, expr.operand.at);
        return;
      }
      check(expr.operand);
      return;
    case 'unary':
      check(expr.operand);
      return;
    case 'index':
      check(expr.operand);
      check(expr.index);
      return;
    case 'call':
      checkCall(expr);
      check(expr.target);
      for (const arg of expr.args) check(arg);
      return;
    case 'binary':
      check(expr.left);
      check(expr.right);
      return;
    case 'conditional':
      check(expr.test);
      check(expr.then);
      check(expr.otherwise);
      return;
    case 'list':
      for (const item of expr.items) check(item.value);
      return;
    case 'map':
      for (const entry of expr.entries) {
        check(entry.key);
        check(entry.value);
      }
      return;
    case 'fold':
      check(expr.range);
      check(expr.condition, expr.variables);
      check(expr.result, expr.variables);
      return;
    case 'bind':
      check(expr.value);
      check(expr.body, [expr.name]);
      return;
    case 'whenPresent':
      check(expr.target);
      check(expr.body, [expr.name]);
      return;
    default:
      expr satisfies never;
  }
};
