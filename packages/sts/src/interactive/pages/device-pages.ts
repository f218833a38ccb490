import type { Answer } from '@podpass/http';
import { flowFrame } from '../flow-frame.ts';
import { html } from '../html.ts';
import { answerPage } from '../page.ts';
import type { DeviceFlow } from '../types.ts';
import type { Visit, VisitAccount } from '../visit.ts';
import { formPaths, userCodeLength } from '../wire.ts';
import { alertOf, ticketForm } from './form.ts';

/** Where a user types the code that a device shows. */
export const deviceCodePage = async (visit: Visit, { message, status }: { readonly message?: string; readonly status?: number } = {}) => {
  const ticket = await visit.services.interactive.tickets.seal(visit.secret, { step: 'device-code' });
  const body = html`<p>Enter the code that your app or device shows. Never enter a code that somebody sent you.</p>
    ${alertOf(message)}
    ${ticketForm(
      formPaths.device,
      ticket,
      html`<label for="otc">Code</label>
        <input
          class="code"
          type="text"
          id="otc"
          name="otc"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          maxlength="${userCodeLength + 4}"
          required
          autofocus
        />
        <div class="actions"><button type="submit">Next</button></div>`,
    )}`;
  return answerPage(visit, { title: 'Enter code', body, ...(status === undefined ? {} : { status }) });
};

/** Names the application before the device is let in: a code that was sent by somebody else shows itself here. */
export const deviceConfirmPage = async (visit: Visit, flow: DeviceFlow, own: VisitAccount): Promise<Answer> => {
  const { clientName, ...frame } = flowFrame(visit.services, flow);
  const ticket = await visit.services.interactive.tickets.seal(visit.secret, { step: 'device-confirm', flow, userId: own.user.id });
  const body = html`<p>Are you trying to sign in to <strong>${clientName}</strong> as <strong>${own.user.userPrincipalName}</strong>?</p>
    <p class="note">Only continue if you started this sign-in yourself, in an app or on a device that you trust.</p>
    ${ticketForm(
      formPaths.deviceConfirm,
      ticket,
      html`<div class="actions reverse">
        <button type="submit" name="action" value="continue">Continue</button>
        <button class="quiet" type="submit" name="action" value="cancel">Cancel</button>
      </div>`,
    )}`;
  return answerPage(visit, { ...frame, tenant: own.tenant, title: 'Confirm the sign-in', body });
};
