import type { Answer } from '@podpass/http';
import { answerPage } from '../page.ts';
import { html } from '../html.ts';
import type { Flow } from '../types.ts';
import type { Visit } from '../visit.ts';
import { formPaths } from '../wire.ts';
import { flowFrame } from '../flow-frame.ts';
import { alertOf, ticketForm } from './form.ts';

/** User name and password on one page. `username` is what was tried before, `message` why it did not work. */
export const signInPage = async (
  visit: Visit,
  flow: Flow,
  { username = flow.loginHint ?? '', message }: { readonly username?: string; readonly message?: string } = {},
): Promise<Answer> => {
  const { clientName, ...frame } = flowFrame(visit.services, flow);
  const ticket = await visit.services.interactive.tickets.seal(visit.secret, { step: 'sign-in', flow });
  const described = message === undefined ? '' : 'alert';
  const body = html`<p>to continue to <strong>${clientName}</strong></p>
    ${alertOf(message)}
    ${ticketForm(
      formPaths.login,
      ticket,
      html`<label for="username">User name</label>
        <input
          type="text"
          inputmode="email"
          id="username"
          name="username"
          value="${username}"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          maxlength="320"
          required
          aria-describedby="${described}"
          ${username === '' && html` autofocus`}
        />
        <label for="password">Password</label>
        <input
          type="password"
          id="password"
          name="password"
          autocomplete="current-password"
          maxlength="1024"
          required${username !== '' && html` autofocus`}
        />
        <div class="actions"><button type="submit">Sign in</button></div>`,
    )}`;
  return answerPage(visit, { ...frame, title: 'Sign in', body });
};
