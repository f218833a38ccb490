import type { Tenant, User } from '@podpass/directory';
import { authenticateClient } from '../clients/authenticate-client.ts';
import { findClient } from '../clients/find-client.ts';
import type { Client } from '../clients/types.ts';
import { userTarget } from '../consent/user-target.ts';
import { AadstsError } from '../errors.ts';
import type { RefreshFailure, RefreshSession } from '../interactive/types.ts';
import { requireClientId } from '../requests/client.ts';
import { tenantOfUser } from '../requests/tenant.ts';
import type { TokenRequest } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import { presentUser } from '../sessions/present-user.ts';
import { requireRightOrigin } from './authorization-code.ts';
import { userTokenBody } from './user-tokens.ts';

/**
 * The refresh token grant (RFC 6749, 6). A token serves every resource, and every client of the family of the one that it was issued to; it works
 * once and is answered with its successor. It is used up last, so that a request which fails for another reason does not cost the session.
 * https://learn.microsoft.com/entra/identity-platform/refresh-tokens
 */
export const refreshTokenGrant = async (services: Services, request: TokenRequest): Promise<object> => {
  const { form, trail, version } = request;
  const token = form.require('refresh_token');
  const clientId = requireClientId(request);
  const session = await findSession(services, token);
  const tenant = tenantOfSession(services, request, session);
  trail.tenant = tenant.id;
  trail.principal = session.userId;
  const presenter = findClient(services, tenant, clientId);
  requireRightOrigin(request, session.spa === true);
  const proof = await authenticateClient(services, request, { tenant, client: presenter, credential: credentialOf(presenter, session) });
  // The credential may have taken long to check: the client may have been taken away meanwhile.
  const client = findClient(services, tenant, clientId);
  if (!mayRedeem(client, session)) throw new AadstsError(70000, { hint: 'The refresh token was issued to another client.' });
  const user = currentUser(services, session);
  const asked = form.get(version === 1 ? 'resource' : 'scope') ?? session.scope;
  const wanted = userTarget(services, { tenant, client, version }, asked);
  const { methods, authTime } = session;
  const body = await userTokenBody(services, request, { tenant, user, client, proof, methods, authTime, wanted });
  // Whose sessions ended while the tokens were signed gets none of them.
  const rotated = await services.refreshTokens.rotate(token, currentUser(services, session));
  if ('failure' in rotated) throw failed(rotated.failure);
  return { ...body, refresh_token: rotated.token };
};

const findSession = async ({ refreshTokens }: Services, token: string): Promise<RefreshSession> => {
  const found = await refreshTokens.find(token);
  if (!('failure' in found)) return found;
  throw failed(found.failure, found.session);
};

const reuse =
  'The refresh token was used before, so all tokens of its sign-in are revoked: programs that run at once may share one token, or it was stolen. Sign in again.';

const failed = (failure: RefreshFailure, session?: RefreshSession): AadstsError => {
  if (failure === 'unknown') return new AadstsError(70000);
  if (failure === 'reused') return new AadstsError(70000, { hint: reuse });
  if (failure === 'revoked') return new AadstsError(50173, { hint: 'The tokens of this sign-in were revoked. Sign in again.' });
  const issued = new Date(failure.issued * 1000).toISOString();
  return new AadstsError(session?.spa ? 700084 : 700082, { data: { issued, days: failure.expiredAfter / 86_400 } });
};

/** Who had to show a credential at the sign-in shows it again; tokens that never leave a public client need none. */
const credentialOf = (
  { firstParty, fallbackPublic }: Client,
  { spa, confidential }: RefreshSession,
): 'required' | 'optional' | 'forbidden' => {
  if (firstParty || spa) return 'forbidden';
  return (confidential ?? !fallbackPublic) ? 'required' : 'optional';
};

/** Users exist in their home tenant only: at another one the sign-in fails as for a guest that was never invited. */
const tenantOfSession = (services: Services, request: TokenRequest, session: RefreshSession): Tenant => {
  const tenant = tenantOfUser(services, request, session.tenantId);
  if (tenant.id === session.tenantId) return tenant;
  const provider = services.names.v1Issuer(session.tenantId);
  throw new AadstsError(50020, { data: { provider, tenant: tenant.displayName, app: request.form.get('client_id') ?? '' } });
};

const mayRedeem = ({ clientId, family }: Client, session: RefreshSession): boolean =>
  clientId === session.clientId || (family !== undefined && family === session.family);

const currentUser = (services: Services, session: RefreshSession): User => {
  const user = presentUser(services, session);
  if (!services.refreshTokens.isCurrent(session, user)) throw new AadstsError(50173);
  return user;
};
