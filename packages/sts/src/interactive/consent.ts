import type { Answer } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import { adminRights } from './admin-rights.ts';
import { auditRefusal, auditSignIn } from './audit.ts';
import { grantScopes } from './grant-consent.ts';
import { shownDigest } from './pages/consent-page.ts';
import { messagePage } from './pages/message-page.ts';
import { refuseAdminConsent } from './proceed-admin-consent.ts';
import { fittingAccounts, guardFlow, proceed } from './proceed.ts';
import { respondError } from './respond.ts';
import { badAnswer, flowOf, submitted } from './submitted.ts';
import type { AuthorizeFlow, DeviceFlow, Flow } from './types.ts';
import type { Visit, VisitAccount } from './visit.ts';
import { askedOf, confirmedBy, wantedBy } from './wanted.ts';

/** Takes the answer to the question about consent. */
export const consentEndpoint = async (visit: Visit): Promise<Answer> => {
  const { form, ticket } = await submitted(visit, 'consent');
  const flow = flowOf(ticket);
  // The page was for one account; the browser must still be signed in to it.
  const own = fittingAccounts(visit, flow).find(({ user }) => user.id === ticket.userId);
  if (!own) throw badAnswer();
  const action = form.get('action');
  if (action === 'cancel') return decline(visit, flow, { own, error: new AadstsError(65004) });
  if (action === 'need-admin') return decline(visit, flow, { own, error: new AadstsError(90094, { data: { name: flow.clientId } }) });
  if (action !== 'accept') throw badAnswer();
  // An administrator's consent is checked and written where it goes on.
  if (flow.kind === 'admin-consent') return proceed(visit, flow, { own, decided: true, shown: ticket.shown });
  const forAll = form.get('organization') === 'yes';
  return guardFlow(visit, flow, async () => {
    const decided = await accept(visit, flow, { own, forAll, shown: ticket.shown });
    return proceed(visit, flow, { own, decided });
  });
};

/**
 * Everything is worked out anew: the form says only yes or no. When it is no longer what the page showed, nothing is granted, and false tells that the page
 * must be shown again.
 */
const accept = async (
  visit: Visit,
  flow: AuthorizeFlow | DeviceFlow,
  { own, forAll, shown }: { readonly own: VisitAccount; readonly forAll: boolean; readonly shown: string | undefined },
): Promise<boolean> => {
  const { services } = visit;
  const { user, tenant } = own;
  const wanted = wantedBy(services, flow, own);
  const { delegated } = adminRights(services, user);
  const about = { step: 'consent', flow: { ...flow, tenantId: tenant.id }, userId: user.id } as const;
  if ((wanted.adminOnly || forAll) && !delegated) {
    const error = new AadstsError(90094, { data: { name: wanted.client.displayName } });
    auditRefusal(visit, about, error);
    throw error;
  }
  const confirmed = confirmedBy(flow, wanted);
  if (shown !== shownDigest(askedOf(wanted, confirmed))) return false;
  const scopes = (forAll ? confirmed : wanted.missing).map(({ value }) => value);
  if (scopes.length > 0 && !wanted.client.firstParty) {
    const resourceAppId = wanted.target.target.resource.appId;
    await grantScopes(services, { tenant, clientId: wanted.client.clientId, resourceAppId, scopes, userId: forAll ? undefined : user.id });
  }
  auditSignIn(visit, { ...about, outcome: 'granted' });
  return true;
};

const decline = async (
  visit: Visit,
  flow: Flow,
  { own, error }: { readonly own: VisitAccount; readonly error: AadstsError },
): Promise<Answer> => {
  auditRefusal(visit, { step: 'consent', flow, userId: own.user.id }, error);
  switch (flow.kind) {
    case 'authorize':
      return respondError(visit, flow, error);
    case 'admin-consent':
      return refuseAdminConsent(visit, flow, error);
    case 'device':
      await visit.services.interactive.devices.decide(flow.deviceId, 'declined');
      return messagePage(visit, { title: 'Sign-in cancelled', text: 'The device was not signed in. You can close this window.' });
  }
};
