import { GraphError } from '../errors.ts';
import { propertyOf } from './compile-filter.ts';
import { valueOf } from './visible.ts';
import type { EntityKind, QueryOptions, ReadScope, SearchClause } from './types.ts';

type Search = NonNullable<QueryOptions['search']>;

/** `"displayName:ada" AND ("mail:x" OR …)` without parentheses: alternatives of clauses. https://learn.microsoft.com/graph/search-query-parameter */
export const parseSearch = (search: string): Search => {
  const refuse = () => new GraphError('badSearch', { search });
  const parts = search.trim().match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  const alternatives: SearchClause[][] = [[]];
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 0) alternatives.at(-1)?.push(clauseOf(part, refuse));
    else if (part === 'OR') alternatives.push([]);
    else if (part !== 'AND') throw refuse();
  }
  if (parts.length % 2 === 0 || parts.length > 20) throw refuse();
  return alternatives;
};

const clauseOf = (part: string, refuse: () => GraphError): SearchClause => {
  const found = /^"([A-Za-z]\w*):([^]+)"$/.exec(part);
  if (!found) throw refuse();
  return { property: found[1] ?? '', text: (found[2] ?? '').replaceAll(/\\(.)/g, '$1') };
};

/**
 * Checks a search against a kind and turns it into a predicate. Names and descriptions match when each word that is sought begins one of their words; that is how
 * Entra tokenizes those two. Other properties match from their beginning.
 */
export const compileSearch = <T extends { readonly id: string }>(
  search: Search,
  { kind, scope }: { readonly kind: EntityKind<T>; readonly scope: ReadScope },
): ((value: T) => boolean) => {
  const alternatives = search.map((clauses) =>
    clauses.map(({ property: name, text }) => {
      const property = propertyOf(kind, name);
      if (!property?.search) throw new GraphError('badSearch', { search: `"${name}:${text}"` });
      const tokenized = property.name === 'displayName' || property.name === 'description';
      const test = tokenized ? wordsTest(text) : (value: string) => value.toLowerCase().startsWith(text.toLowerCase());
      return (value: T) => {
        const own = valueOf(kind, property, { value, scope });
        return typeof own === 'string' && test(own);
      };
    }),
  );
  return (value) => alternatives.some((clauses) => clauses.every((test) => test(value)));
};

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

const wordsTest = (text: string): ((value: string) => boolean) => {
  const wanted = wordsOf(text);
  return (value) => {
    const own = wordsOf(value);
    return wanted.length > 0 && wanted.every((word) => own.some((candidate) => candidate.startsWith(word)));
  };
};
