import type { Answer } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import { askByQuery } from './ask-by-query.ts';
import { auditSignIn, reasonOf } from './audit.ts';
import { addressRequest, readAuthorizeFlow, requestParameters, type AddressedRequest } from './authorize-request.ts';
import { chooseAccount } from './proceed.ts';
import { respondError } from './respond.ts';
import type { AuthorizeFlow } from './types.ts';
import type { Visit } from './visit.ts';

/**
 * The authorization endpoint (RFC 6749, 3.1; OpenID Connect Core, 3.1.2). Client and redirect URI are looked at first; what is wrong with them stays on a
 * page. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export const authorizeEndpoint = async (visit: Visit, at: { readonly tenantSegment: string; readonly version: 1 | 2 }): Promise<Answer> => {
  const { services, exchange } = visit;
  const addressed = addressRequest(services, requestParameters(exchange), at);
  if (exchange.method === 'POST') return askByQuery(visit);
  const flow = readOrRefuse(visit, addressed);
  return 'kind' in flow ? chooseAccount(visit, flow) : flow;
};

const readOrRefuse = (visit: Visit, addressed: AddressedRequest): AuthorizeFlow | Answer => {
  try {
    return readAuthorizeFlow(visit.services, addressed);
  } catch (thrown) {
    if (!(thrown instanceof AadstsError)) throw thrown;
    const { client, tenant, redirect, responseMode, state } = addressed;
    const flow = { clientId: client.clientId, ...(tenant === undefined ? {} : { tenantId: tenant.id }) };
    auditSignIn(visit, { step: 'authorize', outcome: 'refused', reason: reasonOf(thrown), flow });
    return respondError(visit, { redirectUri: redirect.uri, responseMode, ...(state === undefined ? {} : { state }) }, thrown);
  }
};
