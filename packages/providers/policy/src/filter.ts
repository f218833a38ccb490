import { fail } from './errors.ts';

/** Characters of a filter. */
const longest = 2_000;
const refuse = (filter: string, supported: string) => fail('UnsupportedFilter', { filter: filter.slice(0, 200), supported });

const clause = /^(policyType|category)\s+eq\s+'([^']{1,100})'$/i;
const supportedForDefinitions = "Supported are policyType eq 'BuiltIn' and category eq 'name'.";

export interface DefinitionFilter {
  /** Lower case. */
  readonly policyType: string | undefined;
  readonly category: string | undefined;
}

/** Filters of lists of definitions; what is not known is refused, for an ignored filter would show the wrong thing. */
export const readDefinitionFilter = (text: string | null): DefinitionFilter => {
  if (text === null || text.trim() === '') return { policyType: undefined, category: undefined };
  const [, field, value] = text.length > longest ? [] : (clause.exec(text.trim()) ?? []);
  if (field === undefined || value === undefined) throw refuse(text, supportedForDefinitions);
  const isType = field.toLowerCase() === 'policytype';
  return { policyType: isType ? value.toLowerCase() : undefined, category: isType ? undefined : value.toLowerCase() };
};

export interface AssignmentFilter {
  readonly kind: 'all' | 'at-scope' | 'exact';
  /** Lower-case id: only assignments of this definition. */
  readonly definitionId: string | undefined;
}

const supported = "Supported are atScope(), atExactScope(), atScopeAndBelow() and policyDefinitionId eq 'id'.";
const words: Readonly<Record<string, AssignmentFilter['kind']>> = {
  'atscope()': 'at-scope',
  'atexactscope()': 'exact',
  'atscopeandbelow()': 'all',
};

/**
 * Filters of lists of assignments. Without one, and with `atScopeAndBelow()`, everything that applies to the scope or
 * lies within it is listed. https://learn.microsoft.com/rest/api/policy/policy-assignments/list
 */
export const readAssignmentFilter = (text: string | null): AssignmentFilter => {
  if (text === null || text.trim() === '') return { kind: 'all', definitionId: undefined };
  if (text.length > longest) throw refuse(text, supported);
  const word = text.trim().toLowerCase();
  const kind = Object.hasOwn(words, word) ? words[word] : undefined;
  if (kind !== undefined) return { kind, definitionId: undefined };
  const id = /^policyDefinitionId\s+eq\s+'([^']{1,400})'$/i.exec(text.trim())?.[1];
  if (id === undefined) throw refuse(text, supported);
  return { kind: 'all', definitionId: id.toLowerCase() };
};
