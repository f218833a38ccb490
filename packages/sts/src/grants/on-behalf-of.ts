import { parseJwt, verifyJwtSignature, verifyJwtTimes, type ParsedJwt } from '@podpass/crypto';
import type { Tenant, User } from '@podpass/directory';
import { authenticateClient } from '../clients/authenticate-client.ts';
import { findClient } from '../clients/find-client.ts';
import type { Client } from '../clients/types.ts';
import { userTarget } from '../consent/user-target.ts';
import { AadstsError } from '../errors.ts';
import { dotNetTime } from '../federation/dot-net-time.ts';
import { holdsKeyOf } from '../federation/holds-key.ts';
import { requireClientId } from '../requests/client.ts';
import { findTenant, tenantWord } from '../requests/tenant.ts';
import type { TokenRequest } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import { presentUser } from '../sessions/present-user.ts';
import { assertionLimit, assertionSkew, onBehalfOf } from '../wire.ts';
import { refuseManagedIdentity } from './user-client.ts';
import { userTokenBody } from './user-tokens.ts';

/**
 * The on-behalf-of flow: an API exchanges the token that a user's client sent it for one to a further API. The assertion must be an access
 * token of this service and this tenant, for a user, whose audience is the client itself; the client must prove itself, and have the user's consent
 * for what it asks. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
 */
export const onBehalfOfGrant = async (services: Services, request: TokenRequest): Promise<object> => {
  const { form, trail, version } = request;
  trail.grant = onBehalfOf;
  const use = form.require('requested_token_use');
  if (use !== onBehalfOf) throw new AadstsError(9002313, { hint: `The only supported requested_token_use is '${onBehalfOf}'.` });
  const clientId = requireClientId(request);
  const text = form.require('assertion');
  const asked = form.require(version === 1 ? 'resource' : 'scope');
  if (tenantWord(request.tenantSegment)) throw new AadstsError(50059);
  const tenant = findTenant(services, request.tenantSegment);
  trail.tenant = tenant.id;
  const presenter = findClient(services, tenant, clientId);
  refuseManagedIdentity(presenter);
  const proof = await authenticateClient(services, request, { tenant, client: presenter, credential: 'required' });
  const assertion = await verifiedAssertion(services, tenant, text);
  const client = findClient(services, tenant, clientId);
  const user = userOf(services, { tenant, client, assertion });
  trail.principal = user.id;
  const { methods, authTime } = signInOf(assertion);
  if (isOver(user, authTime)) throw new AadstsError(50173);
  const wanted = userTarget(services, { tenant, client, version }, asked);
  const body = await userTokenBody(services, request, { tenant, user, client, proof, methods, authTime, wanted });
  if (version === 1 || !wanted.scope.openId.includes('offline_access')) return body;
  const session = { tenantId: tenant.id, userId: user.id, clientId: client.clientId, scope: asked, methods, authTime, confidential: true };
  return { ...body, refresh_token: await services.refreshTokens.issue(session, user) };
};

const verifiedAssertion = async ({ keys, names, clock }: Services, tenant: Tenant, text: string): Promise<ParsedJwt> => {
  const parsed = parseJwt(text, { maxBytes: assertionLimit });
  if ('failure' in parsed) throw invalid('The assertion is no signed token.');
  const published = keys.published();
  const failure = await verifyJwtSignature(parsed, { keys: published, algorithms: ['RS256'] });
  const { kid } = parsed.header;
  // The check took a while, in which the key may have been revoked.
  const revoked = !failure && !holdsKeyOf(keys.published(), published, typeof kid === 'string' ? kid : undefined);
  if (revoked || failure?.reason === 'unknown-key') throw invalid('The key was not found.');
  if (failure) throw invalid('The provided signature value did not match the expected signature value.');
  const { iss, tid, exp } = parsed.claims;
  if (tid !== tenant.id || (iss !== names.v1Issuer(tenant.id) && iss !== names.v2Issuer(tenant.id))) {
    throw invalid('The assertion was issued by another tenant.');
  }
  const late = verifyJwtTimes(parsed.claims, { now: clock.seconds(), skew: assertionSkew });
  if (late) throw new AadstsError(500133, { data: { now: dotNetTime(clock.now() / 1000), expiry: dotNetTime(exp) } });
  return parsed;
};

const invalid = (reason: string) => new AadstsError(50013, { data: { reason } });

/** ID tokens name their client as audience as well; what tells them apart is that they grant no scope. */
const userOf = (
  services: Services,
  { tenant, client, assertion }: { readonly tenant: Tenant; readonly client: Client; readonly assertion: ParsedJwt },
): User => {
  const { aud, idtyp, oid, scp } = assertion.claims;
  const audience = typeof aud === 'string' ? aud : '';
  if (services.findResource(tenant.id, audience)?.appId !== client.clientId) {
    throw new AadstsError(500131, { data: { audience, app: client.clientId, name: client.displayName } });
  }
  if (idtyp === 'app') throw new AadstsError(7000114, { data: { app: client.clientId } });
  if (idtyp !== 'user' || typeof oid !== 'string' || typeof scp !== 'string') throw invalid('The assertion is no access token of a user.');
  return presentUser(services, { tenantId: tenant.id, userId: oid });
};

/**
 * Whether the user's sessions ended since. The token itself lives on, but nothing new comes of it. Tokens know their time to the second only: one of the
 * very second of the end is refused, for it may be older. Sessions that never ended have the time of the user's creation.
 */
const isOver = ({ signInSessionsValidFromDateTime: from, createdDateTime }: User, authTime: number): boolean =>
  from !== createdDateTime && authTime <= Math.floor(Date.parse(from) / 1000);

/** Version 2 tokens do not say how and when the user signed in: then it is by password, and before the token. */
const signInOf = ({ claims }: ParsedJwt): { readonly methods: readonly string[]; readonly authTime: number } => {
  const { amr, iat } = claims;
  const methods = Array.isArray(amr) ? amr.filter((method) => typeof method === 'string') : [];
  return { methods: methods.length === 0 ? ['pwd'] : methods, authTime: typeof iat === 'number' ? iat : 0 };
};
