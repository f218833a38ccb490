import { CelError } from '../errors.ts';
import { matches } from '../regex.ts';
import { isQuantity, typeName, type Value } from '../values.ts';
import { inRange, sizeOf } from './shared.ts';
import { noOverload, row, type FunctionTable } from './types.ts';

const number = (name: string, value: Value): number | bigint => {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  if (typeof value !== 'string') throw noOverload(name, [value]);
  if (name === 'int') {
    if (!/^[+-]?\d{1,20}$/.test(value)) throw new CelError('type conversion error from string to int');
    return BigInt(value.replace(/^\+/, ''));
  }
  if (value.trim() === '' || value !== value.trim() || Number.isNaN(Number(value)))
    throw new CelError('type conversion error from string to double');
  return Number(value);
};

const toInt = (value: Value): bigint => {
  const given = number('int', value);
  if (typeof given === 'bigint') return inRange(given);
  if (!Number.isFinite(given)) throw new CelError('integer overflow');
  return inRange(BigInt(Math.trunc(given)));
};

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['t', true],
  ['1', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
  ['f', false],
  ['0', false],
]);

const toBool = (value: Value): boolean => {
  if (typeof value === 'boolean') return value;
  const read = typeof value === 'string' ? booleans.get(value) : undefined;
  if (read === undefined) throw new CelError(`type conversion error from ${typeName(value)} to bool`);
  return read;
};

/** The text of a quantity in billionths, without a suffix. */
const quantityText = (value: bigint): string => {
  const digits = String(value < 0n ? -value : value).padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}`;
};

/** What `string(x)` makes of a value. Throws CelError for lists, maps and null. */
export const toText = (value: Value): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isQuantity(value)) return quantityText(value.quantity);
  throw noOverload('string', [value]);
};

export const conversionFunctions: FunctionTable = {
  size: row([1], ([value = null], budget) => sizeOf(value, budget)),
  int: row([1], ([value = null]) => toInt(value)),
  double: row([1], ([value = null]) => Number(number('double', value))),
  string: row([1], ([value = null]) => toText(value)),
  bool: row([1], ([value = null]) => toBool(value)),
  dyn: row([1], ([value = null]) => value),
  type: row([1], ([value = null]) => ({ type: typeName(value) })),
  matches: row([2], (args, budget) => {
    const [text, pattern] = args;
    if (typeof text !== 'string' || typeof pattern !== 'string') throw noOverload('matches', args);
    return matches(text, pattern, budget);
  }),
};
