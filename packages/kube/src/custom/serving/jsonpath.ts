import { isObject, type Json, type JsonObject } from '@podpass/kernel';

/*
 * The part of Kubernetes' JSONPath that printer columns use: members, indexes, `[*]` and filters that compare one member with a literal.
 * Source: https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */

type Step =
  | { readonly is: 'member'; readonly name: string }
  | { readonly is: 'index'; readonly at: number }
  | { readonly is: 'every' }
  | { readonly is: 'filter'; readonly path: readonly string[]; readonly equal: boolean; readonly value: Json };

export type JsonPath = readonly Step[];

const longest = 1_024;
const filterPattern = /^\?\(\s*@((?:\.[A-Za-z0-9_-]+)+)\s*(==|!=)\s*("(?:[^"\\]|\\.)*"|'[^'\\]*'|-?\d+(?:\.\d+)?|true|false)\s*\)$/u;

const literalOf = (text: string): Json => {
  if (text.startsWith("'")) return text.slice(1, -1);
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

const bracketOf = (inside: string): Step | undefined => {
  if (inside === '*') return { is: 'every' };
  if (/^-?\d{1,9}$/u.test(inside)) return { is: 'index', at: Number(inside) };
  const quoted = /^'([^']*)'$|^"([^"]*)"$/u.exec(inside);
  if (quoted !== null) return { is: 'member', name: quoted[1] ?? quoted[2] ?? '' };
  const filter = filterPattern.exec(inside);
  if (filter === null) return undefined;
  return { is: 'filter', path: (filter[1] ?? '').slice(1).split('.'), equal: filter[2] === '==', value: literalOf(filter[3] ?? '') };
};

/** The end of a bracket that opens at `start`; quotes may hold brackets. */
const closingBracket = (text: string, start: number): number => {
  let quote = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === ']') return at;
  }
  return -1;
};

/** Parses a path such as `.status.conditions[?(@.type=="Ready")].status`; undefined for what is none or goes beyond this part. */
export const parseJsonPath = (source: string): JsonPath | undefined => {
  if (source.length > longest || !source.startsWith('.')) return undefined;
  const steps: Step[] = [];
  let at = 0;
  while (at < source.length) {
    if (source[at] === '[') {
      const end = closingBracket(source, at);
      const step = end < 0 ? undefined : bracketOf(source.slice(at + 1, end).trim());
      if (step === undefined) return undefined;
      steps.push(step);
      at = end + 1;
      continue;
    }
    const name = /^\.((?:[^.[\]\\\s(){}'"]|\\.)+)/u.exec(source.slice(at));
    if (name === null) {
      // A dot may stand before a bracket.
      if (source[at] !== '.' || source[at + 1] !== '[') return undefined;
      at += 1;
      continue;
    }
    const text = (name[1] ?? '').replace(/\\(.)/gu, '$1');
    steps.push(text === '*' ? { is: 'every' } : { is: 'member', name: text });
    at += name[0].length;
  }
  return steps.length === 0 ? undefined : steps;
};

const memberOf = (value: Json, name: string): Json =>
  isObject(value) && Object.hasOwn(value, name) ? (value as JsonObject)[name] : undefined;

const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

const follow = (value: Json, step: Step): readonly Json[] => {
  switch (step.is) {
    case 'member':
      return [memberOf(value, step.name)];
    case 'index':
      return [listOf(value).at(step.at)];
    case 'every':
      return isObject(value) ? Object.values(value as JsonObject) : listOf(value);
    case 'filter':
      return listOf(value).filter((item) => {
        let found: Json = item;
        for (const name of step.path) found = memberOf(found, name);
        return found !== undefined && (found === step.value) === step.equal;
      });
  }
};

/** The first value at the path, which is what printer columns show; undefined when there is none. */
export const firstAt = (object: Json, path: JsonPath): Json => {
  let values: readonly Json[] = [object];
  for (const step of path) values = values.flatMap((value) => follow(value, step)).filter((value) => value !== undefined);
  return values[0];
};
