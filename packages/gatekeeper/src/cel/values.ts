import { CelError, CelLimitError } from './errors.ts';
import type { Budget } from './budget.ts';
import { celLimits } from './limits.ts';

export interface Optional {
  readonly optional: Value | undefined;
}
/** The value of `type(x)`. */
interface TypeValue {
  readonly type: string;
}
/** A Kubernetes quantity in billionths. */
export interface Quantity {
  readonly quantity: bigint;
}
export type MapKey = string | boolean | bigint;
export type MapValue = ReadonlyMap<MapKey, Value>;
export type ListValue = readonly Value[];
/** A value: integers are bigint, doubles number. Objects of the cluster become maps, so that nothing inherited can be seen. */
export type Value = null | boolean | bigint | number | string | ListValue | MapValue | Optional | TypeValue | Quantity;

export const isList = (value: Value | undefined): value is ListValue => Array.isArray(value);
export const isMap = (value: Value | undefined): value is MapValue => value instanceof Map;
export const isOptional = (value: Value | undefined): value is Optional =>
  typeof value === 'object' && value !== null && 'optional' in value;
export const isQuantity = (value: Value | undefined): value is Quantity =>
  typeof value === 'object' && value !== null && 'quantity' in value;
const isType = (value: Value | undefined): value is TypeValue => typeof value === 'object' && value !== null && 'type' in value;

export const none: Optional = { optional: undefined };
export const some = (value: Value): Optional => ({ optional: value });

export const typeName = (value: Value): string => {
  if (value === null) return 'null_type';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'string') return 'string';
  if (isList(value)) return 'list';
  if (isMap(value)) return 'map';
  if (isOptional(value)) return 'optional_type';
  return isQuantity(value) ? 'kubernetes.Quantity' : 'type';
};

/** A JSON value of the cluster. Whole numbers become integers, as in Kubernetes. Throws CelLimitError for one that nests too deeply. */
export const fromJson = (json: unknown, depth = 0): Value => {
  if (depth > celLimits.valueDepth) throw new CelLimitError('the object nests too deeply');
  if (typeof json === 'string' || typeof json === 'boolean') return json;
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json;
  if (Array.isArray(json)) return json.map((each: unknown) => fromJson(each, depth + 1));
  if (typeof json !== 'object' || json === null) return null;
  const map = new Map<MapKey, Value>();
  for (const [key, each] of Object.entries(json)) if (each !== undefined) map.set(key, fromJson(each, depth + 1));
  return map;
};

/** The key under which a map may hold `value`; undefined for values that are no keys. */
export const keyOf = (value: Value): MapKey | undefined => {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint' ? value : undefined;
};

const isNumber = (value: Value): value is bigint | number => typeof value === 'bigint' || typeof value === 'number';

/** Equality of any two values: numbers by value, lists and maps by content. Values of different kinds differ. */
export const equals = (left: Value, right: Value, budget: Budget): boolean => {
  budget.charge(1);
  if (typeof left === 'string' && typeof right === 'string') {
    budget.chargeText(Math.min(left.length, right.length));
    return left === right;
  }
  // oxlint-disable-next-line eqeqeq -- the loose comparison is the exact one between bigint and number
  if (isNumber(left) && isNumber(right)) return left == right;
  if (isList(left))
    return isList(right) && left.length === right.length && left.every((each, index) => equals(each, right[index] ?? null, budget));
  if (isMap(left)) {
    if (!isMap(right) || left.size !== right.size) return false;
    for (const [key, each] of left) {
      const other = right.get(key);
      if (other === undefined || !equals(each, other, budget)) return false;
    }
    return true;
  }
  if (isOptional(left)) {
    if (!isOptional(right)) return false;
    if (left.optional === undefined || right.optional === undefined) return left.optional === right.optional;
    return equals(left.optional, right.optional, budget);
  }
  if (isQuantity(left)) return isQuantity(right) && left.quantity === right.quantity;
  if (isType(left)) return isType(right) && left.type === right.type;
  return left === right;
};

const byCodePoints = (left: string, right: string): number => {
  const length = Math.min(left.length, right.length);
  let at = 0;
  while (at < length && left[at] === right[at]) at += 1;
  return (left.codePointAt(at) ?? -1) - (right.codePointAt(at) ?? -1);
};

/** Order of two values of one ordered kind: negative, zero or positive. Throws CelError for others. */
export const compare = (left: Value, right: Value, budget: Budget): number => {
  budget.charge(1);
  if (isNumber(left) && isNumber(right)) {
    if (left < right) return -1;
    if (left > right) return 1;
    // oxlint-disable-next-line eqeqeq -- as above
    return left == right ? 0 : Number.NaN;
  }
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  if (typeof left === 'string' && typeof right === 'string') {
    budget.chargeText(Math.min(left.length, right.length));
    return byCodePoints(left, right);
  }
  throw new CelError(`no such overload: ${typeName(left)} compared with ${typeName(right)}`);
};
