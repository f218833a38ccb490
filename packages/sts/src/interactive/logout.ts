import { parseJwt, verifyJwtSignature } from '@podpass/crypto';
import type { User } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import type { Form } from '../requests/form.ts';
import { pairwiseSubject } from '../tokens/pairwise-subject.ts';
import { signOutOf } from './account.ts';
import { askByQuery } from './ask-by-query.ts';
import { requestParameters } from './authorize-request.ts';
import { logoutPage } from './pages/logout-page.ts';
import { messagePage } from './pages/message-page.ts';
import { matchRedirectUri } from './redirect-uri.ts';
import { redirect, withQuery } from './respond.ts';
import { badAnswer, submitted } from './submitted.ts';
import type { Visit } from './visit.ts';

/**
 * Signs the browser out (OpenID Connect RP-Initiated Logout 1.0): of the account that the request names, or of the only one; else the user chooses.
 * The address to go to afterwards must be registered for the client that `id_token_hint` or `client_id` names; anything else ends on our page.
 * Sign-out at the applications themselves (front channel) is not offered.
 */
export const logoutEndpoint = async (visit: Visit): Promise<Answer> => {
  const form = requestParameters(visit.exchange);
  if (visit.exchange.method === 'POST') return askByQuery(visit);
  const hint = await readHint(visit, form.get('id_token_hint'));
  const leave = addressAfter(visit, form, hint?.clientId);
  const name = form.get('logout_hint')?.toLowerCase();
  const named = visit.accounts.find(({ user }) => isHinted(user, hint) || user.userPrincipalName.toLowerCase() === name);
  if (!named && visit.accounts.length > 1) return logoutPage(visit, leave);
  const left = await signOutOf(visit, named?.user.id);
  return leave === undefined ? signedOut(left) : redirect(left, leave);
};

/** Takes the choice of the account to sign out of. */
export const logoutConfirmEndpoint = async (visit: Visit): Promise<Answer> => {
  const { form, ticket } = await submitted(visit, 'logout');
  const forget = form.get('forget');
  if (forget === undefined) throw badAnswer();
  const left = await signOutOf(visit, forget === 'all' ? undefined : forget);
  return ticket.leave === undefined ? signedOut(left) : redirect(left, ticket.leave);
};

const signedOut = (visit: Visit): Answer =>
  messagePage(visit, { title: 'Signed out', text: 'You are signed out. It is a good idea to close all browser windows.' });

interface Hint {
  readonly clientId: string;
  readonly subject: string;
}

const isHinted = (user: User, hint: Hint | undefined): boolean =>
  hint !== undefined && pairwiseSubject(user, hint.clientId) === hint.subject;

/** Whom an ID token of ours speaks of. It may have expired: it only says whose session is meant (RP-Initiated Logout, 2). */
const readHint = async ({ services }: Visit, text: string | undefined): Promise<Hint | undefined> => {
  const parsed = text === undefined ? undefined : parseJwt(text);
  if (!parsed || 'failure' in parsed) return undefined;
  const { aud, sub } = parsed.claims;
  const failure = await verifyJwtSignature(parsed, { keys: services.keys.published(), algorithms: ['RS256'] });
  return failure === undefined && typeof aud === 'string' && typeof sub === 'string' ? { clientId: aud, subject: sub } : undefined;
};

const addressAfter = ({ services }: Visit, form: Form, hintedClient: string | undefined): string | undefined => {
  const asked = form.get('post_logout_redirect_uri');
  const clientId = hintedClient ?? form.get('client_id');
  if (asked === undefined || clientId === undefined) return undefined;
  const application = services.directory.applications.anywhere(clientId);
  const matched = application && matchRedirectUri(application.redirectUris, asked);
  const state = form.get('state');
  return matched && withQuery(matched.uri, state === undefined ? '' : new URLSearchParams({ state }).toString());
};
