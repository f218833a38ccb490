import type { Tenant, User } from '@podpass/directory';
import { verifyPassword } from '@podpass/crypto';
import { AadstsError } from '../errors.ts';
import { findTenant, tenantWord } from '../requests/tenant.ts';
import type { TokenRequest } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import { authenticateUserClient } from './user-client.ts';
import { userTarget, userTokenBody } from './user-tokens.ts';

/**
 * The password grant (RFC 6749, 4.3), as `az login --username` uses it.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc
 */
export const passwordGrant = async (services: Services, request: TokenRequest): Promise<object> => {
  const { form, trail, version } = request;
  const username = form.require('username').trim();
  const password = form.require('password');
  const asked = form.require(version === 1 ? 'resource' : 'scope');
  const tenant = tenantOfUser(services, request.tenantSegment, username);
  trail.tenant = tenant.id;
  const client = await authenticateUserClient(services, request, tenant);
  const user = await authenticateUser(services, tenant, { username, password });
  trail.principal = user.id;
  const wanted = userTarget(services, request, tenant, asked);
  const methods = ['pwd'];
  const body = await userTokenBody(services, request, { tenant, user, client, methods, wanted });
  if (!wanted.scope.openId.includes('offline_access')) return body;
  const session = { tenantId: tenant.id, userId: user.id, clientId: client.clientId, scope: asked, methods };
  const family = client.family === undefined ? {} : { family: client.family };
  return { ...body, refresh_token: await services.refreshTokens.issue({ ...session, ...family }, user) };
};

/** The tenant of the path, or for `organizations` the one to which the user name's domain belongs. Entra takes no password at `common`. */
const tenantOfUser = (services: Services, segment: string, username: string): Tenant => {
  const word = tenantWord(segment);
  if (word === undefined) return findTenant(services, segment);
  if (word !== 'organizations') throw new AadstsError(9001023);
  const domain = username.slice(username.lastIndexOf('@') + 1);
  const tenant = services.directory.tenants.find(domain);
  if (!tenant) throw new AadstsError(50034, { data: { tenant: domain } });
  return tenant;
};

const authenticateUser = async (
  { directory, lockout }: Services,
  tenant: Tenant,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<User> => {
  const user = directory.users.byPrincipalName(tenant.id, username);
  if (!user) throw new AadstsError(50034, { data: { tenant: tenant.displayName } });
  const attempt = await lockout.attempt(user.id, () => verifyPassword(password, user.passwordHash));
  if (attempt === 'locked') throw new AadstsError(50053);
  if (attempt === 'wrong') throw new AadstsError(50126);
  if (!user.accountEnabled) throw new AadstsError(50057);
  return user;
};
