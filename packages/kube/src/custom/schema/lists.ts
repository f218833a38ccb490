import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../../codec/index.ts';
import { duplicate } from '../../codec/validation/problems.ts';
import type { Structural } from './structural.ts';

/** JSON text that is the same for the same value, whatever the order of its members. */
const canonicalText = (value: Json): string => {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalText).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value as JsonObject).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`).join(',')}}`;
};

const keysOf = (item: Json, schema: Structural): JsonObject => {
  const members = isObject(item) ? (item as JsonObject) : {};
  return Object.fromEntries(schema.listKeys.flatMap((key) => (members[key] === undefined ? [] : [[key, members[key]]])));
};

/**
 * Items that are twice in a list of type `set`, or whose keys are twice in a list of type `map`.
 * Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
export const listProblems = (items: readonly Json[], schema: Structural, path: string): FieldProblem[] => {
  if (schema.listType !== 'set' && schema.listType !== 'map') return [];
  const seen = new Set<string>();
  const problems: FieldProblem[] = [];
  items.forEach((item, index) => {
    const identity = schema.listType === 'set' ? item : keysOf(item, schema);
    const text = canonicalText(identity);
    if (seen.has(text)) problems.push(duplicate(`${path}[${String(index)}]`, identity));
    seen.add(text);
  });
  return problems;
};
