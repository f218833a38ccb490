import type { Answer } from '@podpass/http';
import { flowFrame } from '../flow-frame.ts';
import { html } from '../html.ts';
import { answerPage } from '../page.ts';
import type { Flow } from '../types.ts';
import type { Visit, VisitAccount } from '../visit.ts';
import { formPaths } from '../wire.ts';
import { ticketForm } from './form.ts';

/** The accounts of this browser to choose from. `pick` is a user's id or `other`; `forget` signs one out. */
export const accountPage = async (visit: Visit, flow: Flow, accounts: readonly VisitAccount[]): Promise<Answer> => {
  const { clientName, ...frame } = flowFrame(visit.services, flow);
  const ticket = await visit.services.interactive.tickets.seal(visit.secret, { step: 'account', flow });
  const rows = accounts.map(
    ({ user, tenant }) =>
      html`<li>
        <button class="row quiet" type="submit" name="pick" value="${user.id}">
          <strong>${user.displayName}</strong><br />${user.userPrincipalName}<br /><span class="note">${tenant.displayName}</span>
        </button>
        <button class="quiet" type="submit" name="forget" value="${user.id}" aria-label="Sign out of ${user.userPrincipalName}">
          Sign out
        </button>
      </li> `,
  );
  const body = html`<p>to continue to <strong>${clientName}</strong></p>
    ${ticketForm(
      formPaths.account,
      ticket,
      html`<ul class="accounts">
        ${rows}
        <li><button class="row quiet" type="submit" name="pick" value="other">Use another account</button></li>
      </ul>`,
    )}`;
  return answerPage(visit, { ...frame, title: 'Pick an account', body });
};
