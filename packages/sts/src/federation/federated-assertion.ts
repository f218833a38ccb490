import type { PresentedAssertion } from '../clients/types.ts';
import { runSteps } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import { checkAudience, checkTimes } from './steps/check-claims.ts';
import { checkHeader } from './steps/check-header.ts';
import { checkOwnToken } from './steps/check-own-token.ts';
import { checkSignature } from './steps/check-signature.ts';
import { checkSubject } from './steps/check-subject.ts';
import type { FederatedContext, FederatedStep } from './steps/context.ts';
import { findHolder, findIssuer, sortOutOwnTokens } from './steps/find-credentials.ts';

/** From here on the assertion's words are its issuer's, and may go into the audit trail. */
const noteSubject: FederatedStep = ({ presented }) => {
  const { sub } = presented.assertion.claims;
  if (typeof sub === 'string') presented.trail.subject = sub;
};

/** The keys may have come from far, and slowly: whatever was taken away meanwhile counts no more. From here on no step waits. */
const lookAgain: FederatedStep = (context) => {
  findHolder(context);
  sortOutOwnTokens(context);
  findIssuer(context);
};

/**
 * How a federated assertion becomes an identity, in this order. Entra documents the codes, not the order; this one costs a request to an
 * issuer only when the assertion could be good, and tells a caller who holds no valid token as little as possible
 * about the credentials: audience and subject are compared once the token is known to be genuine.
 */
const federatedSteps: readonly FederatedStep[] = [
  checkHeader,
  findHolder,
  sortOutOwnTokens,
  findIssuer,
  checkSignature,
  noteSubject,
  lookAgain,
  checkTimes,
  checkOwnToken,
  checkAudience,
  checkSubject,
];

/**
 * Believes a federated assertion, or throws the `AadstsError` of the first thing that is wrong with it. The credentials are those of the managed
 * identity, or those of the application in its home tenant.
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
export const verifyFederatedAssertion = (services: Services, presented: PresentedAssertion): Promise<void> => {
  const context: FederatedContext = { services, presented, own: false };
  return runSteps(federatedSteps, context);
};
