import { parseClaimsExpression } from '../claims-matching/index.ts';
import type { Directory } from '../directory-types.ts';
import {
  FederatedCredentialError,
  type FederatedCredentialErrorCode,
  type FederatedCredentialErrorData,
} from '../federated-credential-error.ts';
import { federatedCredentialLimits, federatedCredentialNamePattern } from '../limits.ts';
import type { FederatedCredential } from '../types.ts';

export type Draft = Parameters<Directory['federatedCredentials']['put']>[0];
export type OwnerKind = 'managedIdentity' | 'application';

type Property = NonNullable<FederatedCredentialErrorData['property']>;
type Refusal = { readonly code: FederatedCredentialErrorCode } & Partial<FederatedCredentialErrorData>;
type ShapeRule = (draft: Draft) => Refusal | undefined;
type SiblingRule = (draft: Draft, siblings: readonly FederatedCredential[]) => Refusal | undefined;

const checkName: ShapeRule = ({ name }) => (federatedCredentialNamePattern.test(name) ? undefined : { code: 'invalid-name' });

const missing = (property: Property): Refusal => ({ code: 'missing-properties', property });

const checkRequired: ShapeRule = ({ issuer, subject, claimsMatchingExpression, audiences }) => {
  if (issuer === '') return missing('issuer');
  if (subject !== undefined && claimsMatchingExpression) return { code: 'subject-and-expression', property: 'claimsMatchingExpression' };
  if (claimsMatchingExpression?.value === '') return missing('claimsMatchingExpression');
  if ((subject === undefined || subject === '') && !claimsMatchingExpression) return missing('subject');
  return audiences.some((audience) => audience === '') ? missing('audiences') : undefined;
};

const checkAudienceCount: ShapeRule = ({ audiences }) =>
  audiences.length === federatedCredentialLimits.audiences
    ? undefined
    : { code: 'audience-count', property: 'audiences', limit: federatedCredentialLimits.audiences };

const checkLengths: ShapeRule = ({ issuer, subject = '', claimsMatchingExpression, audiences, description = '' }) => {
  const limit = federatedCredentialLimits.textLength;
  const lengths: readonly (readonly [Property, number])[] = [
    ['issuer', issuer.length],
    ['subject', subject.length],
    ['claimsMatchingExpression', claimsMatchingExpression?.value.length ?? 0],
    ['audiences', Math.max(...audiences.map(({ length }) => length))],
    ['description', description.length],
  ];
  const long = lengths.find(([, length]) => length > limit);
  return long && { code: 'value-too-long', property: long[0], limit };
};

/** White space around the URL is stored, as Entra stores it; the exchange then finds no match. */
const checkIssuer: ShapeRule = ({ issuer }) => {
  const url = URL.parse(issuer.trim());
  const good = url !== null && url.protocol === 'https:' && url.hostname !== '' && url.username === '' && url.password === '';
  return good && url.search === '' && url.hash === '' ? undefined : { code: 'invalid-issuer', property: 'issuer' };
};

const checkExpression: ShapeRule = ({ issuer, claimsMatchingExpression }) => {
  if (!claimsMatchingExpression) return undefined;
  const property = 'claimsMatchingExpression';
  if (claimsMatchingExpression.languageVersion !== 1) return { code: 'expression-language', property };
  const parsed = parseClaimsExpression(claimsMatchingExpression.value);
  if ('failure' in parsed) return { code: 'invalid-expression', property, reason: parsed.failure.message, at: parsed.failure.at };
  const unfit = parsed.expression.unfitFor(issuer);
  return unfit && { code: 'expression-unfit-for-issuer', property, reason: unfit.message };
};

/** The same tokens would match both. */
const checkUnique: SiblingRule = (draft, siblings) => {
  const twin = siblings.find(
    (other) =>
      other.issuer === draft.issuer &&
      other.subject === draft.subject &&
      other.claimsMatchingExpression?.value === draft.claimsMatchingExpression?.value &&
      !sameName(other.name, draft.name),
  );
  return twin && { code: 'duplicate', conflict: twin.name };
};

const checkCount: SiblingRule = (draft, siblings) => {
  const limit = federatedCredentialLimits.perIdentity;
  const replaces = siblings.some((other) => sameName(other.name, draft.name));
  return !replaces && siblings.length >= limit ? { code: 'too-many', limit } : undefined;
};

const sameName = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

const shapeRules: readonly ShapeRule[] = [checkName, checkRequired, checkAudienceCount, checkLengths, checkIssuer, checkExpression];
const siblingRules: readonly SiblingRule[] = [checkUnique, checkCount];

/** Throws `FederatedCredentialError` for a draft that could never be written. */
export const checkShape = (draft: Draft): void => {
  for (const rule of shapeRules) refuseIf(draft, rule(draft));
};

/**
 * Throws `FederatedCredentialError` when the owner or its other credentials forbid the draft. Managed identities take no expressions: Entra
 * refuses them at the exchange (AADSTS700235), Podpass when they are written.
 */
export const checkAmong = (draft: Draft, owner: OwnerKind, siblings: readonly FederatedCredential[]): void => {
  if (owner === 'managedIdentity' && draft.claimsMatchingExpression) {
    refuseIf(draft, { code: 'expression-on-managed-identity', property: 'claimsMatchingExpression' });
  }
  for (const rule of siblingRules) refuseIf(draft, rule(draft, siblings));
};

const refuseIf = (draft: Draft, refusal: Refusal | undefined): void => {
  if (!refusal) return;
  const { code, ...data } = refusal;
  throw new FederatedCredentialError(code, { principalId: draft.principalId, name: draft.name, ...data });
};
