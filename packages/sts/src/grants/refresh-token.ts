import type { Tenant, User } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import { findTenant, tenantWord } from '../requests/tenant.ts';
import type { TokenRequest } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import type { Session } from '../sessions/refresh-tokens.ts';
import { lifetimes } from '../wire.ts';
import { authenticateUserClient, type UserClient } from './user-client.ts';
import { userTarget, userTokenBody } from './user-tokens.ts';

/**
 * The refresh token grant (RFC 6749, 6). A token serves every resource, and every client of the family of the one that it was issued to.
 * https://learn.microsoft.com/entra/identity-platform/refresh-tokens
 */
export const refreshTokenGrant = async (services: Services, request: TokenRequest): Promise<object> => {
  const { form, trail } = request;
  const token = form.require('refresh_token');
  const session = await findSession(services, token);
  const tenant = tenantOfSession(services, request, session);
  trail.tenant = tenant.id;
  trail.principal = session.userId;
  const client = await authenticateUserClient(services, request, tenant);
  if (!mayRedeem(client, session)) throw new AadstsError(70000, { hint: 'The refresh token was issued to another client.' });
  const user = currentUser(services, session);
  const asked = form.get(request.version === 1 ? 'resource' : 'scope') ?? session.scope;
  const wanted = userTarget(services, request, tenant, asked);
  const body = await userTokenBody(services, request, { tenant, user, client, methods: session.methods, wanted });
  return { ...body, refresh_token: token };
};

const findSession = async ({ refreshTokens }: Services, token: string): Promise<Session> => {
  const found = await refreshTokens.find(token);
  if (!('failure' in found)) return found;
  if (found.failure === 'unknown') throw new AadstsError(70000);
  const issued = new Date(found.session.issued * 1000).toISOString();
  throw new AadstsError(700082, { data: { issued, days: lifetimes.refreshToken / 86_400 } });
};

/** Users exist in their home tenant only: at another one the sign-in fails as for a guest that was never invited. */
const tenantOfSession = (services: Services, { tenantSegment, form }: TokenRequest, session: Session): Tenant => {
  const named = tenantWord(tenantSegment) ? session.tenantId : tenantSegment;
  const tenant = findTenant(services, named);
  if (tenant.id === session.tenantId) return tenant;
  const provider = services.names.v1Issuer(session.tenantId);
  throw new AadstsError(50020, { data: { provider, tenant: tenant.displayName, app: form.get('client_id') ?? '' } });
};

const mayRedeem = ({ clientId, family }: UserClient, session: Session): boolean =>
  clientId === session.clientId || (family !== undefined && family === session.family);

const currentUser = ({ directory, refreshTokens }: Services, session: Session): User => {
  const user = directory.users.byId(session.tenantId, session.userId);
  if (!user) throw new AadstsError(50034, { data: { tenant: session.tenantId } });
  if (!user.accountEnabled) throw new AadstsError(50057);
  if (!refreshTokens.isCurrent(session, user)) throw new AadstsError(50173);
  return user;
};
