import type { Answer, Exchange } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import { clientCredentialsGrant } from '../grants/client-credentials.ts';
import { passwordGrant } from '../grants/password.ts';
import { refreshTokenGrant } from '../grants/refresh-token.ts';
import { parseForm } from '../requests/form.ts';
import type { TokenRequest, Trail } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import { grantTypes } from '../wire.ts';
import { noStoreHeaders } from './writer.ts';

type Grant = (services: Services, request: TokenRequest) => Promise<object>;

const grants: ReadonlyMap<string, Grant> = new Map<string, Grant>([
  [grantTypes.clientCredentials, clientCredentialsGrant],
  [grantTypes.password, passwordGrant],
  [grantTypes.refreshToken, refreshTokenGrant],
]);

/** The token endpoint (RFC 6749, 3.2). Each request leaves one audit line and one count, granted or refused. */
export const tokenEndpoint = async (
  services: Services,
  exchange: Exchange,
  at: { readonly tenantSegment: string; readonly version: 1 | 2 },
): Promise<Answer> => {
  const trail: Trail = {};
  try {
    const body = await runGrant(services, { exchange, ...at, form: parseForm(exchange.body, exchange.headers['content-type']), trail });
    record(services, exchange, { trail, outcome: 'granted' });
    return { status: 200, headers: noStoreHeaders(exchange), body };
  } catch (thrown) {
    const reason = thrown instanceof AadstsError ? `AADSTS${thrown.code}` : 'internal';
    record(services, exchange, { trail, outcome: 'refused', reason });
    throw thrown;
  }
};

const runGrant = (services: Services, request: TokenRequest): Promise<object> => {
  const type = request.form.require('grant_type');
  const grant = grants.get(type);
  if (!grant) throw new AadstsError(70003, { data: { grant: type } });
  request.trail.grant = type;
  return grant(services, request);
};

/** The longest value of the audit trail; some of them are the client's words. */
const longest = 300;

const record = (
  { telemetry }: Services,
  exchange: Exchange,
  { trail, outcome, reason }: { readonly trail: Trail; readonly outcome: 'granted' | 'refused'; readonly reason?: string },
): void => {
  telemetry.metrics.tokenExchanges.increment({ grant: trail.grant ?? 'none', outcome: reason ?? outcome });
  const { issuer, subject, client } = trail;
  telemetry.audit({
    event: 'token-exchange',
    ...trail,
    ...(issuer === undefined ? {} : { issuer: issuer.slice(0, longest) }),
    ...(subject === undefined ? {} : { subject: subject.slice(0, longest) }),
    ...(client === undefined ? {} : { client: client.slice(0, longest) }),
    request: exchange.id,
    outcome,
    reason,
  });
};
