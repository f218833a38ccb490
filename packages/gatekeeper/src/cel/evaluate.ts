import { isPresent, select, selectOptional } from './access.ts';
import type { Expr, Fold } from './ast.ts';
import type { Budget } from './budget.ts';
import { CelError } from './errors.ts';
import { runFold } from './fold.ts';
import { functions, methods } from './functions/index.ts';
import { apply, negate } from './operators.ts';
import { isOptional, keyOf, none, some, typeName, type MapKey, type Value } from './values.ts';

/** The names that an expression sees. */
export interface Environment {
  /** The value of `object`, `request` and so on; undefined for names that do not exist. */
  root(name: string): Value | undefined;
  /** The value of `variables.name`. Throws CelError. */
  variable(name: string): Value;
}

/** Variables of the macros around an expression, innermost first. */
interface Frame {
  readonly name: string;
  readonly value: Value;
  readonly outer: Frame | undefined;
}

interface Run {
  readonly environment: Environment;
  readonly budget: Budget;
}

const lookUp = (frame: Frame | undefined, name: string): Value | undefined => {
  for (let at = frame; at !== undefined; at = at.outer) if (at.name === name) return at.value;
  return undefined;
};

const truth = (value: Value): boolean => {
  if (typeof value !== 'boolean') throw new CelError(`no such overload: a condition that is ${typeName(value)}`);
  return value;
};

/** `||` and `&&`: the decisive value on either side wins over a failure on the other. */
const logical = (decisive: boolean, left: () => Value, right: () => Value): boolean => {
  let failure: CelError | undefined;
  for (const side of [left, right]) {
    try {
      if (truth(side()) === decisive) return decisive;
    } catch (thrown) {
      if (!(thrown instanceof CelError)) throw thrown;
      failure ??= thrown;
    }
  }
  if (failure !== undefined) throw failure;
  return !decisive;
};

const step = (expr: Expr, frame: Frame | undefined, run: Run): Value => {
  const { environment, budget } = run;
  const at = (child: Expr): Value => walk(child, frame, run);
  /** Whether `operand` is the name `variables` itself and not a macro's variable of that name. */
  const isVariables = (operand: Expr) =>
    operand.kind === 'ident' && operand.name === 'variables' && lookUp(frame, 'variables') === undefined;
  switch (expr.kind) {
    case 'literal':
      return expr.value;
    case 'ident': {
      const value = lookUp(frame, expr.name) ?? environment.root(expr.name);
      if (value === undefined) throw new CelError(`no such attribute: ${expr.name}`);
      return value;
    }
    case 'select': {
      if (isVariables(expr.operand)) {
        if (expr.mode === 'test') return true;
        const value = environment.variable(expr.field);
        return expr.mode === 'optional' ? some(value) : value;
      }
      const operand = at(expr.operand);
      if (expr.mode === 'test') return isPresent(operand, expr.field);
      return expr.mode === 'optional' ? selectOptional(operand, expr.field) : select(operand, expr.field);
    }
    case 'index':
      return expr.optional ? selectOptional(at(expr.operand), at(expr.index)) : select(at(expr.operand), at(expr.index));
    case 'call': {
      const table = expr.target === undefined ? functions : methods;
      const found = table.get(expr.name);
      if (found === undefined) throw new CelError(`no such function: ${expr.name}`);
      const args = expr.args.map(at);
      return found.call(expr.target === undefined ? args : [at(expr.target), ...args], budget);
    }
    case 'unary':
      return expr.operator === '!' ? !truth(at(expr.operand)) : negate(at(expr.operand));
    case 'binary':
      if (expr.operator === '&&' || expr.operator === '||')
        return logical(
          expr.operator === '||',
          () => at(expr.left),
          () => at(expr.right),
        );
      return apply(expr.operator, at(expr.left), at(expr.right), budget);
    case 'conditional':
      return at(truth(at(expr.test)) ? expr.then : expr.otherwise);
    case 'list':
      return expr.items.flatMap(({ value, optional }) => (optional ? optionalItems(at(value)) : [at(value)]));
    case 'map':
      return makeMap(expr.entries, at);
    case 'fold':
      return fold(expr, frame, run);
    case 'bind':
      return walk(expr.body, { name: expr.name, value: at(expr.value), outer: frame }, run);
    case 'whenPresent': {
      const target = at(expr.target);
      if (!isOptional(target)) throw new CelError(`no such overload: optMap of ${typeName(target)}`);
      if (target.optional === undefined) return none;
      const value = walk(expr.body, { name: expr.name, value: target.optional, outer: frame }, run);
      return expr.flat ? value : some(value);
    }
    default:
      return expr satisfies never;
  }
};

const optionalItems = (value: Value): readonly Value[] => {
  if (!isOptional(value)) throw new CelError(`an optional element must be an optional value, not ${typeName(value)}`);
  return value.optional === undefined ? [] : [value.optional];
};

const makeMap = (entries: Extract<Expr, { kind: 'map' }>['entries'], at: (expr: Expr) => Value): Value => {
  const made = new Map<MapKey, Value>();
  for (const entry of entries) {
    const key = keyOf(at(entry.key));
    if (key === undefined) throw new CelError('unsupported key type');
    if (made.has(key)) throw new CelError(`insert failed: key ${String(key)} already exists`);
    const [value] = entry.optional ? optionalItems(at(entry.value)) : [at(entry.value)];
    if (value !== undefined) made.set(key, value);
  }
  return made;
};

const fold = (expr: Fold, frame: Frame | undefined, run: Run): Value => {
  const [first, second] = expr.variables;
  const body = (child: Expr | undefined) =>
    child === undefined
      ? undefined
      : (values: readonly Value[]): Value => {
          const inner: Frame = { name: first, value: values[0] ?? null, outer: frame };
          return walk(child, second === undefined ? inner : { name: second, value: values[1] ?? null, outer: inner }, run);
        };
  return runFold(expr, walk(expr.range, frame, run), { condition: body(expr.condition), result: body(expr.result) }, run.budget);
};

const walk = (expr: Expr, frame: Frame | undefined, run: Run): Value => {
  run.budget.enter();
  const value = step(expr, frame, run);
  run.budget.leave();
  return value;
};

/** The value of an expression. Throws CelError for what the language calls an error, CelLimitError when the budget is used up. */
export const evaluate = (expr: Expr, environment: Environment, budget: Budget): Value => walk(expr, undefined, { environment, budget });
