import type { User } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { flowFrame } from '../flow-frame.ts';
import { html } from '../html.ts';
import { answerPage } from '../page.ts';
import type { Flow } from '../types.ts';
import type { Visit } from '../visit.ts';
import { formPaths } from '../wire.ts';
import { alertOf, ticketForm } from './form.ts';

/** A password that must be changed before the sign-in goes on. The old one is asked again: the page itself proves nothing. */
export const passwordPage = async (
  visit: Visit,
  flow: Flow,
  { user, message }: { readonly user: User; readonly message?: string },
): Promise<Answer> => {
  const { clientName, ...frame } = flowFrame(visit.services, flow);
  const ticket = await visit.services.interactive.tickets.seal(visit.secret, { step: 'password', flow, userId: user.id });
  const body = html`<p>
      The password of <strong>${user.userPrincipalName}</strong> must be changed before you continue to <strong>${clientName}</strong>.
    </p>
    ${alertOf(message)}
    ${ticketForm(
      formPaths.password,
      ticket,
      html`<input type="hidden" name="username" value="${user.userPrincipalName}" autocomplete="username" />
        <label for="old">Current password</label>
        <input type="password" id="old" name="old" autocomplete="current-password" maxlength="1024" required autofocus />
        <label for="new">New password</label>
        <input type="password" id="new" name="new" autocomplete="new-password" maxlength="1024" required />
        <label for="confirm">Confirm the new password</label>
        <input type="password" id="confirm" name="confirm" autocomplete="new-password" maxlength="1024" required />
        <div class="actions"><button type="submit">Change password and sign in</button></div>`,
    )}`;
  return answerPage(visit, { ...frame, title: 'Update your password', body });
};
