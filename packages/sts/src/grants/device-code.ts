import { authenticateClient } from '../clients/authenticate-client.ts';
import { findClient } from '../clients/find-client.ts';
import { userTarget } from '../consent/user-target.ts';
import type { User } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import type { SignedInAccount } from '../interactive/types.ts';
import { requireClientId } from '../requests/client.ts';
import { findTenant, tenantOfUser } from '../requests/tenant.ts';
import type { TokenRequest } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import type { DeviceRequest } from '../sessions/device-codes.ts';
import { presentUser } from '../sessions/present-user.ts';
import { stampOf } from '../sessions/stamp.ts';
import { userTokenBody } from './user-tokens.ts';

/**
 * The device code grant (RFC 8628, 3.4). `device_code` is called `code` at version 1; MSAL sends both.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
 */
export const deviceCodeGrant = async (services: Services, request: TokenRequest): Promise<object> => {
  const { form, trail } = request;
  const { devices } = services.interactive;
  const text = form.get('device_code') ?? form.require('code');
  const clientId = requireClientId(request);
  const item = await devices.find(text);
  if (!item || item.value.clientId !== clientId.toLowerCase()) throw new AadstsError(70018);
  const { value } = item;
  requireTenant(services, request, value);
  if (devices.isExpired(value)) throw new AadstsError(70020);
  const decision = decisionOf(services, item.id, value);
  const { tenantId, userId, methods, authTime } = decision;
  const tenant = findTenant(services, tenantId);
  trail.tenant = tenant.id;
  trail.principal = userId;
  const client = findClient(services, tenant, clientId);
  if (!client.fallbackPublic) throw new AadstsError(7000218);
  const proof = await authenticateClient(services, request, { tenant, client, credential: 'forbidden' });
  const user = currentUser(services, decision);
  const wanted = userTarget(services, { tenant, client, version: value.version }, value.scope);
  const body = await userTokenBody(services, request, { tenant, user, client, proof, methods, authTime, wanted });
  // The last step, so that no mistake of the request costs the user another visit to the page; what was minted for a second caller is dropped.
  if (!(await devices.redeem(item))) throw new AadstsError(70018);
  // Whose sessions ended while the tokens were signed gets none of them.
  currentUser(services, decision);
  if (!wanted.scope.openId.includes('offline_access')) return body;
  const family = client.family === undefined ? {} : { family: client.family };
  const signIn = { tenantId, userId, clientId: client.clientId, scope: value.scope, methods, authTime, confidential: false, ...family };
  return { ...body, refresh_token: await services.refreshTokens.issue(signIn, user) };
};

/** A code that was asked for in one tenant is redeemed there, or where no tenant is named. */
const requireTenant = (services: Services, request: TokenRequest, { tenantId, decision }: DeviceRequest): void => {
  const own = tenantId ?? (typeof decision === 'object' ? decision.tenantId : undefined);
  if (own !== undefined && tenantOfUser(services, request, own).id !== own) throw new AadstsError(70018);
};

/** Throws AADSTS70016 while the user has not decided, as `slow_down` to a device that does not wait; 65004 when he declined. */
const decisionOf = (services: Services, id: string, { decision }: DeviceRequest): SignedInAccount => {
  if (decision === 'declined') throw new AadstsError(65004, { error: 'authorization_declined' });
  if (decision !== undefined) return decision;
  if (services.interactive.devices.mayPoll(id)) throw new AadstsError(70016);
  throw new AadstsError(70016, { error: 'slow_down', hint: 'The device polls faster than its interval allows.' });
};

const currentUser = (services: Services, account: SignedInAccount): User => {
  const user = presentUser(services, account);
  if (account.stamp !== stampOf(user)) throw new AadstsError(50173);
  return user;
};
