import type { Tenant } from '@podpass/directory';
import { authenticateClient } from '../clients/authenticate-client.ts';
import { findClient } from '../clients/find-client.ts';
import type { Client, ClientProof } from '../clients/types.ts';
import { AadstsError } from '../errors.ts';
import { requireClientId } from '../requests/client.ts';
import { must } from '../requests/must.ts';
import { findTarget, requestedResource, requireResource, type Target } from '../requests/resource.ts';
import { findTenant, tenantWord } from '../requests/tenant.ts';
import { runSteps, type Step, type TokenRequest } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import { tokenBody } from '../tokens/answers.ts';
import { mintAppToken } from '../tokens/app-token.ts';

/** A client credentials request on its way through the pipeline. */
interface ClientCredentials {
  readonly services: Services;
  readonly request: TokenRequest;
  clientId?: string;
  tenant?: Tenant;
  client?: Client;
  proof?: ClientProof;
  target?: Target;
}

type AppStep = Step<ClientCredentials>;

const requireNamedClient: AppStep = (context) => {
  context.clientId = requireClientId(context.request);
};

const requireNamedResource: AppStep = ({ request }) => requireResource(request);

const findNamedTenant: AppStep = (context) => {
  const { request, services } = context;
  if (tenantWord(request.tenantSegment)) throw new AadstsError(50059);
  context.tenant = findTenant(services, request.tenantSegment);
  request.trail.tenant = context.tenant.id;
};

const findNamedClient: AppStep = (context) => {
  context.client = findClient(context.services, must(context.tenant), must(context.clientId));
  const { principal } = context.client;
  if (principal) context.request.trail.principal = principal.id;
};

/** Afterwards nothing waits any more: whatever was taken away meanwhile is seen, because the client is looked up again. */
const proveClient: AppStep = async (context) => {
  const { services, request } = context;
  const tenant = must(context.tenant);
  const client = must(context.client);
  try {
    context.proof = await authenticateClient(services, request, { tenant, client, credential: 'required' });
  } finally {
    if (request.trail.issuer?.toLowerCase() === client.clientId) request.trail.grant = 'certificate';
  }
  context.client = findClient(services, tenant, client.clientId);
};

const findNamedResource: AppStep = (context) => {
  context.target = findTarget(context.services, must(context.tenant), requestedResource(context.request));
  context.request.trail.resource = context.target.resource.displayName;
};

/** In Entra's order as far as it shows; see ORDER-OF-CHECKS.md. */
const pipeline: readonly AppStep[] = [
  requireNamedClient,
  requireNamedResource,
  findNamedTenant,
  findNamedClient,
  proveClient,
  findNamedResource,
];

/**
 * The client credentials grant (RFC 6749, 4.4) with a secret or with an assertion (RFC 7523, 2.2) that a certificate or a federated issuer signed.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export const clientCredentialsGrant = async (services: Services, request: TokenRequest): Promise<object> => {
  request.trail.grant = request.form.get('client_assertion') === undefined ? 'secret' : 'federated';
  const context: ClientCredentials = { services, request };
  await runSteps(pipeline, context);
  const { tenant, client, target, proof } = context;
  const principal = must(must(client).principal);
  const token = await mintAppToken(services, { tenant: must(tenant), principal, target: must(target), proof: must(proof) });
  return tokenBody(request.version, token, { resource: must(target).requested });
};
