import type { Expr, FoldMacro } from './ast.ts';
import { CelSyntaxError } from './errors.ts';

interface Call {
  readonly name: string;
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
  readonly at: number;
}

const variableOf = (expr: Expr | undefined, at: number): string => {
  if (expr?.kind !== 'ident' || expr.name === '__result__') throw new CelSyntaxError('the variable of a macro must be a plain name', at);
  return expr.name;
};

/** `has(a.b)` tests for the field instead of reading it. */
const has = ({ args, at }: Call): Expr => {
  const [field] = args;
  if (args.length !== 1 || field?.kind !== 'select' || field.mode !== 'plain')
    throw new CelSyntaxError('has() takes one field selection, as in has(object.spec)', at);
  return { ...field, mode: 'test' };
};

const folds: Readonly<Record<string, FoldMacro>> = {
  all: 'all',
  exists: 'exists',
  exists_one: 'existsOne',
  existsOne: 'existsOne',
  filter: 'filter',
  map: 'map',
  transformList: 'transformList',
  transformMap: 'transformMap',
};
const tests: ReadonlySet<FoldMacro> = new Set(['all', 'exists', 'existsOne']);

const fold = (macro: FoldMacro, call: Call, range: Expr): Expr | undefined => {
  const { args, at } = call;
  const variable = (index: number) => variableOf(args[index], at);
  if (tests.has(macro)) {
    if (args.length === 2) return { kind: 'fold', macro, range, variables: [variable(0)], condition: args[1], result: undefined };
    if (args.length === 3)
      return { kind: 'fold', macro, range, variables: [variable(0), variable(1)], condition: args[2], result: undefined };
    return undefined;
  }
  if (macro === 'filter')
    return args.length === 2 ? { kind: 'fold', macro, range, variables: [variable(0)], condition: args[1], result: undefined } : undefined;
  const names = macro === 'map' ? ([variable(0)] as const) : ([variable(0), variable(1)] as const);
  const rest = args.slice(names.length);
  if (rest.length !== 1 && rest.length !== 2) return undefined;
  return { kind: 'fold', macro, range, variables: names, condition: rest.length === 2 ? rest[0] : undefined, result: rest.at(-1) };
};

/** The node of a macro call, or undefined when the call is a plain function. Throws CelSyntaxError for misuse. */
export const expandMacro = (call: Call): Expr | undefined => {
  const { name, target, args, at } = call;
  if (target === undefined) return name === 'has' ? has(call) : undefined;
  if (name === 'bind' && target.kind === 'ident' && target.name === 'cel' && args.length === 3) {
    const [variable, value, body] = args;
    if (value === undefined || body === undefined) return undefined;
    return { kind: 'bind', name: variableOf(variable, at), value, body };
  }
  if ((name === 'optMap' || name === 'optFlatMap') && args.length === 2 && args[1] !== undefined)
    return { kind: 'whenPresent', target, name: variableOf(args[0], at), body: args[1], flat: name === 'optFlatMap' };
  const macro = Object.hasOwn(folds, name) ? folds[name] : undefined;
  return macro === undefined ? undefined : fold(macro, call, target);
};
