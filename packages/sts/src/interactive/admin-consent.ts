import type { Answer } from '@podpass/http';
import { requestedRedirect, flowTenant, requestParameters } from './authorize-request.ts';
import { flowClient } from './flow-client.ts';
import { chooseAccount } from './proceed.ts';
import type { AdminConsentFlow } from './types.ts';
import type { Visit } from './visit.ts';

/**
 * Consent of an administrator for the whole tenant. Without a redirect URI the journey ends on a page.
 * https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 */
export const adminConsentEndpoint = (visit: Visit, tenantSegment: string): Promise<Answer> => {
  const form = requestParameters(visit.exchange);
  const clientId = form.require('client_id');
  const tenant = flowTenant(visit.services, tenantSegment, clientId);
  const client = flowClient(visit.services, tenant, clientId);
  const asked = form.get('redirect_uri');
  const redirectUri = asked === undefined ? undefined : requestedRedirect(client, asked).uri;
  const [state, scope] = [form.get('state'), form.get('scope')];
  const flow: AdminConsentFlow = {
    kind: 'admin-consent',
    clientId: client.clientId,
    ...(tenant === undefined ? {} : { tenantId: tenant.id }),
    ...(redirectUri === undefined ? {} : { redirectUri }),
    ...(state === undefined ? {} : { state }),
    ...(scope === undefined ? {} : { scope }),
  };
  return chooseAccount(visit, flow);
};
