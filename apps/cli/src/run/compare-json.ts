import { isObject } from '@podpass/kernel';
import { jaro } from './similarity.ts';

/**
 * How like two JSON values are, from 0 to 1: the smaller of two scores. One is the Jaro similarity of both as text with ordered members, as
 * Azure's executable documents define it; it alone would let a value that lost a member pass. The other is the share of the expected
 * members and elements that are present with their type. Members that are not expected do no harm: services add some.
 */
export const jsonSimilarity = (expected: unknown, actual: unknown): number =>
  Math.min(jaro(JSON.stringify(ordered(expected)), JSON.stringify(ordered(actual))), structureShare(expected, actual));

const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((name) => [name, ordered(value[name])]),
  );
};

const structureShare = (expected: unknown, actual: unknown): number => {
  const { found, wanted } = compare(expected, actual);
  return found / wanted;
};

interface Count {
  readonly found: number;
  readonly wanted: number;
}

const compare = (expected: unknown, actual: unknown): Count => {
  const same = typeOf(expected) === typeOf(actual);
  let found = same ? 1 : 0;
  let wanted = 1;
  for (const [member, value] of children(expected)) {
    const inner = compare(value, same ? childOf(actual, member) : absent);
    found += inner.found;
    wanted += inner.wanted;
  }
  return { found, wanted };
};

/** Stands for a member that is not there; it has a type of its own. */
const absent = Symbol('absent');

const typeOf = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

const children = (value: unknown): readonly (readonly [string, unknown])[] =>
  Array.isArray(value) || isObject(value) ? Object.entries(value as object) : [];

const childOf = (value: unknown, member: string): unknown => {
  const found = children(value).find(([name]) => name === member);
  return found ? found[1] : absent;
};
