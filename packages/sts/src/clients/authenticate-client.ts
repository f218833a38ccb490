import { parseJwt } from '@podpass/crypto';
import type { Tenant } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import { verifyFederatedAssertion } from '../federation/federated-assertion.ts';
import { presentedClient } from '../requests/client.ts';
import type { TokenRequest } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import { assertionLimit, jwtBearerAssertion } from '../wire.ts';
import { verifyCertificateAssertion } from './certificate-assertion.ts';
import { secretsOf } from './credentials-of.ts';
import { findClient } from './find-client.ts';
import type { Client, ClientProof } from './types.ts';

export interface ClientAuthentication {
  readonly tenant: Tenant;
  readonly client: Client;
  /** `required`: AADSTS7000218 without one. `optional`: what is sent must be right. `forbidden`: AADSTS700025 with one. */
  readonly credential: 'required' | 'optional' | 'forbidden';
}

/**
 * Checks the client's credential: a secret in the body or in basic authentication, or an assertion, which is a certificate's when it names the
 * client itself as issuer and a federated one else. Throws AADSTS9002313 for more than one, and the code of whatever is wrong with it.
 * A credential that was taken away while the check waited counts no more.
 */
export const authenticateClient = async (
  services: Services,
  request: TokenRequest,
  { tenant, client, credential }: ClientAuthentication,
): Promise<ClientProof> => {
  const { secret } = presentedClient(request);
  const asserts = request.form.get('client_assertion') !== undefined || request.form.get('client_assertion_type') !== undefined;
  if (asserts && secret !== undefined) throw new AadstsError(9002313, { hint: 'The request carries more than one client credential.' });
  if (!asserts && secret === undefined) {
    if (credential === 'required') throw new AadstsError(7000218);
    return 'none';
  }
  if (credential === 'forbidden' || client.firstParty) throw new AadstsError(700025);
  if (secret === undefined) return proveByAssertion(services, request, { tenant, client });
  await checkClientSecret(services, { tenant, client, secret });
  return 'secret';
};

interface Claimed {
  readonly tenant: Tenant;
  readonly client: Client;
}

/** Throws AADSTS7000215 for a wrong secret (a managed identity has none that could be right) and 7000222 for an expired one. */
const checkClientSecret = async (services: Services, { tenant, client, secret }: Claimed & { readonly secret: string }): Promise<void> => {
  const app = client.clientId;
  const verdict = await services.checkSecret(secretsOf(client), secret);
  if (verdict === 'expired') throw new AadstsError(7000222, { data: { app } });
  const now = findClient(services, tenant, app);
  if (verdict === 'wrong' || !secretsOf(now).some(({ secretHash }) => secretHash === verdict.secretHash)) {
    throw new AadstsError(7000215, { data: { app } });
  }
};

const proveByAssertion = async (services: Services, { form, trail }: TokenRequest, { tenant, client }: Claimed): Promise<ClientProof> => {
  const type = form.require('client_assertion_type');
  const text = form.require('client_assertion');
  if (type !== jwtBearerAssertion) {
    throw new AadstsError(9002313, { hint: `The only supported client_assertion_type is '${jwtBearerAssertion}'.` });
  }
  const assertion = parseJwt(text, { maxBytes: assertionLimit });
  if ('failure' in assertion) throw new AadstsError(50027);
  const { iss } = assertion.claims;
  if (typeof iss !== 'string' || iss === '') throw new AadstsError(50027);
  trail.issuer = iss;
  if (iss.toLowerCase() === client.clientId) {
    await verifyCertificateAssertion(services, { tenant, client, assertion });
    return 'certificate';
  }
  const { principal, clientId } = client;
  // First-party clients, which alone have no principal, never come here.
  if (!principal) throw new AadstsError(700025);
  await verifyFederatedAssertion(services, { tenant, clientId, principal, assertion, issuer: iss, trail });
  return 'federated';
};
