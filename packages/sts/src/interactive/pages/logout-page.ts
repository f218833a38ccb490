import type { Answer } from '@podpass/http';
import { html } from '../html.ts';
import { answerPage } from '../page.ts';
import type { Visit } from '../visit.ts';
import { formPaths } from '../wire.ts';
import { ticketForm } from './form.ts';

/** Asks which of several accounts to sign out of. `leave` is the address, already found good, that the sign-out leads to. */
export const logoutPage = async (visit: Visit, leave: string | undefined): Promise<Answer> => {
  const ticket = await visit.services.interactive.tickets.seal(visit.secret, { step: 'logout', ...(leave === undefined ? {} : { leave }) });
  const rows = visit.accounts.map(
    ({ user, tenant }) =>
      html`<li>
        <button class="row quiet" type="submit" name="forget" value="${user.id}">
          ${user.userPrincipalName}<br /><span class="note">${tenant.displayName}</span>
        </button>
      </li> `,
  );
  const body = html`<p>Which account do you want to sign out of?</p>
    ${ticketForm(
      formPaths.logout,
      ticket,
      html`<ul class="accounts">
          ${rows}
        </ul>
        <div class="actions"><button type="submit" name="forget" value="all">Sign out of all</button></div>`,
    )}`;
  return answerPage(visit, { title: 'Sign out', body, leadsTo: leave });
};
