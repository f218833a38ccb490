import type { Budget } from '../budget.ts';
import { CelError } from '../errors.ts';
import { isList, isMap, typeName, type Value } from '../values.ts';
import { toText } from './conversions.ts';
import { noOverload, row, type FunctionTable } from './types.ts';

/** Any value as `%s` writes it. */
const written = (value: Value, budget: Budget, inside = false): string => {
  budget.charge(1);
  if (value === null) return 'null';
  if (typeof value === 'string') {
    budget.chargeText(value.length);
    return inside ? JSON.stringify(value) : value;
  }
  if (isList(value)) return `[${value.map((each) => written(each, budget, true)).join(', ')}]`;
  if (isMap(value))
    return `{${[...value]
      .map(([key, each]) => `${written(key, budget, true)}: ${written(each, budget, true)}`)
      .toSorted()
      .join(', ')}}`;
  return toText(value);
};

const whole = (value: Value, radix: number): string => {
  if (typeof value !== 'bigint') throw new CelError(`%d takes an integer, not ${typeName(value)}`);
  return value.toString(radix);
};

/** Digits behind the point are bounded; six when none are given. */
const digitsOf = (precision: string | undefined): number => {
  const digits = precision === undefined ? 6 : Number(precision.slice(1));
  if (digits > 100) throw new CelError('a precision is larger than 100');
  return digits;
};
const decimal = (value: Value): number => {
  if (typeof value !== 'bigint' && typeof value !== 'number') throw new CelError(`%f takes a number, not ${typeName(value)}`);
  return Number(value);
};

const clause = (verb: string, precision: string | undefined, value: Value, budget: Budget): string => {
  switch (verb) {
    case 's':
      return written(value, budget);
    case 'd':
      return whole(value, 10);
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : whole(value, 2);
    case 'o':
      return whole(value, 8);
    case 'x':
      return whole(value, 16);
    case 'X':
      return whole(value, 16).toUpperCase();
    case 'f':
      return decimal(value).toFixed(digitsOf(precision));
    case 'e':
      return decimal(value).toExponential(digitsOf(precision));
    default:
      throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
};

export const formatMethods: FunctionTable = {
  format: row([1], (args, budget) => {
    const [template, list] = args;
    if (typeof template !== 'string' || !isList(list)) throw noOverload('format', args);
    budget.chargeText(template.length);
    let used = 0;
    const text = template.replaceAll(/%(?:%|(\.\d{1,4})?(.?))/gs, (all, precision: string | undefined, verb: string) => {
      if (all === '%%') return '%';
      const value = list[used];
      if (value === undefined) throw new CelError(`index ${used} out of range`);
      used += 1;
      return clause(verb, precision, value, budget);
    });
    budget.chargeText(text.length);
    return text;
  }),
};
