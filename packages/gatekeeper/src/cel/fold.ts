import type { Fold } from './ast.ts';
import type { Budget } from './budget.ts';
import { CelError } from './errors.ts';
import { isList, isMap, typeName, type MapKey, type MapValue, type Value } from './values.ts';

/** Evaluates a body of the macro with these values for its variables. */
type Body = (values: readonly Value[]) => Value;

interface Bodies {
  readonly condition: Body | undefined;
  readonly result: Body | undefined;
}

/** What the variables hold, element by element. */
const elements = function* (range: Value, both: boolean): Generator<readonly [Value, Value]> {
  if (isMap(range)) for (const [key, value] of range) yield both ? [key, value] : [key, key];
  else if (isList(range)) {
    let index = 0n;
    for (const value of range) {
      yield both ? [index, value] : [value, value];
      index += 1n;
    }
  } else throw new CelError(`no such overload: a macro over ${typeName(range)}`);
};

const truth = (value: Value): boolean => {
  if (typeof value !== 'boolean') throw new CelError(`no such overload: a condition that is ${typeName(value)}`);
  return value;
};

/** `all` and `exists`: one decisive element settles it, whatever failed at others. */
const decide = (range: Value, both: boolean, test: Body, decisive: boolean): boolean => {
  let failure: CelError | undefined;
  for (const values of elements(range, both)) {
    try {
      if (truth(test(values)) === decisive) return decisive;
    } catch (thrown) {
      if (!(thrown instanceof CelError)) throw thrown;
      failure ??= thrown;
    }
  }
  if (failure !== undefined) throw failure;
  return !decisive;
};

const transformMap = (range: Value, { condition, result }: Bodies): MapValue => {
  const made = new Map<MapKey, Value>();
  for (const [key, value] of elements(range, true)) {
    if (condition !== undefined && !truth(condition([key, value]))) continue;
    made.set(key as MapKey, result?.([key, value]) ?? value);
  }
  return made;
};

/** Runs a macro over the elements of `range`. Throws CelError. */
export const runFold = ({ macro, variables }: Fold, range: Value, bodies: Bodies, budget: Budget): Value => {
  const both = variables.length === 2;
  const { condition, result } = bodies;
  if (macro === 'all' || macro === 'exists') return decide(range, both, condition ?? (() => true), macro === 'exists');
  if (macro === 'transformMap') return transformMap(range, bodies);
  const kept: Value[] = [];
  for (const values of elements(range, both)) {
    budget.charge(1);
    if (condition !== undefined && !truth(condition(values))) continue;
    kept.push(result === undefined ? (values[1] ?? null) : result(values));
  }
  return macro === 'existsOne' ? kept.length === 1 : kept;
};
