import fc from 'fast-check';
import { expressionLimits } from './limits.ts';
import { parseClaimsExpression } from './parse.ts';
import type { Clause } from './types.ts';
import { matchesWildcards } from './wildcards.ts';

/**
 * What must hold of the expression language for every input: the unit test tries thousands of cases, a nightly run millions. `run` throws
 * with the seed and the smallest counterexample.
 */
export interface Property {
  readonly name: string;
  run(runs: number): void;
}

const property = <Input>(name: string, inputs: fc.Arbitrary<Input>, holds: (input: Input) => boolean): Property => ({
  name,
  run: (runs) => fc.assert(fc.property(inputs, holds), { numRuns: runs }),
});

/** Few letters, so that texts and patterns meet often. */
const letters = (characters: string, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...Array.from(characters)), { maxLength }).map((parts) => parts.join(''));
const texts = letters("ab'/", 12);
const patterns = letters("ab'/*?", 10);

/** A second matcher, written differently on purpose: the set of places in the text that the pattern read so far can have reached. */
const matchesByReference = (text: string, pattern: string): boolean => {
  let reached = new Set([0]);
  for (const character of pattern) {
    const next = new Set<number>();
    for (const at of reached) {
      if (character === '*') for (let end = at; end <= text.length; end += 1) next.add(end);
      else if (at < text.length && (character === '?' || text[at] === character)) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(text.length);
};

const clauses: fc.Arbitrary<Clause> = fc.record({
  claim: fc.oneof(fc.constantFrom('sub', 'job_workflow_ref', "it's"), fc.string({ minLength: 1, maxLength: 6 })),
  operator: fc.constantFrom('eq', 'matches'),
  comparand: fc.oneof(
    patterns.filter((text) => text !== ''),
    fc.string({ minLength: 1, maxLength: 10 }),
  ),
});
const someClauses = fc.array(clauses, { minLength: 1, maxLength: 5 });
const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const write = (list: readonly Clause[]): string =>
  list.map(({ claim, operator, comparand }) => `claims[${quote(claim)}] ${operator} ${quote(comparand)}`).join(' and ');

const claimValues = fc.oneof(texts, fc.string({ maxLength: 10 }), fc.constantFrom(undefined, null, 1, true));
const claimSets = fc.dictionary(fc.oneof(fc.constantFrom('sub', 'job_workflow_ref', "it's"), fc.string({ maxLength: 6 })), claimValues);

const holdsByReference = (list: readonly Clause[], claims: Readonly<Record<string, unknown>>): boolean =>
  list.every(({ claim, operator, comparand }) => {
    const value = new Map(Object.entries(claims)).get(claim);
    if (typeof value !== 'string') return false;
    return operator === 'eq' ? value === comparand : matchesByReference(value, comparand);
  });

/** One edit of good text: a character taken out, put in or replaced. */
const edits = fc.record({
  at: fc.nat(),
  take: fc.nat({ max: 1 }),
  put: fc.constantFrom('', "'", ' ', '[', ']', 'a', '\u0000', '*', ' and '),
});

const run = (text: string, claims: Readonly<Record<string, unknown>>): boolean | undefined => {
  const parsed = parseClaimsExpression(text);
  return 'failure' in parsed ? undefined : parsed.expression.matches(claims);
};

export const properties: readonly Property[] = [
  property('wildcards agree with a second matcher', fc.tuple(texts, patterns), ([text, pattern]) => {
    return matchesWildcards(text, pattern) === matchesByReference(text, pattern);
  }),
  property('a text matches itself with any part of it replaced by a star', fc.tuple(texts, fc.nat(), fc.nat()), ([text, a, b]) => {
    const [from, to] = [a % (text.length + 1), b % (text.length + 1)].toSorted((left, right) => left - right);
    return matchesWildcards(text, `${text.slice(0, from)}*${text.slice(to)}`);
  }),
  property(
    'an expression that was written is read back, and means what its conditions mean',
    fc.tuple(someClauses, claimSets),
    ([list, claims]) => {
      const text = write(list);
      return run(text, claims) === (text.length > expressionLimits.length ? undefined : holdsByReference(list, claims));
    },
  ),
  property(
    'claims taken from the conditions satisfy an expression without wildcards',
    fc.uniqueArray(clauses, { selector: ({ claim }) => claim, minLength: 1, maxLength: 4 }),
    (list) => {
      const text = write(list.map((clause) => ({ ...clause, operator: 'eq' })));
      const claims = Object.fromEntries(list.map(({ claim, comparand }) => [claim, comparand]));
      return text.length > expressionLimits.length || run(text, claims) === true;
    },
  ),
  property(
    'any text gives an expression or a failure within the text',
    fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), someClauses.map(write)),
    (text) => {
      const parsed = parseClaimsExpression(text);
      return 'expression' in parsed || (parsed.failure.at >= 0 && parsed.failure.at <= text.length && parsed.failure.message !== '');
    },
  ),
  property(
    'an edited expression never gains the meaning of two readings: what parses is what it writes',
    fc.tuple(someClauses, edits),
    ([list, { at, take, put }]) => {
      const text = write(list);
      const index = at % (text.length + 1);
      const edited = text.slice(0, index) + put + text.slice(index + take);
      const parsed = parseClaimsExpression(edited);
      if ('failure' in parsed) return true;
      // Every claim that counts is named in the text, so that a reader sees all of what is compared.
      return parsed.expression.claims.every((claim) => edited.includes(`claims[${quote(claim)}]`));
    },
  ),
];
