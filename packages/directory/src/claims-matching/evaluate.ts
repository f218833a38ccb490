import { expressionLimits } from './limits.ts';
import type { Clause } from './types.ts';
import { matchesWildcards } from './wildcards.ts';

/** Whether every condition holds. A claim must be text, and the token's own: what objects inherit is no claim. */
export const matchesAll = (clauses: readonly Clause[], claims: Readonly<Record<string, unknown>>): boolean =>
  clauses.every(({ claim, operator, comparand }) => {
    const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    if (typeof value !== 'string' || value.length > expressionLimits.claim) return false;
    return operator === 'eq' ? value === comparand : matchesWildcards(value, comparand);
  });
