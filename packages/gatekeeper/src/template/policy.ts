import { isObject } from '@podpass/kernel';
import { CelSyntaxError, compileCel, type Expr, type KnownNames } from '../cel/index.ts';
import { limits } from '../wire.ts';
import { PolicyError } from './problem.ts';

/** An expression with the text that it came from, for messages. */
export interface Compiled {
  readonly source: string;
  readonly expr: Expr;
}
export interface Validation {
  readonly test: Compiled;
  readonly message: string | undefined;
  readonly messageExpression: Compiled | undefined;
}
/** The compiled CEL source of a template. */
export interface Policy {
  readonly variables: ReadonlyMap<string, Compiled>;
  readonly conditions: readonly Compiled[];
  readonly validations: readonly Validation[];
  /** Whether an expression that fails denies the request (`failurePolicy: Fail`, the default). */
  readonly failClosed: boolean;
}

const roots: ReadonlySet<string> = new Set(['object', 'oldObject', 'request', 'params', 'namespaceObject']);
/** Variables that every template has: the constraint's parameters, and the object or, on deletion, the old one. */
const given = ['params', 'anyObject'];
const reservedPrefix = 'gatekeeper_internal_';
const invalid = (message: string, location: string) => new PolicyError('invalid_source', message, location);

const listAt = (source: Record<string, unknown>, name: string, most: number): readonly Record<string, unknown>[] => {
  const list = source[name] ?? [];
  if (!Array.isArray(list) || !list.every(isObject)) throw invalid('must be a list of objects', name);
  if (list.length > most) throw invalid(`may have at most ${most} entries`, name);
  return list;
};

const textAt = (row: Record<string, unknown>, name: string, place: string): string | undefined => {
  const value = row[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid('must be a string', `${place}.${name}`);
  return value;
};

const compile = (source: string | undefined, known: KnownNames, place: string): Compiled => {
  if (source === undefined || source.trim() === '') throw invalid('an expression is required', place);
  try {
    return { source, expr: compileCel(source, known) };
  } catch (thrown) {
    if (!(thrown instanceof CelSyntaxError)) throw thrown;
    throw new PolicyError('cel_compile_error', `the expression does not compile: ${thrown.message} (at character ${thrown.at + 1})`, place);
  }
};

const readVariables = (source: Record<string, unknown>): { variables: Map<string, Compiled>; known: KnownNames } => {
  const variables = new Map<string, Compiled>();
  const declared = new Set(given);
  for (const [index, row] of listAt(source, 'variables', limits.variables).entries()) {
    const place = `variables[${index}]`;
    const name = textAt(row, 'name', place) ?? '';
    if (!/^[A-Za-z_]\w{0,99}$/.test(name))
      throw invalid(`${JSON.stringify(name.slice(0, 100))} is not a valid variable name`, `${place}.name`);
    if (given.includes(name) || name.startsWith(reservedPrefix)) throw invalid(`${name} is a reserved variable name`, `${place}.name`);
    if (declared.has(name)) throw invalid(`${name} is declared twice`, `${place}.name`);
    // A variable sees those before it: they cannot go round in circles.
    variables.set(name, compile(textAt(row, 'expression', place), { roots, variables: new Set(declared) }, `${place}.expression`));
    declared.add(name);
  }
  return { variables, known: { roots, variables: declared } };
};

/** Compiles the `source` of the CEL engine. Throws PolicyError for the first fault. */
export const compilePolicy = (source: unknown): Policy => {
  if (!isObject(source)) throw invalid('the source must be an object with validations', '');
  const failurePolicy = source['failurePolicy'] ?? 'Fail';
  if (failurePolicy !== 'Fail' && failurePolicy !== 'Ignore') throw invalid('must be Fail or Ignore', 'failurePolicy');
  const { variables, known } = readVariables(source);
  // Upstream's field is singular; the plural is what Kubernetes calls it, and leaving it unread would widen a policy.
  const conditions = ['matchCondition', 'matchConditions'].flatMap((name) =>
    listAt(source, name, limits.conditions).map((row, index) =>
      compile(textAt(row, 'expression', `${name}[${index}]`), known, `${name}[${index}].expression`),
    ),
  );
  const validations = listAt(source, 'validations', limits.validations).map((row, index): Validation => {
    const place = `validations[${index}]`;
    const messageExpression = textAt(row, 'messageExpression', place);
    return {
      test: compile(textAt(row, 'expression', place), known, `${place}.expression`),
      message: textAt(row, 'message', place),
      messageExpression:
        messageExpression === undefined || messageExpression === ''
          ? undefined
          : compile(messageExpression, known, `${place}.messageExpression`),
    };
  });
  if (validations.length === 0) throw invalid('at least one validation is required', 'validations');
  return { variables, conditions, validations, failClosed: failurePolicy === 'Fail' };
};
