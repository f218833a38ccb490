import type { Tenant } from '@podpass/directory';
import { findClient } from '../clients/find-client.ts';
import { findForeignApplication, foreignClient } from '../clients/find-foreign-application.ts';
import type { Client } from '../clients/types.ts';
import { AadstsError } from '../errors.ts';
import { knownClients } from '../wire.ts';
import type { Services } from '../services.ts';

type Reads = Pick<Services, 'directory'>;

/**
 * The client of a sign-in. In a tenant: as it is known there, or an application of another tenant that is open to others and may be consented to.
 * Without one (`common`, `organizations`): the application itself, which must be open to other tenants. Throws AADSTS700016, 7000112, 50194.
 */
export const flowClient = (services: Reads, tenant: Tenant | undefined, clientId: string): Client => {
  if (tenant) return clientInTenant(services, tenant, clientId);
  const firstParty = knownClients.find(({ appId }) => appId === clientId.toLowerCase());
  // First-party clients are the same in every tenant, so any will do.
  const [some] = services.directory.tenants.list();
  if (firstParty && some) return findClient(services, some, clientId);
  const application = services.directory.applications.anywhere(clientId);
  if (!application) throw new AadstsError(700016, { data: { app: clientId, tenant: 'common' } });
  if (application.signInAudience === 'AzureADMyOrg') {
    throw new AadstsError(50194, { data: { app: application.appId, name: application.displayName } });
  }
  return foreignClient(application);
};

const clientInTenant = (services: Reads, tenant: Tenant, clientId: string): Client => {
  const known = services.directory.servicePrincipals.byAppId(tenant.id, clientId);
  const foreign = known ? undefined : findForeignApplication(services, clientId);
  return foreign ? foreignClient(foreign) : findClient(services, tenant, clientId);
};
