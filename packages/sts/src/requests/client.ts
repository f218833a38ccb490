import type { ServicePrincipal, Tenant } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';
import { knownClients, type KnownClient } from '../wire.ts';

const byAppId = new Map(knownClients.map((client) => [client.appId, client]));

export const knownClient = (appId: string): KnownClient | undefined => byAppId.get(appId.toLowerCase());

/** The service principal of a client in the tenant. Throws AADSTS700016 when there is none, AADSTS7000112 when it is disabled. */
export const findPrincipal = ({ directory }: Pick<Services, 'directory'>, tenant: Tenant, appId: string): ServicePrincipal => {
  const principal = directory.servicePrincipals.byAppId(tenant.id, appId);
  if (!principal) throw new AadstsError(700016, { data: { app: appId, tenant: tenant.displayName } });
  if (!principal.accountEnabled) throw new AadstsError(7000112, { data: { app: appId, name: principal.displayName } });
  return principal;
};

/** Client id and secret as the request carries them. */
export interface ClientSecretParameters {
  readonly clientId: string | undefined;
  readonly secret: string | undefined;
}

/**
 * Reads client id and secret from the body, or from basic authentication with form-encoded parts (RFC 6749, 2.3.1). Throws
 * AADSTS9002313 when both ways are used at once or the header is malformed.
 */
export const clientSecretParameters = (body: ClientSecretParameters, authorization: string | undefined): ClientSecretParameters => {
  const encoded = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return body;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const clientId = formDecode(text.slice(0, colon));
  const secret = formDecode(text.slice(colon + 1));
  const contradicts = body.secret !== undefined || (body.clientId !== undefined && body.clientId !== clientId);
  if (colon < 1 || clientId === undefined || secret === undefined || contradicts) {
    throw new AadstsError(9002313, { hint: 'The Authorization header and the body do not agree on one client.' });
  }
  return { clientId, secret: secret === '' ? undefined : secret };
};

const formDecode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
};
