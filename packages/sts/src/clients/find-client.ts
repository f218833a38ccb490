import type { Application, ServicePrincipal, Tenant } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';
import { knownClients, publicRedirects } from '../wire.ts';
import type { Client } from './types.ts';

const noRedirects = { web: [], spa: [], publicClient: [] } as const;

const firstParty: ReadonlyMap<string, Client> = new Map(
  knownClients.map(({ appId, displayName, family }): [string, Client] => [
    appId,
    {
      clientId: appId,
      displayName,
      family,
      firstParty: true,
      principal: undefined,
      application: undefined,
      redirectUris: { ...noRedirects, publicClient: publicRedirects },
      fallbackPublic: true,
    },
  ]),
);

/**
 * The client of this id, as the tenant knows it: one of Microsoft's public clients, or an application or managed identity through its
 * service principal. Throws AADSTS700016 when there is none, or when its application is gone or closed to this tenant, and
 * AADSTS7000112 when it is disabled.
 */
export const findClient = ({ directory }: Pick<Services, 'directory'>, tenant: Tenant, clientId: string): Client => {
  const known = firstParty.get(clientId.toLowerCase());
  if (known) return known;
  const principal = directory.servicePrincipals.byAppId(tenant.id, clientId);
  if (!principal) throw unknownClient(tenant, clientId);
  const application = principal.servicePrincipalType === 'ManagedIdentity' ? undefined : directory.applications.anywhere(principal.appId);
  if (principal.servicePrincipalType !== 'ManagedIdentity' && !(application && isOpenTo(application, tenant))) {
    throw unknownClient(tenant, clientId);
  }
  if (!principal.accountEnabled) throw new AadstsError(7000112, { data: { app: clientId, name: principal.displayName } });
  return clientOf(principal, application);
};

const unknownClient = (tenant: Tenant, clientId: string) =>
  new AadstsError(700016, { data: { app: clientId, tenant: tenant.displayName } });

/** A service principal may outlive its application's being open to other tenants: it is of no use then. */
const isOpenTo = ({ tenantId, signInAudience }: Application, tenant: Tenant): boolean =>
  tenantId === tenant.id || signInAudience === 'AzureADMultipleOrgs';

const clientOf = (principal: ServicePrincipal, application: Application | undefined): Client => ({
  clientId: principal.appId,
  displayName: principal.displayName,
  family: undefined,
  firstParty: false,
  principal,
  application,
  redirectUris: application?.redirectUris ?? noRedirects,
  fallbackPublic: application?.isFallbackPublicClient ?? false,
});
