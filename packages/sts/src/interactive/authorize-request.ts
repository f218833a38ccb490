import type { Tenant } from '@podpass/directory';
import type { Exchange } from '@podpass/http';
import type { Client } from '../clients/types.ts';
import { AadstsError } from '../errors.ts';
import { parseForm, type Form } from '../requests/form.ts';
import { parseUserScope } from '../requests/scope.ts';
import { findTenant, tenantWord } from '../requests/tenant.ts';
import type { Services } from '../services.ts';
import { flowClient } from './flow-client.ts';
import { readChallenge } from './pkce.ts';
import { matchRedirectUri, type MatchedRedirect } from './redirect-uri.ts';
import type { AuthorizeFlow, ResponseMode } from './types.ts';

/** What is known of an authorization request once it is known where its answer may go. */
export interface AddressedRequest {
  readonly form: Form;
  readonly version: 1 | 2;
  /** Undefined for `common` and `organizations`. */
  readonly tenant: Tenant | undefined;
  readonly client: Client;
  readonly redirect: MatchedRedirect;
  readonly responseMode: ResponseMode;
  readonly state: string | undefined;
}

/** The parameters of the query (RFC 6749, 3.1), or of a posted form. Throws AADSTS9002313 when one is repeated. */
export const requestParameters = ({ method, query, body, headers }: Exchange): Form =>
  method === 'POST'
    ? parseForm(body, headers['content-type'])
    : parseForm(Buffer.from(query.toString()), 'application/x-www-form-urlencoded');

/** The tenant of a path segment; undefined for the words that leave it to the user. Throws what `findTenant` does, and AADSTS9002332 for `consumers`. */
export const flowTenant = (services: Pick<Services, 'directory'>, segment: string, app = ''): Tenant | undefined => {
  const word = tenantWord(segment);
  if (word === 'consumers') throw new AadstsError(9002332, { data: { app, name: app } });
  return word === undefined ? findTenant(services, segment) : undefined;
};

/**
 * Finds client and redirect URI: whatever is wrong with these is told to the user and never to the URI. Throws AADSTS900144, 700016, 7000112, 50194,
 * 500113, 900971, 50011.
 */
export const addressRequest = (
  services: Pick<Services, 'directory'>,
  form: Form,
  { tenantSegment, version }: { readonly tenantSegment: string; readonly version: 1 | 2 },
): AddressedRequest => {
  const clientId = form.require('client_id');
  const tenant = flowTenant(services, tenantSegment, clientId);
  const client = flowClient(services, tenant, clientId);
  const redirect = requestedRedirect(client, form.get('redirect_uri'));
  const responseMode = modeOf(form.get('response_mode')) ?? defaultMode(form.get('response_type'));
  return { form, version, tenant, client, redirect, responseMode, state: form.get('state') };
};

/** The redirect URI of a request. Throws AADSTS500113, 900971, 50011. */
export const requestedRedirect = ({ redirectUris, clientId }: Client, requested: string | undefined): MatchedRedirect => {
  const { web, spa, publicClient } = redirectUris;
  if (web.length + spa.length + publicClient.length === 0) throw new AadstsError(500113);
  if (requested === undefined) throw new AadstsError(900971);
  const redirect = matchRedirectUri(redirectUris, requested);
  if (!redirect) throw new AadstsError(50011, { data: { redirect: requested, app: clientId } });
  return redirect;
};

const modes: readonly ResponseMode[] = ['query', 'fragment', 'form_post'];
const modeOf = (text: string | undefined): ResponseMode | undefined => modes.find((mode) => mode === text);

/** OAuth 2.0 Multiple Response Types, 5: tokens never go into a query. */
const defaultMode = (responseType: string | undefined): ResponseMode => (responseType?.includes('token') ? 'fragment' : 'query');

const prompts = ['none', 'login', 'select_account', 'consent'] as const;

/**
 * Reads the rest of the request. Its errors go to the redirect URI. Throws AADSTS900144, 700051, 700054, 70005, 70007, 90023, 501491, 9002325, 9002313,
 * 70011, 28000.
 */
export const readAuthorizeFlow = (services: Pick<Services, 'names'>, request: AddressedRequest): AuthorizeFlow => {
  const { form, version, tenant, client, redirect, responseMode, state } = request;
  if (form.get('request') !== undefined) throw new AadstsError(9002313, { error: 'request_not_supported' });
  if (form.get('request_uri') !== undefined) throw new AadstsError(9002313, { error: 'request_uri_not_supported' });
  const scope = version === 1 ? form.require('resource') : form.require('scope');
  const openId = version === 1 || parseUserScope(scope, `https://${services.names.graphHost}`).openId.includes('openid');
  const returns = readResponseType(client, form, openId);
  const asked = form.get('response_mode');
  if (asked !== undefined && modeOf(asked) === undefined) throw new AadstsError(90023, { data: { parameter: 'response_mode' } });
  if (returns.idToken && asked === 'query') throw new AadstsError(70007, { data: { mode: 'query' } });
  if (returns.idToken) form.require('nonce');
  const prompt = form.get('prompt');
  const knownPrompt = prompts.find((known) => known === prompt);
  if (prompt !== undefined && knownPrompt === undefined) throw new AadstsError(90023, { data: { parameter: 'prompt' } });
  const challenge = readChallenge(form.get('code_challenge'), form.get('code_challenge_method'));
  requirePkce(redirect, returns.code, challenge);
  const [nonce, loginHint] = [form.get('nonce'), form.get('login_hint')];
  return {
    kind: 'authorize',
    version,
    clientId: client.clientId,
    redirectUri: redirect.uri,
    platform: redirect.platform,
    returns,
    responseMode,
    scope,
    clientInfo: form.get('client_info') === '1',
    ...(tenant === undefined ? {} : { tenantId: tenant.id }),
    ...(state === undefined ? {} : { state }),
    ...(nonce === undefined ? {} : { nonce }),
    ...(loginHint === undefined ? {} : { loginHint: loginHint.slice(0, 320) }),
    ...(challenge === undefined ? {} : { challenge }),
    ...(knownPrompt === undefined ? {} : { prompt: knownPrompt }),
  };
};

const readResponseType = (client: Client, form: Form, openId: boolean): AuthorizeFlow['returns'] => {
  const type = form.require('response_type');
  const parts = new Set(type.split(' ').filter((part) => part !== ''));
  // Access tokens are never handed to a browser's address bar (RFC 9700, 2.1.2), whatever the application's registration says.
  if (parts.has('token')) throw new AadstsError(700051);
  const [code, idToken] = [parts.delete('code'), parts.delete('id_token')];
  if (parts.size > 0 || (!code && !idToken)) throw new AadstsError(70005, { data: { type } });
  if (idToken && !client.application?.enableIdTokenIssuance) throw new AadstsError(700054);
  if (idToken && !openId)
    throw new AadstsError(70005, { data: { type }, hint: "The response type 'id_token' requires the 'openid' scope." });
  return { code, idToken };
};

/** Clients that cannot keep a secret must prove at the redemption that they sent the request (RFC 9700, 2.1.1). */
const requirePkce = ({ platform }: MatchedRedirect, code: boolean, challenge: AuthorizeFlow['challenge']): void => {
  if (!code || platform === 'web') return;
  if (challenge === undefined || (platform === 'spa' && challenge.method !== 'S256')) throw new AadstsError(9002325);
};
