import type { Tenant } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import { clientSecretParameters, findPrincipal } from '../requests/client.ts';
import { must } from '../requests/must.ts';
import type { ClientCredentials } from '../requests/client-credentials.ts';
import { findTarget, requestedResource, requireResource } from '../requests/resource.ts';
import { findTenant, tenantWord } from '../requests/tenant.ts';
import { runSteps, type Step, type TokenRequest } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import { mintAppToken, type ClientProof } from '../tokens/access-token.ts';
import { tokenBody } from '../tokens/answers.ts';
import { assertionSteps } from '../federation/assertion-steps.ts';

const requireNamedResource: Step<ClientCredentials> = ({ request }) => requireResource(request);

const findNamedTenant: Step<ClientCredentials> = (context) => {
  const { request, services } = context;
  if (tenantWord(request.tenantSegment)) throw new AadstsError(50059);
  context.tenant = findTenant(services, request.tenantSegment);
  request.trail.tenant = context.tenant.id;
};

const findClientApplication: Step<ClientCredentials> = (context) => {
  context.principal = findPrincipal(context.services, must(context.tenant), context.clientId);
  context.request.trail.principal = context.principal.id;
};

const findNamedResource: Step<ClientCredentials> = (context) => {
  context.target = findTarget(context.services, must(context.tenant), requestedResource(context.request));
  context.request.trail.resource = context.target.resource.displayName;
};

const checkClientSecret: Step<ClientCredentials> = async ({ services, clientId, secret, tenant }) => {
  await authenticateWithSecret(services, must(tenant), { clientId, secret });
};

/** Throws AADSTS7000215 for a wrong secret (a managed identity has none that could be right) and 7000222 for an expired one. */
export const authenticateWithSecret = async (
  { directory, checkSecret }: Pick<Services, 'directory' | 'checkSecret'>,
  tenant: Tenant,
  { clientId, secret }: { readonly clientId: string; readonly secret: string | undefined },
): Promise<void> => {
  if (secret === undefined) throw new AadstsError(7000218);
  const application = directory.applications.byAppId(tenant.id, clientId);
  const verdict = application ? await checkSecret(application, secret) : 'wrong';
  if (verdict === 'wrong') throw new AadstsError(7000215, { data: { app: clientId } });
  if (verdict === 'expired') throw new AadstsError(7000222, { data: { app: clientId } });
};

/** In Entra's order as far as it shows: parameters, tenant, application, credential, resource. */
const beforeCredential = [requireNamedResource, findNamedTenant, findClientApplication] as const;
const secretPipeline: readonly Step<ClientCredentials>[] = [...beforeCredential, checkClientSecret, findNamedResource];
const assertionPipeline: readonly Step<ClientCredentials>[] = [...beforeCredential, ...assertionSteps, findNamedResource];

/**
 * The client credentials grant (RFC 6749, 4.4) with a secret or with an assertion (RFC 7523, 2.2).
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export const clientCredentialsGrant = async (services: Services, request: TokenRequest): Promise<object> => {
  const { form, exchange, trail, version } = request;
  const { clientId, secret } = clientSecretParameters(
    { clientId: form.get('client_id'), secret: form.get('client_secret') },
    exchange.headers.authorization,
  );
  if (clientId === undefined) throw new AadstsError(900144, { data: { parameter: 'client_id' } });
  trail.client = clientId;
  const proof = proofOf(request, secret);
  trail.grant = proof === 'assertion' ? 'federated' : 'secret';
  const context: ClientCredentials = { services, request, clientId, secret };
  await runSteps(proof === 'assertion' ? assertionPipeline : secretPipeline, context);
  const target = must(context.target);
  const token = await mintAppToken(services, { tenant: must(context.tenant), principal: must(context.principal), target, proof });
  return tokenBody(version, token, { resource: target.requested });
};

const proofOf = ({ form }: TokenRequest, secret: string | undefined): ClientProof => {
  const asserts = form.get('client_assertion') !== undefined || form.get('client_assertion_type') !== undefined;
  if (asserts && secret !== undefined) throw new AadstsError(9002313, { hint: 'The request carries more than one client credential.' });
  return asserts ? 'assertion' : 'secret';
};
