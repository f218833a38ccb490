import { messageOf, type JsonObject } from '@podpass/kernel';
import { CelError, CelLimitError, evaluate, fromJson, typeName, type Budget, type Environment, type Value } from '../cel/index.ts';
import { limits } from '../wire.ts';
import type { Compiled, Policy, Validation } from './policy.ts';

/** What a policy looks at. */
export interface Subject {
  readonly object: Value;
  readonly oldObject: Value;
  readonly request: Value;
  readonly namespaceObject: Value;
}

/** A constraint as expressions see it. */
export interface PolicyParameters {
  readonly constraint: Value;
  readonly parameters: Value;
}

/** Reads the JSON of a constraint for its template's expressions. */
export const parametersOf = (constraint: JsonObject): PolicyParameters => {
  const { spec } = constraint;
  const parameters = typeof spec === 'object' && spec !== null && 'parameters' in spec ? (spec as JsonObject)['parameters'] : null;
  return { constraint: fromJson(constraint), parameters: fromJson(parameters) };
};

/** Variables are computed when they are first asked for, and once. */
const environmentOf = (policy: Policy, subject: Subject, options: { parameters: PolicyParameters; budget: Budget }): Environment => {
  const { parameters, budget } = options;
  const roots: Readonly<Record<string, Value>> = { ...subject, params: parameters.constraint };
  const known = new Map<string, Value>([
    ['params', parameters.parameters],
    ['anyObject', subject.object ?? subject.oldObject],
  ]);
  const environment: Environment = {
    root: (name) => (Object.hasOwn(roots, name) ? roots[name] : undefined),
    variable(name) {
      const present = known.get(name);
      if (present !== undefined) return present;
      const compiled = policy.variables.get(name);
      if (compiled === undefined) throw new CelError(`no such variable: ${name}`);
      const value = evaluate(compiled.expr, environment, budget);
      known.set(name, value);
      return value;
    },
  };
  return environment;
};

const shorten = (text: string) => (text.length > limits.message ? `${text.slice(0, limits.message)}…` : text);

const messageFor = ({ test, message, messageExpression }: Validation, environment: Environment, budget: Budget): string => {
  if (messageExpression !== undefined) {
    try {
      const made = evaluate(messageExpression.expr, environment, budget);
      if (typeof made === 'string' && made.trim() !== '') return shorten(made.trim());
    } catch (thrown) {
      // The verdict stands without its words.
      if (!(thrown instanceof CelError) && !(thrown instanceof CelLimitError)) throw thrown;
    }
  }
  return shorten(message === undefined || message === '' ? `failed expression: ${test.source.trim()}` : message);
};

const isTrue = ({ expr }: Compiled, environment: Environment, budget: Budget): boolean => {
  const value = evaluate(expr, environment, budget);
  if (typeof value !== 'boolean') throw new CelError(`it gave ${typeName(value)} instead of bool`);
  return value;
};

/**
 * What is wrong with an object, one message for each failed validation; nothing when it may pass. An expression that
 * fails is a violation unless the template says `Ignore`; an evaluation that goes over its bounds, or breaks in a way
 * that nobody foresaw, is one always: otherwise hostile objects could choose to be let through.
 */
export const runPolicy = (
  policy: Policy,
  subject: Subject,
  options: { parameters: PolicyParameters; budget: Budget },
): readonly string[] => {
  const { budget } = options;
  const environment = environmentOf(policy, subject, options);
  const failed = (thrown: unknown, { source }: Compiled): string[] => {
    if (thrown instanceof CelError && !policy.failClosed) return [];
    return [shorten(`expression '${source.trim().slice(0, 512)}' resulted in error: ${messageOf(thrown)}`)];
  };
  for (const condition of policy.conditions) {
    try {
      if (!isTrue(condition, environment, budget)) return [];
    } catch (thrown) {
      return failed(thrown, condition);
    }
  }
  return policy.validations.flatMap((validation) => {
    try {
      return isTrue(validation.test, environment, budget) ? [] : [messageFor(validation, environment, budget)];
    } catch (thrown) {
      return failed(thrown, validation.test);
    }
  });
};
