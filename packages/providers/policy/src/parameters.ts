import { isObject } from '@podpass/kernel';
import { labelSelectorProblem, type ParameterDefinition, type PolicyDefinition } from './definitions/index.ts';
import { fail } from './errors.ts';
import { limits } from './wire.ts';

/** Values by parameter, with the definition's spelling of names. */
export type ParameterValues = Readonly<Record<string, unknown>>;

const listProblem = (value: unknown): string | undefined => {
  if (!Array.isArray(value)) return 'an array is expected';
  if (value.length > limits.items) return `an array may hold at most ${limits.items} items`;
  const fits = value.every((each) => typeof each === 'string' && each !== '' && each.length <= limits.item);
  return fits ? undefined : `the items of an array must be strings of at most ${limits.item} characters`;
};

const problemOf = (parameter: ParameterDefinition, value: unknown): string | undefined => {
  switch (parameter.type) {
    case 'String':
      return typeof value === 'string' ? undefined : 'a string is expected';
    case 'Boolean':
      return typeof value === 'boolean' ? undefined : 'true or false is expected';
    case 'Array':
      return listProblem(value);
    case 'Object':
      return isObject(value) ? labelSelectorProblem(value) : 'an object is expected';
    default:
      return parameter.type satisfies never;
  }
};

interface Given {
  readonly assignment: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Holds the parameters of an assignment against the definition: unknown ones, wrong types and values that are not
 * allowed are refused. Returns them under the definition's names. Throws ArmError.
 */
export const checkParameters = (definition: PolicyDefinition, { assignment, parameters }: Given): ParameterValues => {
  const known = new Map(Object.keys(definition.parameters).map((name) => [name.toLowerCase(), name]));
  const unknown = Object.keys(parameters).filter((name) => !known.has(name.toLowerCase()));
  if (unknown.length > 0) {
    const names = unknown.map((name) => name.slice(0, 64)).join(',');
    throw fail('UndefinedPolicyParameter', { assignment, parameters: names, definition: definition.name });
  }
  const values: Record<string, unknown> = {};
  for (const [given, value] of Object.entries(parameters)) {
    const name = known.get(given.toLowerCase()) ?? given;
    const parameter = definition.parameters[name];
    if (parameter === undefined) continue;
    const twice = Object.hasOwn(values, name) ? 'it is given twice' : undefined;
    const problem = twice ?? problemOf(parameter, value);
    if (problem !== undefined) throw fail('InvalidPolicyParameters', { parameter: name, assignment, definition: definition.name, problem });
    const { allowedValues } = parameter;
    if (allowedValues !== undefined && !allowedValues.includes(value as string)) {
      const allowed = allowedValues.join(', ');
      throw fail('PolicyParameterValueNotAllowed', {
        value: String(value).slice(0, 100),
        parameter: name,
        definition: definition.name,
        allowed,
      });
    }
    const refused = typeof value === 'string' ? parameter.refused?.[value] : undefined;
    if (refused !== undefined)
      throw fail('InvalidPolicyParameters', { parameter: name, assignment, definition: definition.name, problem: refused });
    values[name] = value;
  }
  return values;
};

/** The value of a parameter: what the assignment says, or the definition's default. */
export const valueOf = (definition: PolicyDefinition, values: ParameterValues, name: string): unknown =>
  Object.hasOwn(values, name) ? values[name] : definition.parameters[name]?.defaultValue;
