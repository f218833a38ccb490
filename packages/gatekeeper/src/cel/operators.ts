import type { BinaryOperator } from './ast.ts';
import type { Budget } from './budget.ts';
import { CelError } from './errors.ts';
import { inRange } from './functions/shared.ts';
import { compare, equals, isList, isMap, keyOf, typeName, type Value } from './values.ts';

type Arithmetic = '+' | '-' | '*' | '/' | '%';

const integers = (operator: Arithmetic, left: bigint, right: bigint): bigint => {
  if (right === 0n && (operator === '/' || operator === '%')) throw new CelError(operator === '/' ? 'division by zero' : 'modulus by zero');
  switch (operator) {
    case '+':
      return inRange(left + right);
    case '-':
      return inRange(left - right);
    case '*':
      return inRange(left * right);
    case '/':
      return inRange(left / right);
    case '%':
      return left % right;
    default:
      return operator satisfies never;
  }
};

const overload = (operator: string, left: Value, right: Value) =>
  new CelError(`no such overload: ${typeName(left)} ${operator} ${typeName(right)}`);

const doubles = (operator: Arithmetic, left: number, right: number): number => {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      throw overload(operator, left, right);
    default:
      return operator satisfies never;
  }
};

const arithmetic = (operator: Arithmetic, left: Value, right: Value, budget: Budget): Value => {
  if (typeof left === 'bigint' && typeof right === 'bigint') return integers(operator, left, right);
  if (typeof left === 'number' && typeof right === 'number') return doubles(operator, left, right);
  if (operator !== '+') throw overload(operator, left, right);
  if (typeof left === 'string' && typeof right === 'string') {
    budget.chargeText(left.length + right.length);
    return left + right;
  }
  if (!isList(left) || !isList(right)) throw overload(operator, left, right);
  budget.charge(left.length + right.length);
  return [...left, ...right];
};

const contains = (wanted: Value, whole: Value, budget: Budget): boolean => {
  if (isList(whole)) return whole.some((each) => equals(each, wanted, budget));
  if (!isMap(whole)) throw overload('in', wanted, whole);
  const key = keyOf(wanted);
  return key !== undefined && whole.has(key);
};

/** All binary operators but `&&` and `||`. Throws CelError. */
export const apply = (operator: Exclude<BinaryOperator, '&&' | '||'>, left: Value, right: Value, budget: Budget): Value => {
  budget.charge(1);
  switch (operator) {
    case '==':
      return equals(left, right, budget);
    case '!=':
      return !equals(left, right, budget);
    case 'in':
      return contains(left, right, budget);
    case '<':
      return compare(left, right, budget) < 0;
    case '<=':
      return compare(left, right, budget) <= 0;
    case '>':
      return compare(left, right, budget) > 0;
    case '>=':
      return compare(left, right, budget) >= 0;
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(operator, left, right, budget);
    default:
      return operator satisfies never;
  }
};

export const negate = (value: Value): Value => {
  if (typeof value === 'bigint') return inRange(-value);
  if (typeof value === 'number') return -value;
  throw new CelError(`no such overload: -${typeName(value)}`);
};
