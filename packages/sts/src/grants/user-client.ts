import type { Tenant } from '@podpass/directory';
import { authenticateClient } from '../clients/authenticate-client.ts';
import { findClient } from '../clients/find-client.ts';
import { requireMultiTenant } from '../clients/require-multi-tenant.ts';
import type { Client, ClientProof } from '../clients/types.ts';
import { AadstsError } from '../errors.ts';
import { requireClientId } from '../requests/client.ts';
import type { TokenRequest } from '../requests/token-request.ts';
import type { Services } from '../services.ts';

/** The client of a user's request, and how it proved itself. */
export interface UserClient {
  readonly client: Client;
  readonly proof: ClientProof;
}

/**
 * Identifies the client of a user's request that no redirect URI classifies (password, device code): Microsoft's public clients send no
 * credential, applications with public flows switched on need none, all others must prove themselves. Throws what `findClient` and
 * `authenticateClient` throw, AADSTS50194 for an application of one tenant at `common` or `organizations`, and AADSTS9002313 for a managed
 * identity, which acts for nobody but itself.
 */
export const authenticateUserClient = async (services: Services, request: TokenRequest, tenant: Tenant): Promise<UserClient> => {
  const clientId = requireClientId(request);
  const client = findClient(services, tenant, clientId);
  refuseManagedIdentity(client);
  requireMultiTenant(request.tenantSegment, client);
  const proof = await authenticateClient(services, request, { tenant, client, credential: credentialOf(client) });
  return { client: findClient(services, tenant, clientId), proof };
};

const credentialOf = ({ firstParty, fallbackPublic }: Client): 'required' | 'optional' | 'forbidden' => {
  if (firstParty) return 'forbidden';
  return fallbackPublic ? 'optional' : 'required';
};

/** Managed identities are clients of the client credentials grant only. Which code Entra answers is not verified. */
export const refuseManagedIdentity = ({ principal }: Client): void => {
  if (principal?.servicePrincipalType !== 'ManagedIdentity') return;
  throw new AadstsError(9002313, { hint: 'A managed identity cannot act on behalf of users.' });
};
