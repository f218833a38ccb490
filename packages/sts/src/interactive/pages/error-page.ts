import type { Answer } from '@podpass/http';
import type { AadstsError } from '../../errors.ts';
import { describeError } from '../describe-error.ts';
import { html } from '../html.ts';
import { answerPage } from '../page.ts';
import type { Visit } from '../visit.ts';

/** An error that has no application to go back to: it stays here, with all that support needs to find it in the logs. */
export const errorPage = (visit: Visit, error: AadstsError): Answer => {
  const { description } = describeError(visit, error);
  const body = html`<p>Sorry, but the sign-in cannot go on.</p>
    <p class="copy" tabindex="0" role="alert">${description}</p>
    <p class="note">Select the text to copy all of it. Go back to the application to start again.</p>`;
  return answerPage(visit, { title: 'Sign-in error', body, status: error.status });
};
