import type { Tenant } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import type { AadstsError } from '../errors.ts';
import { auditSignIn } from './audit.ts';
import { flowClient } from './flow-client.ts';
import { askedOfAll, consentForAll, mayConsentForAll } from './organization-consent.ts';
import { consentPage, needAdminPage, shownDigest } from './pages/consent-page.ts';
import { messagePage } from './pages/message-page.ts';
import { respond, respondError } from './respond.ts';
import type { AdminConsentFlow } from './types.ts';
import type { Progress, Visit } from './visit.ts';
import { publisherOf } from './wanted.ts';

/** Shows everything that an administrator is asked to grant for all users; ordinary users are told that they cannot. */
export const proceedAdminConsent = async (visit: Visit, flow: AdminConsentFlow, { own, shown }: Progress): Promise<Answer> => {
  const client = flowClient(visit.services, own.tenant, flow.clientId);
  const asked = askedOfAll(visit.services, flow.scope, { client, tenant: own.tenant });
  if (!mayConsentForAll(visit.services, own.user, asked)) {
    auditSignIn(visit, { step: 'consent', outcome: 'refused', reason: 'AADSTS90094', flow, userId: own.user.id });
    return needAdminPage(visit, flow, { own, asked });
  }
  // Nobody has agreed yet, or to something else than what is asked by now.
  if (shown !== shownDigest(asked)) {
    const publisher = publisherOf(visit.services, client, own);
    return consentPage(visit, flow, { own, asked, publisher, reach: 'organization' });
  }
  await consentForAll(visit.services, { client, tenant: own.tenant, asked });
  auditSignIn(visit, { step: 'consent', outcome: 'granted', flow: { ...flow, tenantId: own.tenant.id }, userId: own.user.id });
  return consented(visit, flow, own.tenant);
};

const consented = (visit: Visit, flow: AdminConsentFlow, tenant: Tenant): Answer => {
  const to = addressOf(flow);
  if (!to)
    return messagePage(visit, { title: 'Consent granted', text: 'The application may now be used. You can close this window.', tenant });
  return respond(visit, to, [
    ['admin_consent', 'True'],
    ['tenant', tenant.id],
    ...(flow.scope === undefined ? [] : [['scope', flow.scope] as const]),
  ]);
};

const addressOf = ({ redirectUri, state }: AdminConsentFlow) =>
  redirectUri === undefined ? undefined : { redirectUri, responseMode: 'query' as const, ...(state === undefined ? {} : { state }) };

/** An administrator who declines, or somebody who is none. */
export const refuseAdminConsent = (visit: Visit, flow: AdminConsentFlow, error: AadstsError): Answer => {
  const to = addressOf(flow);
  if (!to) throw error;
  return respondError(visit, to, error);
};
