import { CelError } from './errors.ts';
import { isList, isMap, isOptional, keyOf, none, some, typeName, type Value } from './values.ts';

/** What `key` leads to inside a map or a list; undefined when there is nothing. Throws CelError for keys of a wrong kind. */
const lookUp = (value: Value, key: Value): Value | undefined => {
  if (isMap(value)) {
    const known = keyOf(key);
    return known === undefined ? undefined : value.get(known);
  }
  if (!isList(value)) return undefined;
  const index = keyOf(key);
  if (typeof index !== 'bigint') throw new CelError(`unsupported index type ${typeName(key)} in list`);
  return index < 0n || index >= BigInt(value.length) ? undefined : value[Number(index)];
};

/** `value.?field` and `value[?key]`: optional, whatever is missing. Selections on an optional value stay optional. */
export const selectOptional = (value: Value, key: Value): Value => {
  const from = isOptional(value) ? value.optional : value;
  const found = from === undefined ? undefined : lookUp(from, key);
  return found === undefined ? none : some(found);
};

const show = (key: Value): string => (typeof key === 'object' ? typeName(key) : String(key));

/** `value.field` and `value[key]`. Throws CelError when there is no such thing. */
export const select = (value: Value, key: Value): Value => {
  if (isOptional(value)) return selectOptional(value, key);
  const found = lookUp(value, key);
  if (found !== undefined) return found;
  throw new CelError(isList(value) ? `index out of bounds: ${show(key)}` : `no such key: ${show(key)}`);
};

/** `has(value.field)`: nothing that is not there makes it fail. */
export const isPresent = (value: Value, field: string): boolean => {
  const from = isOptional(value) ? value.optional : value;
  return from !== undefined && isMap(from) && from.has(field);
};
