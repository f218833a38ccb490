import { adIbiza, adIbizaAppId } from './ad-ibiza.ts';
import { containerServiceServer } from './container-service.ts';
import { keyVault } from './key-vault.ts';
import { graphAppId, microsoftGraph } from './microsoft-graph.ts';
import { serviceManagement } from './service-management.ts';
import { sqlDatabase } from './sql-database.ts';
import { storage } from './storage.ts';
import { tokenExchange } from './token-exchange.ts';
import type { FirstPartyApplication } from './types.ts';

export type { FirstPartyApplication } from './types.ts';
export { adIbizaAppId, graphAppId };

/** The tenant "Microsoft Services", which owns Microsoft's own applications. */
export const firstPartyTenantId = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

/**
 * The APIs of Microsoft that tokens can be asked for; every tenant holds a service principal of each. Application ids:
 * https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
 */
export const firstPartyApplications: readonly FirstPartyApplication[] = [
  serviceManagement,
  microsoftGraph,
  keyVault,
  storage,
  sqlDatabase,
  containerServiceServer,
  tokenExchange,
  adIbiza,
];
