import { matchesAll } from './evaluate.ts';
import { unfitFor, type Unfit } from './issuers.ts';
import { expressionLimits } from './limits.ts';
import { tokenize, type ParseFailure, type Token } from './tokenize.ts';
import type { Clause, Operator } from './types.ts';

/** A parsed expression. */
export interface ClaimsExpression {
  /** Names of the claims that it looks at. */
  readonly claims: readonly string[];
  /** Whether the claims satisfy it. Case-sensitive; a claim that is missing or no text satisfies nothing. */
  matches(claims: Readonly<Record<string, unknown>>): boolean;
  /** Why credentials for this issuer may not use the expression; undefined when they may. The issuer counts to the character. */
  unfitFor(issuer: string): Unfit | undefined;
}

type Parsed<T> = { readonly value: T } | { readonly failure: ParseFailure };

/** Parses an expression. Gives what is wrong with it, and where, when it does not parse. Never throws. */
export const parseClaimsExpression = (text: string): { readonly expression: ClaimsExpression } | { readonly failure: ParseFailure } => {
  const { length } = expressionLimits;
  if (text.length > length) return fail(`An expression has at most ${length} characters.`, length);
  const cut = tokenize(text);
  if ('failure' in cut) return cut;
  const parsed = parseClauses(cut.tokens, text.length);
  if ('failure' in parsed) return parsed;
  const clauses = parsed.value;
  return {
    expression: {
      claims: [...new Set(clauses.map(({ claim }) => claim))],
      matches: (claims) => matchesAll(clauses, claims),
      unfitFor: (issuer) => unfitFor(issuer, clauses),
    },
  };
};

const fail = (message: string, at: number): { readonly failure: ParseFailure } => ({ failure: { message, at } });

/** `clause (" and " clause)*` */
const parseClauses = (tokens: readonly Token[], end: number): Parsed<readonly Clause[]> => {
  const clauses: Clause[] = [];
  let index = 0;
  for (;;) {
    const clause = parseClause(tokens, index, end);
    if ('failure' in clause) return clause;
    clauses.push(clause.value);
    index += clauseShape.length;
    const next = tokens[index];
    if (!next) return { value: clauses };
    if (clauses.length === expressionLimits.clauses) return fail(`At most ${expressionLimits.clauses} conditions can be joined.`, next.at);
    const problem = mismatch(tokens.slice(index, index + joint.length), joint, end);
    if (problem) return { failure: problem };
    index += joint.length;
  }
};

interface Expected {
  readonly kind: Token['kind'];
  /** Any of these; anything when absent. */
  readonly values?: readonly string[];
  readonly message: string;
}

const singleSpace: Expected = { kind: 'space', values: [' '], message: 'A single space is expected.' };
const lookup = "A claim look-up is expected: claims['name'].";
const operators: readonly Operator[] = ['eq', 'matches'];

/** `claims['name'] operator 'text'` */
const clauseShape: readonly Expected[] = [
  { kind: 'word', values: ['claims'], message: lookup },
  { kind: 'open', message: lookup },
  { kind: 'text', message: lookup },
  { kind: 'close', message: lookup },
  singleSpace,
  { kind: 'word', values: operators, message: "An operator is expected: 'eq' or 'matches'." },
  singleSpace,
  { kind: 'text', message: 'A text in single quotes is expected.' },
];
const joint: readonly Expected[] = [
  singleSpace,
  { kind: 'word', values: ['and'], message: "Conditions are joined by 'and'." },
  singleSpace,
];

const mismatch = (tokens: readonly Token[], shape: readonly Expected[], end: number): ParseFailure | undefined => {
  for (const [index, expected] of shape.entries()) {
    const token = tokens[index];
    const good = token?.kind === expected.kind && (expected.values?.includes(token.value) ?? true);
    if (!good) return { message: expected.message, at: token?.at ?? end };
  }
  return undefined;
};

const parseClause = (tokens: readonly Token[], start: number, end: number): Parsed<Clause> => {
  const own = tokens.slice(start, start + clauseShape.length);
  const problem = mismatch(own, clauseShape, end);
  if (problem) return { failure: problem };
  const [claim, comparand] = own.filter(({ kind }) => kind === 'text');
  const operator = operators.find((name) => own.some(({ kind, value }) => kind === 'word' && value === name));
  if (!claim || !comparand || !operator) return fail(lookup, end);
  if (claim.value === '') return fail('The name of the claim is empty.', claim.at);
  if (comparand.value === '') return fail('The text to compare with is empty.', comparand.at);
  return { value: { claim: claim.value, operator, comparand: comparand.value } };
};
