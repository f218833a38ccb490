import type { Answer } from '@podpass/http';
import type { AadstsError } from '../errors.ts';
import { describeError } from './describe-error.ts';
import { formPostPage } from './pages/form-post-page.ts';
import type { AuthorizeFlow } from './types.ts';
import { visitHeaders, type Visit } from './visit.ts';

type Parameters = readonly (readonly [string, string])[];
type Addressee = Pick<AuthorizeFlow, 'redirectUri' | 'responseMode' | 'state'>;

/** Sends the browser to a redirect URI that was found good, with parameters in the asked place. */
export const respond = (visit: Visit, { redirectUri, responseMode, state }: Addressee, parameters: Parameters): Answer => {
  const all: Parameters = state === undefined ? parameters : [...parameters, ['state', state]];
  if (responseMode === 'form_post') return formPostPage(visit, redirectUri, all);
  const text = new URLSearchParams(all.map(([name, value]): [string, string] => [name, value])).toString();
  if (responseMode === 'fragment') return redirect(visit, `${redirectUri}#${text}`);
  return redirect(visit, withQuery(redirectUri, text));
};

/** A redirect URI may have a query of its own, which is kept (RFC 6749, 3.1.2). */
export const withQuery = (uri: string, query: string): string => {
  if (query === '') return uri;
  if (!uri.includes('?')) return `${uri}?${query}`;
  return uri.endsWith('?') || uri.endsWith('&') ? uri + query : `${uri}&${query}`;
};

export const redirect = (visit: Visit, location: string): Answer => ({ status: 302, headers: { ...visitHeaders(visit), location } });

/** What errors of the token endpoint are called at the authorization endpoint (RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2.6). */
const authorizationErrors: Readonly<Record<string, string>> = { invalid_grant: 'access_denied' };

/** Sends an error to the application. */
export const respondError = (visit: Visit, to: Addressee, error: AadstsError): Answer => {
  const { description, uri } = describeError(visit, error);
  const name = error.code === 65001 ? 'consent_required' : (authorizationErrors[error.error] ?? error.error);
  return respond(visit, to, [
    ['error', name],
    ['error_description', description],
    ['error_uri', uri],
  ]);
};
