import type { Budget } from '../budget.ts';
import { CelError } from '../errors.ts';
import { isList, isMap, typeName, type ListValue, type Value } from '../values.ts';

/** The characters of a text as the language counts them. */
export const codePoints = (text: string): readonly string[] => Array.from(text);

/** Characters of a text as the language counts them, elements of a list, entries of a map. */
export const sizeOf = (value: Value, budget: Budget): bigint => {
  if (isList(value)) return BigInt(value.length);
  if (isMap(value)) return BigInt(value.size);
  if (typeof value !== 'string') throw new CelError(`no such overload: size(${typeName(value)})`);
  budget.chargeText(value.length);
  return BigInt(codePoints(value).length);
};

export const joinStrings = (list: ListValue, separator: string, budget: Budget): string => {
  const parts: string[] = [];
  let length = 0;
  for (const each of list) {
    if (typeof each !== 'string') throw new CelError(`no such overload: join of a list that holds ${typeName(each)}`);
    parts.push(each);
    length += each.length + separator.length;
  }
  budget.charge(list.length);
  budget.chargeText(length);
  return parts.join(separator);
};

export const inRange = (value: bigint): bigint => {
  if (BigInt.asIntN(64, value) !== value) throw new CelError('integer overflow');
  return value;
};
