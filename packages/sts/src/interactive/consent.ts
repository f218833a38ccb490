import type { Answer } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import { adminRights } from './admin-rights.ts';
import { auditSignIn } from './audit.ts';
import { grantScopes } from './grant-consent.ts';
import { messagePage } from './pages/message-page.ts';
import { refuseAdminConsent } from './proceed-admin-consent.ts';
import { fittingAccounts, guardFlow, proceed } from './proceed.ts';
import { respondError } from './respond.ts';
import { badAnswer, flowOf, submitted } from './submitted.ts';
import type { AuthorizeFlow, DeviceFlow, Flow } from './types.ts';
import type { Visit, VisitAccount } from './visit.ts';
import { wantedBy } from './wanted.ts';

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
  if (flow.kind === 'admin-consent') return proceed(visit, flow, { own, decided: true });
  const forAll = form.get('organization') === 'yes';
  return guardFlow(visit, flow, async () => {
    await accept(visit, flow, { own, forAll });
    return proceed(visit, flow, { own, decided: true });
  });
};

/** Everything is worked out anew: the form says only yes or no. */
const accept = async (
  visit: Visit,
  flow: AuthorizeFlow | DeviceFlow,
  { own, forAll }: { readonly own: VisitAccount; readonly forAll: boolean },
): Promise<void> => {
  const { services } = visit;
  const { user, tenant } = own;
  const wanted = wantedBy(services, flow, own);
  const { delegated } = adminRights(services, user);
  const about = { step: 'consent', flow: { ...flow, tenantId: tenant.id }, userId: user.id } as const;
  if ((wanted.adminOnly || forAll) && !delegated) {
    auditSignIn(visit, { ...about, outcome: 'refused', reason: 'AADSTS90094' });
    throw new AadstsError(90094, { data: { name: wanted.client.displayName } });
  }
  const scopes = (forAll ? wanted.all : wanted.missing).map(({ value }) => value);
  if (scopes.length > 0 && !wanted.client.firstParty) {
    const resourceAppId = wanted.target.target.resource.appId;
    await grantScopes(services, { tenant, clientId: wanted.client.clientId, resourceAppId, scopes, userId: forAll ? undefined : user.id });
  }
  auditSignIn(visit, { ...about, outcome: 'granted' });
};

const decline = async (
  visit: Visit,
  flow: Flow,
  { own, error }: { readonly own: VisitAccount; readonly error: AadstsError },
): Promise<Answer> => {
  auditSignIn(visit, { step: 'consent', outcome: 'refused', reason: `AADSTS${error.code}`, flow, userId: own.user.id });
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
