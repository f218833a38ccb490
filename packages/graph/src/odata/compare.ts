import { GraphError } from '../errors.ts';
import type { Comparison, Literal, PropertyType } from './types.ts';

export type Test = (value: unknown) => boolean;

/** Graph refuses filters with empty texts. */
export const isEmpty = (literal: Literal): boolean => literal.type === 'string' && literal.text === '';

const edmTypes = {
  string: 'Edm.String',
  guid: 'Edm.Guid',
  boolean: 'Edm.Boolean',
  dateTime: 'Edm.DateTimeOffset',
  number: 'Edm.Int32',
  null: 'null',
  complex: 'Edm.ComplexType',
} as const;

const verbs = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
} as const satisfies Record<Comparison, string>;

/** A comparison of a property's value with a literal. Throws the OData library's 400 for types that do not fit. Null equals nothing but null. */
export const compareWith = (type: PropertyType, operator: Comparison, literal: Literal): Test => {
  if (literal.type === 'null') return nullTest(operator, type, literal);
  const wanted = comparable(type, literalValue(literal));
  if (wanted === undefined || !fits(type, literal)) throw incompatible(type, operator, literal);
  return (value) => {
    const own = comparable(type, value);
    if (own === undefined) return operator === 'ne';
    return holds(operator, own, wanted);
  };
};

const incompatible = (type: PropertyType, operator: Comparison, literal: Literal) =>
  new GraphError('badFilter', {
    reason: `A binary operator with incompatible types was detected. Found operand types '${edmTypes[type]}' and '${edmTypes[literal.type]}' for operator kind '${verbs[operator]}'.`,
  });

const nullTest = (operator: Comparison, type: PropertyType, literal: Literal): Test => {
  if (operator !== 'eq' && operator !== 'ne') throw incompatible(type, operator, literal);
  return (value) => (value === null || value === undefined) === (operator === 'eq');
};

/** GUIDs may be written as texts: ids are texts on Graph's wire, and clients write either. */
const fits = (type: PropertyType, literal: Literal): boolean => {
  if (type === 'string' || type === 'guid') return literal.type === 'string' || literal.type === 'guid';
  return literal.type === type;
};

const literalValue = (literal: Literal): unknown => ('value' in literal ? literal.value : literal.text);

const comparable = (type: PropertyType, value: unknown): string | number | undefined => {
  if (type === 'boolean') return typeof value === 'boolean' ? Number(value) : undefined;
  if (type === 'number') return typeof value === 'number' ? value : undefined;
  if (typeof value !== 'string') return undefined;
  if (type !== 'dateTime') return value.toLowerCase();
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
};

const holds = (operator: Comparison, a: string | number, b: string | number): boolean => {
  if (operator === 'eq') return a === b;
  if (operator === 'ne') return a !== b;
  if (operator === 'gt') return a > b;
  if (operator === 'ge') return a >= b;
  return operator === 'lt' ? a < b : a <= b;
};

/** `startswith` and `endswith`, case-insensitive. Throws the 400 for an argument that is no text. */
export const textTest = (name: 'startswith' | 'endswith', literal: Literal): Test => {
  if (literal.type !== 'string') {
    throw new GraphError('badFilter', {
      reason: `No function signature for the function with name '${name}' matches the specified arguments.`,
    });
  }
  const wanted = literal.text.toLowerCase();
  return (value) => {
    if (typeof value !== 'string') return false;
    const own = value.toLowerCase();
    return name === 'startswith' ? own.startsWith(wanted) : own.endsWith(wanted);
  };
};
