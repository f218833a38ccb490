import { findClient } from '../../clients/find-client.ts';
import { AadstsError } from '../../errors.ts';
import { must } from '../../requests/must.ts';
import { trustOf } from '../trust.ts';
import type { FederatedContext } from './context.ts';

/** Throws AADSTS700016 or 7000112 when the client is gone, closed to the tenant, or disabled by now. */
export const findHolder = (context: FederatedContext): void => {
  const { services, presented } = context;
  const { principal, application } = findClient(services, presented.tenant, presented.clientId);
  if (application) context.holder = { kind: 'application', tenantId: application.tenantId, id: application.id };
  else if (principal) context.holder = { kind: 'managedIdentity', tenantId: principal.tenantId, id: principal.id };
  else throw new AadstsError(700016, { data: { app: presented.clientId, tenant: presented.tenant.displayName } });
};

/**
 * Tokens of the token service are no credentials (AADSTS700222), save one kind: a managed identity's, for an application of the same
 * tenant, under the issuer of version 2. Which of them are good is decided once they are known to be genuine.
 */
export const sortOutOwnTokens = (context: FederatedContext): void => {
  const { services, presented } = context;
  context.own = services.names.ownsIssuer(presented.issuer);
  if (context.own && !mayTrustOwn(context)) throw new AadstsError(700222);
};

const mayTrustOwn = ({ services, presented, holder }: FederatedContext): boolean => {
  const { kind, tenantId } = must(holder);
  return kind === 'application' && presented.issuer === services.names.v2Issuer(tenantId);
};

/** Only issuers that a credential in force names are asked for keys. Compared to the character: `https://a` and `https://a/` are two issuers. */
export const findIssuer = (context: FederatedContext): void => {
  const { services, presented, own } = context;
  const { tenantId, id } = must(context.holder);
  const credentials = services.directory.federatedCredentials.inForce(tenantId, id);
  context.trust = trustOf(credentials);
  if (context.trust.some(({ issuer }) => issuer === presented.issuer)) return;
  if (own) throw new AadstsError(700222);
  if (credentials.length === 0) throw new AadstsError(7000226, { data: { app: presented.clientId } });
  throw new AadstsError(700211, { data: { issuer: presented.issuer } });
};
