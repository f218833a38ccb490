import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';
import { requireAssignment } from './assignment.ts';
import { consentOf, type ConsentQuestion } from './consent.ts';

/**
 * The scopes that a token may carry. Throws AADSTS50105 when client or resource demand an assignment that the user lacks, 65001 when
 * consent is missing and 650057 when the client never registered a wish for the resource.
 */
export const requireConsent = (services: Pick<Services, 'directory'>, question: ConsentQuestion): readonly string[] => {
  const { tenant, client, userId, wanted } = question;
  requireAssignment(services, { tenant, userId, principal: client.principal });
  requireAssignment(services, { tenant, userId, principal: wanted.target.resource.principal });
  const { granted, missing } = consentOf(services, question);
  if (missing.length > 0) throw new AadstsError(65001, { data: { app: client.clientId, name: client.displayName } });
  return granted;
};
