import type { Tenant } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import { clientSecretParameters, findPrincipal, knownClient } from '../requests/client.ts';
import type { TokenRequest } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import type { ClientProof } from '../tokens/access-token.ts';
import { authenticateWithSecret } from './client-credentials.ts';

/** The client of a user's request, and how it proved itself. */
export interface UserClient {
  readonly clientId: string;
  readonly family: string | undefined;
  readonly proof: ClientProof;
}

/** The client id of the request's body or basic authentication, or AADSTS900144. */
const readClient = ({ form, exchange, trail }: TokenRequest): { readonly clientId: string; readonly secret: string | undefined } => {
  const { clientId, secret } = clientSecretParameters(
    { clientId: form.get('client_id'), secret: form.get('client_secret') },
    exchange.headers.authorization,
  );
  if (clientId === undefined) throw new AadstsError(900144, { data: { parameter: 'client_id' } });
  trail.client = clientId;
  return { clientId, secret };
};

/**
 * Identifies the client of a user's request: one of Microsoft's public clients, which sends no credential, or an application
 * of the tenant, which must send its secret. Assertions of applications are not taken here and refuse the request.
 */
export const authenticateUserClient = async (services: Services, request: TokenRequest, tenant: Tenant): Promise<UserClient> => {
  const { clientId, secret } = readClient(request);
  const known = knownClient(clientId);
  if (known) {
    if (secret !== undefined) throw new AadstsError(9002313, { hint: 'A public client must not send a client_secret.' });
    return { clientId: known.appId, family: known.family, proof: 'none' };
  }
  const principal = findPrincipal(services, tenant, clientId);
  await authenticateWithSecret(services, tenant, { clientId, secret });
  return { clientId: principal.appId, family: undefined, proof: 'secret' };
};
