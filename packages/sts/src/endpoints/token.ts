import type { Answer, Exchange } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import { authorizationCodeGrant } from '../grants/authorization-code.ts';
import { clientCredentialsGrant } from '../grants/client-credentials.ts';
import { deviceCodeGrant } from '../grants/device-code.ts';
import { onBehalfOfGrant } from '../grants/on-behalf-of.ts';
import { passwordGrant } from '../grants/password.ts';
import { refreshTokenGrant } from '../grants/refresh-token.ts';
import { isFirstTold } from '../interactive/audit.ts';
import { deviceGrantTypes } from '../interactive/wire.ts';
import { parseForm, type Form } from '../requests/form.ts';
import type { TokenRequest, Trail } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import { grantTypes } from '../wire.ts';
import { crossOriginHeaders } from './cross-origin.ts';
import { errorAnswer, noStoreHeaders } from './writer.ts';

type Grant = (services: Services, request: TokenRequest) => Promise<object>;

const grants: ReadonlyMap<string, Grant> = new Map<string, Grant>([
  [grantTypes.clientCredentials, clientCredentialsGrant],
  [grantTypes.password, passwordGrant],
  [grantTypes.refreshToken, refreshTokenGrant],
  [grantTypes.authorizationCode, authorizationCodeGrant],
  [grantTypes.jwtBearer, onBehalfOfGrant],
  ...deviceGrantTypes.map((type): [string, Grant] => [type, deviceCodeGrant]),
]);

/**
 * The token endpoint (RFC 6749, 3.2). Each request leaves one audit line and one count, granted or refused. The order in which a
 * request is checked stands in ORDER-OF-CHECKS.md.
 */
export const tokenEndpoint = async (
  services: Services,
  exchange: Exchange,
  at: { readonly tenantSegment: string; readonly version: 1 | 2 },
): Promise<Answer> => {
  const trail: Trail = {};
  let form: Form | undefined;
  try {
    form = parseForm(exchange.body, exchange.headers['content-type']);
    const body = await runGrant(services, { exchange, ...at, form, trail });
    record(services, exchange, { trail, outcome: 'granted' });
    return { status: 200, headers: { ...noStoreHeaders(exchange), ...crossOriginHeaders(services, exchange, form) }, body };
  } catch (thrown) {
    const reason = thrown instanceof AadstsError ? `AADSTS${thrown.code}` : 'internal';
    if (isFirstTold(thrown)) record(services, exchange, { trail, outcome: 'refused', reason });
    const crossOrigin = form && thrown instanceof AadstsError ? crossOriginHeaders(services, exchange, form) : undefined;
    if (!crossOrigin) throw thrown;
    const answer = errorAnswer(thrown, exchange, { clock: services.clock, authority: services.names.authority });
    return { ...answer, headers: { ...answer.headers, ...crossOrigin } };
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
