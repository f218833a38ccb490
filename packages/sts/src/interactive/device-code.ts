import type { Answer, Exchange } from '@podpass/http';
import { noStoreHeaders } from '../endpoints/writer.ts';
import { AadstsError } from '../errors.ts';
import { parseForm } from '../requests/form.ts';
import { parseUserScope } from '../requests/scope.ts';
import type { Services } from '../services.ts';
import { scopeLimit } from '../wire.ts';
import { auditRefusal, auditSignIn } from './audit.ts';
import { flowTenant } from './authorize-request.ts';
import { flowClient } from './flow-client.ts';
import { devicePolling, formPaths, interactiveLifetimes } from './wire.ts';

interface At {
  readonly tenantSegment: string;
  readonly version: 1 | 2;
}

/**
 * Gives a device its codes (RFC 8628, 3.1). The address for the user is on the login origin itself: microsoft.com/devicelogin is none of the
 * served hosts, and a browser behind the platform's proxy would meet Microsoft's page there. Throws AADSTS900144, 700016, 7000112, 50194, 7000218, 70011.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
 */
export const deviceCodeEndpoint = async (services: Services, exchange: Exchange, at: At): Promise<Answer> => {
  try {
    return await issueCodes(services, exchange, at);
  } catch (thrown) {
    auditRefusal({ services, exchange }, { step: 'device-code' }, thrown);
    throw thrown;
  }
};

const issueCodes = async (services: Services, exchange: Exchange, { tenantSegment, version }: At): Promise<Answer> => {
  // MSAL for Java sends a form and does not say so.
  const form = parseForm(exchange.body, exchange.headers['content-type'] ?? 'application/x-www-form-urlencoded');
  const clientId = form.require('client_id');
  const scope = form.require(version === 1 ? 'resource' : 'scope');
  const tenant = flowTenant(services, tenantSegment, clientId);
  const client = flowClient(services, tenant, clientId);
  if (!client.fallbackPublic) throw new AadstsError(7000218);
  if (version === 2) parseUserScope(scope, `https://${services.names.graphHost}`);
  else if (scope.length > scopeLimit) throw new AadstsError(70011, { data: { scope } });
  const named = tenant === undefined ? {} : { tenantId: tenant.id };
  const codes = await services.interactive.devices.issue({ clientId: client.clientId, scope, version, ...named });
  if (!codes)
    throw new AadstsError(50000, {
      status: 429,
      error: 'temporarily_unavailable',
      hint: 'Too many device codes are waiting for their users.',
    });
  auditSignIn({ services, exchange }, { step: 'device-code', outcome: 'granted', flow: { clientId: client.clientId, ...named } });
  const uri = `https://${services.names.authority}${formPaths.device}`;
  const { deviceCode, userCode } = codes;
  const [life, interval] = [interactiveLifetimes.deviceCode, devicePolling.interval];
  const message = `To sign in, use a web browser to open the page ${uri} and enter the code ${userCode} to authenticate.`;
  return {
    status: 200,
    headers: noStoreHeaders(exchange),
    body: {
      user_code: userCode,
      device_code: deviceCode,
      ...(version === 1 ? { verification_url: uri } : { verification_uri: uri }),
      expires_in: version === 1 ? String(life) : life,
      interval: version === 1 ? String(interval) : interval,
      message,
    },
  };
};
