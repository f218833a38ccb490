import type { Answer } from '@podpass/http';
import { auditSignIn } from './audit.ts';
import { deviceCodePage } from './pages/device-pages.ts';
import { messagePage } from './pages/message-page.ts';
import { chooseAccount, fittingAccounts } from './proceed.ts';
import { badAnswer, flowOf, submitted } from './submitted.ts';
import type { DeviceFlow } from './types.ts';
import type { Visit } from './visit.ts';
import { wantedBy } from './wanted.ts';

/** Takes the code that a device shows (RFC 8628, 3.3). Wrong ones are counted: a code must not be found by trying. */
export const deviceAuthEndpoint = async (visit: Visit): Promise<Answer> => {
  if (visit.exchange.method === 'GET') return deviceCodePage(visit);
  const { form } = await submitted(visit, 'device-code');
  const { guesses, devices } = visit.services.interactive;
  if (!guesses.take(visit.secret)) {
    auditSignIn(visit, { step: 'device', outcome: 'refused', reason: 'locked' });
    return deviceCodePage(visit, { message: 'Too many wrong codes were entered. Wait a minute, then try again.', status: 429 });
  }
  const item = await devices.byUserCode(form.get('otc') ?? '');
  if (!item) {
    auditSignIn(visit, { step: 'device', outcome: 'refused', reason: 'AADSTS70018' });
    return deviceCodePage(visit, { message: 'That code did not work. Check the code and try again.' });
  }
  guesses.giveBack(visit.secret);
  const { tenantId, clientId, scope, version } = item.value;
  const tenant = tenantId === undefined ? {} : { tenantId };
  const flow: DeviceFlow = { kind: 'device', clientId, scope, version, deviceId: item.id, ...tenant };
  return chooseAccount(visit, flow);
};

/** Takes the user's word on whether the device is his. */
export const deviceConfirmEndpoint = async (visit: Visit): Promise<Answer> => {
  const { form, ticket } = await submitted(visit, 'device-confirm');
  const flow = flowOf(ticket);
  const own = fittingAccounts(visit, flow).find(({ user }) => user.id === ticket.userId);
  const action = form.get('action');
  if (flow.kind !== 'device' || !own || (action !== 'continue' && action !== 'cancel')) throw badAnswer();
  const approved = action === 'continue';
  // The client may have been disabled, or consent taken back, while the page stood open; the device is told at its next poll.
  if (approved && wantedBy(visit.services, flow, own).missing.length > 0) throw badAnswer();
  const { devices } = visit.services.interactive;
  const written = await devices.decide(flow.deviceId, approved ? own.account : 'declined');
  const about = { step: 'device', flow: { ...flow, tenantId: own.tenant.id }, userId: own.user.id } as const;
  auditSignIn(
    visit,
    approved && written ? { ...about, outcome: 'granted' } : { ...about, outcome: 'refused', reason: written ? 'declined' : 'AADSTS70020' },
  );
  if (!written) {
    return messagePage(visit, { title: 'Code expired', text: 'The code has expired or was used already. Start again on your device.' });
  }
  return approved
    ? messagePage(visit, { title: 'Signed in', text: 'You have signed in on your device. You can close this window.', tenant: own.tenant })
    : messagePage(visit, {
        title: 'Sign-in cancelled',
        text: 'The device was not signed in. You can close this window.',
        tenant: own.tenant,
      });
};
