import type { Budget } from '../budget.ts';
import { CelError } from '../errors.ts';
import { compare, equals, isList, none, some, type ListValue, type Value } from '../values.ts';
import { inRange } from './shared.ts';
import { noOverload, row, type FunctionRow, type FunctionTable } from './types.ts';

const method = (
  name: string,
  arities: readonly number[],
  call: (list: ListValue, rest: readonly Value[], budget: Budget) => Value,
): FunctionRow =>
  row(arities, (args, budget) => {
    const [list, ...rest] = args;
    if (!isList(list)) throw noOverload(name, args);
    budget.charge(list.length);
    return call(list, rest, budget);
  });

const has = (list: ListValue, wanted: Value, budget: Budget): boolean => list.some((each) => equals(each, wanted, budget));

const extreme = (name: string, sign: 1 | -1) =>
  method(name, [0], (list, _, budget) => {
    const [first, ...rest] = list;
    if (first === undefined) throw new CelError(`${name} called on empty list`);
    return rest.reduce((best, each) => (compare(each, best, budget) * sign > 0 ? each : best), first);
  });

const sum = (list: ListValue): Value =>
  list.reduce<bigint | number>((total, each) => {
    if (typeof each === 'bigint' && typeof total === 'bigint') return inRange(total + each);
    if (typeof each === 'number' || (typeof each === 'bigint' && typeof total === 'number')) return Number(total) + Number(each);
    throw noOverload('sum', [list]);
  }, 0n);

const bound = (value: Value | undefined, list: ListValue): number => {
  if (typeof value !== 'bigint' || value < 0n || value > BigInt(list.length)) throw new CelError('index out of range');
  return Number(value);
};

const flatten = (list: ListValue, depth: bigint, budget: Budget): ListValue => {
  budget.charge(list.length);
  return depth <= 0n ? list : list.flatMap((each) => (isList(each) ? flatten(each, depth - 1n, budget) : [each]));
};

export const listMethods: FunctionTable = {
  isSorted: method('isSorted', [0], (list, _, budget) =>
    list.every((each, index) => index === 0 || compare(list[index - 1] ?? null, each, budget) <= 0),
  ),
  min: extreme('min', -1),
  max: extreme('max', 1),
  sum: method('sum', [0], sum),
  first: method('first', [0], ([first]) => (first === undefined ? none : some(first))),
  last: method('last', [0], (list) => (list.length === 0 ? none : some(list.at(-1) ?? null))),
  slice: method('slice', [2], (list, [from, to]) => list.slice(bound(from, list), bound(to, list))),
  distinct: method('distinct', [0], (list, _, budget) =>
    list.reduce<Value[]>((kept, each) => (has(kept, each, budget) ? kept : [...kept, each]), []),
  ),
  sort: method('sort', [0], (list, _, budget) => list.toSorted((left, right) => compare(left, right, budget))),
  flatten: method('flatten', [0, 1], (list, [depth = 1n], budget) => {
    if (typeof depth !== 'bigint' || depth < 0n) throw new CelError('flatten takes a depth of 0 or more');
    return flatten(list, depth, budget);
  }),
};

/** A function of two lists that are taken as sets. */
const sets = (name: string, call: (left: ListValue, right: ListValue, budget: Budget) => boolean): FunctionRow =>
  row([2], (args, budget) => {
    const [left, right] = args;
    if (!isList(left) || !isList(right)) throw noOverload(name, args);
    return call(left, right, budget);
  });
const containsAll = (whole: ListValue, part: ListValue, budget: Budget) => part.every((each) => has(whole, each, budget));

export const listFunctions: FunctionTable = {
  'sets.contains': sets('sets.contains', containsAll),
  'sets.equivalent': sets('sets.equivalent', (left, right, budget) => containsAll(left, right, budget) && containsAll(right, left, budget)),
  'sets.intersects': sets('sets.intersects', (left, right, budget) => right.some((each) => has(left, each, budget))),
  'lists.range': row([1], (args, budget) => {
    const [count] = args;
    if (typeof count !== 'bigint' || count < 0n) throw noOverload('lists.range', args);
    budget.charge(Number(count));
    return Array.from({ length: Number(count) }, (_, index) => BigInt(index));
  }),
  'math.greatest': extremeOf('math.greatest', 1),
  'math.least': extremeOf('math.least', -1),
};

function extremeOf(name: string, sign: 1 | -1): FunctionRow {
  return row([1, 2, 3, 4, 5, 6, 7, 8], (args, budget) => {
    const [first] = args;
    const list = args.length === 1 && isList(first) ? first : args;
    const [start, ...rest] = list;
    if (start === undefined) throw new CelError(`${name} called on empty list`);
    return rest.reduce((best, each) => (compare(each, best, budget) * sign > 0 ? each : best), start);
  });
}
