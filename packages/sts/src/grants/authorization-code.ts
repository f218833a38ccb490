import type { Tenant, User } from '@podpass/directory';
import { authenticateClient } from '../clients/authenticate-client.ts';
import { findClient } from '../clients/find-client.ts';
import type { Client, ClientProof } from '../clients/types.ts';
import { userTarget } from '../consent/user-target.ts';
import { AadstsError } from '../errors.ts';
import { verifyChallenge } from '../interactive/pkce.ts';
import type { AuthorizationCode } from '../interactive/types.ts';
import { requireClientId } from '../requests/client.ts';
import { tenantOfUser } from '../requests/tenant.ts';
import type { TokenRequest } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import { presentUser } from '../sessions/present-user.ts';
import { stampOf } from '../sessions/stamp.ts';
import { openIdScopes } from '../wire.ts';
import { userTokenBody } from './user-tokens.ts';

/**
 * The authorization code grant (RFC 6749, 4.1.3). Order: parameters, tenant, client, its credential; then the code is used up, whatever follows;
 * then user, client, redirect URI, PKCE. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export const authorizationCodeGrant = async (services: Services, request: TokenRequest): Promise<object> => {
  const { form, trail } = request;
  const text = form.require('code');
  const redirectUri = form.require('redirect_uri');
  const clientId = requireClientId(request);
  const asked = await services.authorizationCodes.find(text);
  if (!asked) throw new AadstsError(70000, { hint: 'The authorization code is unknown, or expired long ago.' });
  const tenant = tenantOfCode(services, request, asked);
  trail.tenant = tenant.id;
  const presenter = findClient(services, tenant, clientId);
  const proof = await proveClient(services, request, { tenant, client: presenter, platform: asked.platform });
  trail.principal = asked.userId;
  const { code, user, familyId } = await redeem(services, text, asked);
  // The store took its time: the client may have been taken away meanwhile.
  const client = findClient(services, tenant, clientId);
  if (code.clientId !== client.clientId) throw new AadstsError(70000, { hint: 'The authorization code was issued to another client.' });
  if (code.redirectUri !== redirectUri) throw new AadstsError(500112, { data: { redirect: redirectUri, original: code.redirectUri } });
  verifyChallenge(code.challenge, form.get('code_verifier'));
  const { scope, wanted } = targetOf(services, request, { tenant, client, code });
  const { methods, authTime, nonce } = code;
  const body = await userTokenBody(services, request, { tenant, user, client, proof, methods, authTime, wanted, nonce });
  if (!wanted.scope.openId.includes('offline_access')) return body;
  const { tenantId, userId, family, spa } = code;
  const signIn = { tenantId, userId, clientId: client.clientId, scope, methods, authTime, confidential: proof !== 'none' };
  const ties = { ...(family === undefined ? {} : { family }), ...(spa === undefined ? {} : { spa }) };
  return { ...body, refresh_token: await services.refreshTokens.issue({ ...signIn, ...ties }, user, familyId) };
};

const tenantOfCode = (services: Services, request: TokenRequest, { tenantId }: AuthorizationCode): Tenant => {
  const tenant = tenantOfUser(services, request, tenantId);
  if (tenant.id !== tenantId) throw new AadstsError(700005);
  return tenant;
};

interface Claimed {
  readonly tenant: Tenant;
  readonly client: Client;
}

/** The platform of the redirect URI says how the client shows itself: see `RedirectUris`. Throws AADSTS9002326, 9002327 and the client's own. */
const proveClient = (
  services: Services,
  request: TokenRequest,
  { tenant, client, platform }: Claimed & Pick<AuthorizationCode, 'platform'>,
): Promise<ClientProof> => {
  requireRightOrigin(request, platform === 'spa');
  return authenticateClient(services, request, { tenant, client, credential: platform === 'web' ? 'required' : 'forbidden' });
};

/** What a single page application got is redeemed by a script, which cannot but send its origin; what others got never is. */
export const requireRightOrigin = ({ exchange }: Pick<TokenRequest, 'exchange'>, spa: boolean): void => {
  const { origin } = exchange.headers;
  if (spa && origin === undefined) throw new AadstsError(9002327);
  if (!spa && origin !== undefined) throw new AadstsError(9002326, { data: { origin } });
};

const redeem = async (
  services: Services,
  text: string,
  { tenantId, userId }: AuthorizationCode,
): Promise<{ readonly code: AuthorizationCode; readonly user: User; readonly familyId: string }> => {
  const user = services.directory.users.byId(tenantId, userId);
  const redeemed = await services.authorizationCodes.redeem(text, user);
  if ('failure' in redeemed) {
    const codes = { unknown: 70000, used: 54005, expired: 70008, revoked: 50173 } as const;
    throw new AadstsError(codes[redeemed.failure]);
  }
  const present = presentUser(services, { tenantId, userId });
  // Sessions may have ended while the code was taken out: what is issued now would count as begun after that.
  if (user === undefined || stampOf(present) !== stampOf(user)) throw new AadstsError(50173);
  return { ...redeemed, user: present };
};

/**
 * What the tokens are for: the parameter of this request, or that of the authorization. The OpenID scopes of the authorization hold in either
 * case: the user has agreed to them, and clients do not repeat them.
 */
const targetOf = (
  services: Services,
  { form, version }: TokenRequest,
  { tenant, client, code }: Claimed & { readonly code: AuthorizationCode },
) => {
  const own = form.get(version === 1 ? 'resource' : 'scope');
  if (own === undefined) return { scope: code.scope, wanted: userTarget(services, { tenant, client, version: code.version }, code.scope) };
  const agreed = version === 2 && code.version === 2 ? code.scope.split(' ').filter((scope) => openIdScopes.has(scope)) : [];
  const scope = [...new Set([...own.split(' '), ...agreed])].join(' ');
  return { scope, wanted: userTarget(services, { tenant, client, version }, scope) };
};
