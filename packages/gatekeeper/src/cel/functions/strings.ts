import type { Budget } from '../budget.ts';
import { CelError } from '../errors.ts';
import { matches } from '../regex.ts';
import { equals, isList, type Value } from '../values.ts';
import { codePoints, joinStrings, sizeOf } from './shared.ts';
import { noOverload, row, type FunctionRow, type FunctionTable } from './types.ts';

type Text = (text: string, rest: readonly Value[], budget: Budget) => Value;

/** A method of strings. Positions count code points, as in the language, so texts are taken apart only where they matter. */
const method = (name: string, arities: readonly number[], call: Text): FunctionRow =>
  row(arities, (args, budget) => {
    const [text, ...rest] = args;
    if (typeof text !== 'string') throw noOverload(name, args);
    budget.chargeText(text.length);
    return call(text, rest, budget);
  });

const stringAt = (name: string, rest: readonly Value[], index: number): string => {
  const value = rest[index];
  if (typeof value !== 'string') throw noOverload(name, rest);
  return value;
};

const positionAt = (name: string, rest: readonly Value[], options: { readonly index: number; readonly size: number }): number => {
  const value = rest[options.index];
  if (typeof value !== 'bigint') throw noOverload(name, rest);
  if (value < 0n || value > BigInt(options.size)) throw new CelError(`index out of range: ${value}`);
  return Number(value);
};

/** Where `part` first (or last) stands in `whole`, both as code points, from `from` on. */
const search = (whole: string, part: string, options: { readonly last: boolean; readonly from: number | undefined }): bigint => {
  const points = codePoints(whole);
  const before = points.slice(0, options.from).join('').length;
  const found = options.last
    ? whole.lastIndexOf(part, options.from === undefined ? undefined : before)
    : whole.indexOf(part, options.from === undefined ? 0 : before);
  return found === -1 ? -1n : BigInt(codePoints(whole.slice(0, found)).length);
};

const find =
  (name: string, last: boolean): Text =>
  (text, rest, budget) => {
    const part = stringAt(name, rest, 0);
    budget.chargeText(text.length + part.length);
    const from = rest.length === 1 ? undefined : positionAt(name, rest, { index: 1, size: codePoints(text).length });
    return search(text, part, { last, from });
  };

const limitAt = (name: string, rest: readonly Value[], index: number): number => {
  const limit = rest[index];
  if (limit === undefined) return -1;
  if (typeof limit !== 'bigint') throw noOverload(name, rest);
  return Number(limit);
};

const replace: Text = (text, rest, budget) => {
  const [from, to] = [stringAt('replace', rest, 0), stringAt('replace', rest, 1)];
  const limit = limitAt('replace', rest, 2);
  // An upper bound before anything is built: as many replacements as could fit.
  const most = Math.floor(text.length / Math.max(from.length, 1)) + 1;
  const count = limit < 0 ? most : Math.min(limit, most);
  budget.chargeText(text.length + count * to.length);
  if (limit === 0) return text;
  if (limit < 0) return text.replaceAll(from, () => to);
  const parts = text.split(from);
  const head = parts.slice(0, limit + 1);
  return [head.join(to), ...parts.slice(limit + 1)].join(from);
};

const split: Text = (text, rest, budget) => {
  const separator = stringAt('split', rest, 0);
  const limit = limitAt('split', rest, 1);
  budget.charge(text.length);
  if (limit === 0) return [];
  const parts = separator === '' ? codePoints(text) : text.split(separator);
  return limit < 0 || parts.length <= limit ? parts : [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
};

const substring: Text = (text, rest) => {
  const points = codePoints(text);
  const from = positionAt('substring', rest, { index: 0, size: points.length });
  const to = rest.length === 1 ? points.length : positionAt('substring', rest, { index: 1, size: points.length });
  if (to < from) throw new CelError(`invalid substring range: ${from} to ${to}`);
  return points.slice(from, to).join('');
};

const ascii = (text: string, upper: boolean) =>
  text.replaceAll(upper ? /[a-z]/g : /[A-Z]/g, (letter) => (upper ? letter.toUpperCase() : letter.toLowerCase()));

/** `indexOf` is a method of strings and, in Kubernetes, of lists. */
const indexIn = (name: string, args: readonly Value[], options: { readonly last: boolean; readonly budget: Budget }): Value => {
  const { last, budget } = options;
  const [target, wanted = null, ...rest] = args;
  if (typeof target === 'string') return find(name, last)(target, [wanted, ...rest], budget);
  if (!isList(target) || rest.length > 0) throw noOverload(name, args);
  return positionInList(target, wanted, { last, budget });
};

const positionInList = (list: readonly Value[], wanted: Value, options: { readonly last: boolean; readonly budget: Budget }): bigint => {
  const same = (each: Value) => equals(each, wanted, options.budget);
  return BigInt(options.last ? list.findLastIndex(same) : list.findIndex(same));
};

export const stringMethods: FunctionTable = {
  startsWith: method('startsWith', [1], (text, rest) => text.startsWith(stringAt('startsWith', rest, 0))),
  endsWith: method('endsWith', [1], (text, rest) => text.endsWith(stringAt('endsWith', rest, 0))),
  contains: method('contains', [1], (text, rest) => text.includes(stringAt('contains', rest, 0))),
  matches: method('matches', [1], (text, rest, budget) => matches(text, stringAt('matches', rest, 0), budget)),
  lowerAscii: method('lowerAscii', [0], (text) => ascii(text, false)),
  upperAscii: method('upperAscii', [0], (text) => ascii(text, true)),
  trim: method('trim', [0], (text) => text.trim()),
  replace: method('replace', [2, 3], replace),
  split: method('split', [1, 2], split),
  substring: method('substring', [1, 2], substring),
  charAt: method('charAt', [1], (text, rest) => {
    const points = codePoints(text);
    return points[positionAt('charAt', rest, { index: 0, size: points.length })] ?? '';
  }),
  join: row([0, 1], (args, budget) => {
    const [list, separator = ''] = args;
    if (!isList(list) || typeof separator !== 'string') throw noOverload('join', args);
    return joinStrings(list, separator, budget);
  }),
  indexOf: row([1, 2], (args, budget) => indexIn('indexOf', args, { last: false, budget })),
  lastIndexOf: row([1, 2], (args, budget) => indexIn('lastIndexOf', args, { last: true, budget })),
  size: row([0], ([value = null], budget) => sizeOf(value, budget)),
};
