import type { Tenant } from '@podpass/directory';
import { findClient } from '../clients/find-client.ts';
import { userTarget } from '../consent/user-target.ts';
import { AadstsError } from '../errors.ts';
import { findTenant, tenantWord } from '../requests/tenant.ts';
import type { TokenRequest } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import { authenticateUser } from '../sessions/authenticate-user.ts';
import { authenticateUserClient } from './user-client.ts';
import { userTokenBody } from './user-tokens.ts';

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
  const { client: presenter, proof } = await authenticateUserClient(services, request, tenant);
  const user = await authenticateUser(services, tenant, { username, password });
  trail.principal = user.id;
  // A password takes long to check: the client may have been taken away meanwhile.
  const client = findClient(services, tenant, presenter.clientId);
  const wanted = userTarget(services, { tenant, client, version }, asked);
  const methods = ['pwd'];
  const authTime = services.clock.seconds();
  const body = await userTokenBody(services, request, { tenant, user, client, proof, methods, authTime, wanted });
  if (!wanted.scope.openId.includes('offline_access')) return body;
  const session = {
    tenantId: tenant.id,
    userId: user.id,
    clientId: client.clientId,
    scope: asked,
    methods,
    authTime,
    confidential: proof !== 'none',
  };
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
