import { adIbizaAppId, type AccessTokenVerifier, type User } from '@podpass/directory';
import type { Exchange } from '@podpass/http';
import { findClient } from '../clients/find-client.ts';
import type { Client } from '../clients/types.ts';
import { AadstsError } from '../errors.ts';
import { askedOfAll, consentForAll, mayConsentForAll } from '../interactive/organization-consent.ts';
import type { Services } from '../services.ts';
import { knownClients } from '../wire.ts';
import { PortalRefusal } from './refusal.ts';
import { onBehalfOfAll, portalConsentPath } from './wire.ts';

/** What is known of a request by the time that it is audited. */
export interface PortalProgress {
  tenantId?: string;
  userId?: string;
  clientId?: string;
}

interface PortalDeps {
  readonly services: Services;
  readonly verifier: AccessTokenVerifier;
}

/** Grants everything that an application registered a wish for, for all users of the caller's tenant. Throws PortalRefusal. */
export const giveConsent = async (deps: PortalDeps, exchange: Exchange, progress: PortalProgress): Promise<void> => {
  const { services } = deps;
  const { user, tenant } = await callerOf(deps, exchange, progress);
  const [, appId = ''] = portalConsentPath.exec(exchange.path) ?? [];
  if (appId === '') throw new PortalRefusal('path');
  if (exchange.method !== 'POST') throw new PortalRefusal('method');
  if (exchange.query.get(onBehalfOfAll)?.toLowerCase() !== 'true') throw new PortalRefusal('forAll');
  const client = clientOf(() => findClient(services, tenant, appId), 'application');
  progress.clientId = client.clientId;
  const asked = clientOf(() => askedOfAll(services, undefined, { client, tenant }), 'resource');
  if (!mayConsentForAll(services, user, asked)) throw new PortalRefusal('rights');
  await consentForAll(services, { client, tenant, asked });
};

/** The token service's own refusals mean less here: there is no sign-in to go on with. */
const clientOf = <T extends Client | readonly object[]>(find: () => T, reason: 'application' | 'resource'): T => {
  try {
    return find();
  } catch (thrown) {
    if (thrown instanceof AadstsError) throw new PortalRefusal(reason);
    throw thrown;
  }
};

const callerOf = async ({ services, verifier }: PortalDeps, exchange: Exchange, progress: PortalProgress) => {
  const verified = await verifier.verify(exchange.headers.authorization, { audiences: [adIbizaAppId] });
  if ('failure' in verified) throw new PortalRefusal('token');
  const { tenantId, objectId, kind, appId } = verified.caller;
  Object.assign(progress, { tenantId, userId: objectId });
  const tenant = services.directory.tenants.find(tenantId);
  const user: User | undefined = kind === 'user' ? services.directory.users.byId(tenantId, objectId) : undefined;
  if (!tenant || !user?.accountEnabled) throw new PortalRefusal('user');
  // Another application that came by such a token must not consent for itself.
  if (!knownClients.some((client) => client.appId === appId)) throw new PortalRefusal('caller');
  return { tenant, user };
};
