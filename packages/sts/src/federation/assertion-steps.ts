import { parseJwt, verifyJwtSignature, verifyJwtTimes, type Jwks } from '@podpass/crypto';
import { AadstsError } from '../errors.ts';
import { findPrincipal } from '../requests/client.ts';
import type { ClientCredentials } from '../requests/client-credentials.ts';
import { must } from '../requests/must.ts';
import type { Step } from '../requests/token-request.ts';
import { assertionLimit, assertionSkew, jwtBearerAssertion } from '../wire.ts';
import { dotNetTime } from './dot-net-time.ts';

/** The one algorithm that Entra supports for federated credentials; never what a token's header wishes. */
const algorithms = ['RS256'] as const;
type AssertionStep = Step<ClientCredentials>;

const parseAssertion: AssertionStep = (context) => {
  const { form } = context.request;
  const type = form.require('client_assertion_type');
  const assertion = form.require('client_assertion');
  if (type !== jwtBearerAssertion) {
    throw new AadstsError(9002313, { hint: `The only supported client_assertion_type is '${jwtBearerAssertion}'.` });
  }
  const parsed = parseJwt(assertion, { maxBytes: assertionLimit });
  if ('failure' in parsed) throw new AadstsError(50027);
  const { iss } = parsed.claims;
  if (typeof iss !== 'string' || iss === '') throw new AadstsError(50027);
  context.assertion = parsed;
  context.issuer = iss;
  context.request.trail.issuer = iss;
};

/**
 * An assertion that names the client itself as issuer is signed with a certificate of the application. Applications here
 * have none, so the key is always unknown.
 */
const refuseCertificate: AssertionStep = ({ issuer, clientId, assertion }) => {
  if (must(issuer).toLowerCase() !== clientId.toLowerCase()) return;
  const { x5t, kid } = must(assertion).header;
  const key = [x5t, kid].find((name) => typeof name === 'string') ?? '';
  throw unregisteredKey({ clientId, key, what: registrationMissing, reason: 'The key was not found.' });
};

const refuseOwnTokens: AssertionStep = ({ services, issuer }) => {
  if (services.names.ownsIssuer(must(issuer))) throw new AadstsError(700222);
};

/** Compared to the character: `https://a` and `https://a/` are two issuers. */
const findIssuer: AssertionStep = (context) => {
  const { services, principal, issuer, clientId } = context;
  const { id, tenantId } = must(principal);
  const credentials = services.directory.federatedCredentials.list(tenantId, id);
  if (credentials.length === 0) throw new AadstsError(7000226, { data: { app: clientId } });
  context.candidates = credentials.filter((credential) => credential.issuer === issuer);
  if (context.candidates.length === 0) throw new AadstsError(700211, { data: { issuer: must(issuer) } });
};

/** Before any key is fetched: a token that could never verify must not cost a request to its issuer. */
const checkAlgorithm: AssertionStep = ({ assertion }) => {
  const { alg } = must(assertion).header;
  if (typeof alg !== 'string') throw new AadstsError(50027);
  if (!algorithms.some((name) => name === alg)) throw new AadstsError(5002738, { data: { algorithm: alg } });
};

const verifySignature: AssertionStep = async ({ services, assertion, issuer, clientId }) => {
  const parsed = must(assertion);
  const from = must(issuer);
  const kid = typeof parsed.header['kid'] === 'string' ? parsed.header['kid'] : undefined;
  const keys = await issuerKeys(() => services.issuerKeys.keysFor(from, kid));
  const failure = await verifyJwtSignature(parsed, { keys, algorithms });
  if (!failure) return;
  switch (failure.reason) {
    case 'malformed':
    case 'critical':
      throw new AadstsError(50027);
    case 'unknown-key':
    case 'algorithm':
      // The algorithm is the right one by now, so this is a published key that may not be used with it.
      throw new AadstsError(7000272, { data: { key: kid ?? '', issuer: from } });
    case 'signature':
      throw unregisteredKey({
        clientId,
        key: kid ?? '',
        what: 'Client assertion contains an invalid signature.',
        reason: 'The provided signature value did not match the expected signature value.',
      });
  }
};

const issuerKeys = async (keysFor: () => Jwks | Promise<Jwks>): Promise<Jwks> => {
  try {
    return await keysFor();
  } catch (cause) {
    throw new AadstsError(50166, { cause });
  }
};

/**
 * The keys may have come from far, and slowly: whatever was taken away meanwhile counts no more. From here on no step waits.
 */
const lookAgain: AssertionStep = (context) => {
  context.principal = findPrincipal(context.services, must(context.tenant), context.clientId);
  return findIssuer(context);
};

const checkTimes: AssertionStep = ({ services, assertion }) => {
  const { claims } = must(assertion);
  const failure = verifyJwtTimes(claims, { now: services.clock.seconds(), skew: assertionSkew });
  if (!failure) return;
  if (failure.reason === 'missing-expiry' || failure.reason === 'malformed-time') throw new AadstsError(50027);
  throw new AadstsError(700024, {
    data: {
      now: dotNetTime(services.clock.now() / 1000),
      notBefore: dotNetTime(claims['nbf']),
      expiry: dotNetTime(claims['exp']),
    },
  });
};

const checkAudience: AssertionStep = (context) => {
  const { aud } = must(context.assertion).claims;
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : aud === undefined ? [] : [aud];
  if (audiences.length > 1) throw new AadstsError(5002741, { data: { count: audiences.length } });
  const [audience = ''] = audiences;
  if (typeof audience !== 'string') throw new AadstsError(50027);
  context.candidates = must(context.candidates).filter((credential) => credential.audiences.includes(audience));
  if (context.candidates.length === 0) throw new AadstsError(700212, { data: { audience } });
};

const checkSubject: AssertionStep = ({ assertion, candidates, request }) => {
  const { sub } = must(assertion).claims;
  const subject = typeof sub === 'string' ? sub : '';
  request.trail.subject = subject;
  const rest = must(candidates);
  if (rest.some((credential) => credential.subject === subject)) return;
  const sameButForCase = rest.some((credential) => credential.subject.toLowerCase() === subject.toLowerCase());
  throw new AadstsError(sameButForCase ? 7002138 : 700213, { data: { subject } });
};

const registrationMissing = 'The certificate with identifier used to sign the client assertion is not registered on application.';

const unregisteredKey = (found: { readonly clientId: string; readonly key: string; readonly what: string; readonly reason: string }) =>
  new AadstsError(700027, { data: { what: found.what, reason: found.reason, thumbprint: found.key, app: found.clientId } });

/**
 * How an assertion becomes an identity, in this order. Entra documents the codes, not the order; this one tells a caller who
 * holds no valid token as little as possible about the credentials.
 */
export const assertionSteps: readonly AssertionStep[] = [
  parseAssertion,
  refuseCertificate,
  refuseOwnTokens,
  findIssuer,
  checkAlgorithm,
  verifySignature,
  lookAgain,
  checkTimes,
  checkAudience,
  checkSubject,
];
