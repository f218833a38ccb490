import type { Clause, Operator } from './types.ts';

/**
 * Why an expression does not fit an issuer: the issuer may have none at all (`issuer`), the expression looks at a claim in a way that it may
 * not (`unallowed`), or leaves out one that it must look at (`lacking`).
 */
export interface Unfit {
  readonly reason: 'issuer' | 'unallowed' | 'lacking';
  /** For people. */
  readonly message: string;
}

/** What the tokens of a kind of issuer offer to expressions. */
interface Platform {
  readonly issuers: RegExp;
  /** Claims that may be looked at, and the operators that each takes. */
  readonly claims: Readonly<Record<string, readonly Operator[]>>;
  /** Claims that must be looked at: at least one of each group. */
  readonly required: readonly (readonly string[])[];
}

const both: readonly Operator[] = ['eq', 'matches'];

/**
 * The issuers for which Entra knows expressions, after the documentation of August 2026. GitHub's need a claim that no renaming changes.
 * https://learn.microsoft.com/entra/workload-id/workload-identities-flexible-federated-identity-credentials
 */
const platforms: readonly Platform[] = [
  {
    issuers: /^https:\/\/token\.actions\.githubusercontent\.com$/,
    claims: { sub: both, job_workflow_ref: both, repository_id: ['eq'], repository_owner_id: ['eq'] },
    required: [['sub'], ['repository_id', 'repository_owner_id']],
  },
  { issuers: /^https:\/\/gitlab\.(?:[a-z0-9-]+\.(?:com|ca)|com)$/, claims: { sub: both }, required: [['sub']] },
  { issuers: /^https:\/\/app\.(?:eu\.)?terraform\.io$/, claims: { sub: both }, required: [['sub']] },
];

export const unfitFor = (issuer: string, clauses: readonly Clause[]): Unfit | undefined => {
  const platform = platforms.find(({ issuers }) => issuers.test(issuer));
  if (!platform) return { reason: 'issuer', message: `Issuer '${issuer}' may not use credentials matching via expression.` };
  const message = `Expression configured for issuer '${issuer}' either lacks all required claims or contains unallowed claims.`;
  if (!clauses.every(({ claim, operator }) => allows(platform, claim, operator))) return { reason: 'unallowed', message };
  const complete = platform.required.every((group) => clauses.some(({ claim }) => group.includes(claim)));
  return complete ? undefined : { reason: 'lacking', message };
};

const allows = ({ claims }: Platform, claim: string, operator: Operator): boolean =>
  Object.hasOwn(claims, claim) && claims[claim]?.includes(operator) === true;
