import type { Answer } from '@podpass/http';
import { html } from '../html.ts';
import { answerPage } from '../page.ts';
import type { Visit } from '../visit.ts';

/**
 * Sends the browser back to the application with a form (OAuth 2.0 Form Post Response Mode). A script of this one page sends it; without
 * scripts the button does.
 */
export const formPostPage = (visit: Visit, redirectUri: string, parameters: readonly (readonly [string, string])[]): Answer => {
  const fields = parameters.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" /> `);
  const body = html`<form method="post" action="${redirectUri}">
    ${fields}<noscript><p>Your browser runs no scripts. Use the button to go back to the application.</p></noscript>
    <div class="actions"><button type="submit">Continue</button></div>
  </form>`;
  return answerPage(visit, { title: 'Working…', body, leadsTo: redirectUri, sendsItself: true });
};
