import { CelError } from '../errors.ts';
import { isList, isMap, isOptional, none, some, type Optional, type Value } from '../values.ts';
import { noOverload, row, type FunctionTable } from './types.ts';

const isZero = (value: Value): boolean => {
  if (isList(value)) return value.length === 0;
  if (isMap(value)) return value.size === 0;
  return value === null || value === false || value === '' || value === 0n || value === 0;
};

const method = (name: string, arity: 0 | 1, call: (target: Optional, argument: Value) => Value) =>
  row([arity], (args) => {
    const [target, argument = null] = args;
    if (!isOptional(target)) throw noOverload(name, args);
    return call(target, argument);
  });

export const optionalFunctions: FunctionTable = {
  'optional.of': row([1], ([value = null]) => some(value)),
  'optional.none': row([0], () => none),
  'optional.ofNonZeroValue': row([1], ([value = null]) => (isZero(value) ? none : some(value))),
};

/** https://pkg.go.dev/github.com/google/cel-go/cel#OptionalTypes */
export const optionalMethods: FunctionTable = {
  hasValue: method('hasValue', 0, ({ optional }) => optional !== undefined),
  value: method('value', 0, ({ optional }) => {
    if (optional === undefined) throw new CelError('optional.none() dereference');
    return optional;
  }),
  orValue: method('orValue', 1, ({ optional }, otherwise) => optional ?? (optional === null ? null : otherwise)),
  or: method('or', 1, (target, otherwise) => {
    if (!isOptional(otherwise)) throw noOverload('or', [otherwise]);
    return target.optional === undefined ? otherwise : target;
  }),
};
