import { parseClaimsExpression, type ClaimsExpression, type FederatedCredential } from '@podpass/directory';
import { derived } from '@podpass/kernel';
import { AadstsError } from '../../errors.ts';
import { must } from '../../requests/must.ts';
import type { FederatedContext, FederatedStep } from './context.ts';

/**
 * One of the credentials that are left must name the subject to the character, or have an expression that the claims satisfy. Throws
 * AADSTS700213, 7002138 when only the case differs, and with expressions 7002131, 700235, 7002241, 700237 or 700233.
 */
export const checkSubject: FederatedStep = (context) => {
  const { presented } = context;
  const { sub } = presented.assertion.claims;
  const subject = typeof sub === 'string' ? sub : '';
  const { credentials, subjects } = must(context.trusted);
  if (typeof sub === 'string' && subjects.has(sub)) return;
  const flexible = credentials.filter((credential) => credential.claimsMatchingExpression !== undefined);
  if (flexible.some((credential) => satisfies(context, credential))) return;
  const lower = subject.toLowerCase();
  if (credentials.some((credential) => credential.subject?.toLowerCase() === lower)) throw new AadstsError(7002138, { data: { subject } });
  const [first] = flexible;
  if (!first) throw new AadstsError(700213, { data: { subject } });
  throw obstacle(context, first) ?? new AadstsError(7002131, { data: { subject } });
};

type Read = ReturnType<typeof parseClaimsExpression>;

/** Parsed once for each credential, and forgotten with it. */
const expressionOf = derived((credential: FederatedCredential): Read => {
  const { value = '', languageVersion } = credential.claimsMatchingExpression ?? {};
  // The directory stores version 1 only; whatever else may come out of a store means nothing here.
  return languageVersion === 1 ? parseClaimsExpression(value) : { failure: { message: 'Unknown language version.', at: 0 } };
});

const satisfies = (context: FederatedContext, credential: FederatedCredential): boolean => {
  if (obstacle(context, credential)) return false;
  const parsed = expressionOf(credential);
  return 'expression' in parsed && parsed.expression.matches(context.presented.assertion.claims);
};

/** Why the credential's expression is not even looked at. */
const obstacle = ({ presented, holder }: FederatedContext, credential: FederatedCredential): AadstsError | undefined => {
  if (must(holder).kind !== 'application') return new AadstsError(700235);
  const parsed = expressionOf(credential);
  if ('failure' in parsed) return new AadstsError(700233, { data: { detail: parsed.failure.message } });
  return unfit(parsed.expression, presented.issuer);
};

/** An expression that lacks a claim which new ones must have was written when they need not, and goes on to work. */
const unfit = (expression: ClaimsExpression, issuer: string): AadstsError | undefined => {
  const problem = expression.unfitFor(issuer);
  if (problem?.reason === 'issuer') return new AadstsError(7002241, { data: { issuer } });
  return problem?.reason === 'unallowed' ? new AadstsError(700237, { data: { detail: problem.message } }) : undefined;
};
