import { createHash } from 'node:crypto';
import type { Clock } from '@podpass/kernel';
import { parseJwt, verifyJwtSignature, verifyJwtTimes, type Jwks } from '@podpass/crypto';
import type { AccessTokenFailure, AccessTokenVerifier, Caller } from './access-token-types.ts';
import type { Directory } from './directory-types.ts';

/** Seconds by which a token may be early or late, as Microsoft's own token validation allows. */
const skew = 300;
/** Verified tokens that are remembered. */
const cacheSize = 10_000;
/** Longer tokens are refused unread. Entra's stay far below, even with 200 groups. */
const maxTokenBytes = 16 * 1024;

export interface AccessTokenVerifierOptions {
  /** The token service's published keys. A new object means that the keys changed: everything remembered is forgotten. */
  readonly keys: () => Promise<Jwks> | Jwks;
  /** The issuers whose tokens for this tenant are genuine. */
  readonly issuersFor: (tenantId: string) => readonly string[];
  readonly clock: Clock;
  readonly directory: { readonly tenants: Pick<Directory['tenants'], 'find'> };
}

interface Verified {
  readonly caller: Caller;
  readonly times: Readonly<Record<string, unknown>>;
}

type Outcome = { readonly caller: Caller } | { readonly failure: AccessTokenFailure };
type Checked = Verified | { readonly failure: AccessTokenFailure };

/**
 * Creates the check that all resource servers share: RS256 by a published key, an issuer of a tenant of ours, `exp` and
 * `nbf` with five minutes of tolerance, and one of the accepted audiences (a final slash is ignored).
 *
 * Tokens are bearer tokens and live until they expire, as in Azure: whether the principal still exists is not asked
 * here. What it may do is the caller's question: roles of a deleted principal stay assigned, as in Azure, and nobody else
 * ever gets its object id. So a token that a managed identity was given before it was deleted works until it expires.
 *
 * A verified token is remembered by its SHA-256, so that its signature is checked once; times, tenant and audience are
 * checked on every use.
 */
export const createAccessTokenVerifier = (options: AccessTokenVerifierOptions): AccessTokenVerifier => {
  const verified = new Map<string, Verified>();
  let knownKeys: Jwks | undefined;

  const check = async (token: string): Promise<Checked> => {
    const keys = await options.keys();
    if (keys !== knownKeys) verified.clear();
    knownKeys = keys;
    const digest = createHash('sha256').update(token).digest('base64');
    const known = verified.get(digest);
    if (known) return known;
    const fresh = await verifyToken(token, keys, options);
    if ('failure' in fresh || keys !== knownKeys) return fresh;
    remember(verified, digest, fresh);
    return fresh;
  };

  return {
    async verify(authorization, accept): Promise<Outcome> {
      const token = bearerToken(authorization);
      if (typeof token !== 'string') return { failure: token };
      const checked = await check(token);
      if ('failure' in checked) return checked;
      const { caller, times } = checked;
      if (accept.tenantId !== undefined && accept.tenantId.toLowerCase() !== caller.tenantId) {
        return { failure: { reason: 'issuer', issuer: caller.issuer } };
      }
      const late = timeFailure(times, options.clock);
      if (late) return { failure: late };
      if (!accept.audiences.some((audience) => sameAudience(audience, caller.audience))) {
        return { failure: { reason: 'audience', audience: caller.audience } };
      }
      return { caller };
    },
  };
};

const remember = (verified: Map<string, Verified>, digest: string, fresh: Verified): void => {
  const [oldest] = verified.size >= cacheSize ? verified.keys() : [];
  if (oldest !== undefined) verified.delete(oldest);
  verified.set(digest, fresh);
};

const malformed: AccessTokenFailure = { reason: 'malformed' };

const bearerToken = (authorization: string | undefined): string | AccessTokenFailure => {
  if (authorization === undefined || authorization.trim() === '') return { reason: 'missing' };
  if (authorization.length > maxTokenBytes) return malformed;
  // RFC 6750, 2.1; the scheme is case-insensitive (RFC 9110, 11.1).
  return /^bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(authorization)?.[1] ?? malformed;
};

const verifyToken = async (token: string, keys: Jwks, options: AccessTokenVerifierOptions): Promise<Checked> => {
  const parsed = parseJwt(token, { maxBytes: maxTokenBytes });
  if ('failure' in parsed) return { failure: malformed };
  const caller = callerOf(parsed.claims);
  if (!caller) return { failure: malformed };
  const tenant = options.directory.tenants.find(caller.tenantId);
  if (tenant?.id !== caller.tenantId || !options.issuersFor(tenant.id).includes(caller.issuer)) {
    return { failure: { reason: 'issuer', issuer: caller.issuer } };
  }
  const broken = await verifyJwtSignature(parsed, { keys, algorithms: ['RS256'] });
  if (broken) return { failure: broken.reason === 'malformed' ? malformed : { reason: 'signature' } };
  const { exp, nbf } = parsed.claims;
  return { caller, times: { exp, nbf } };
};

const callerOf = (claims: Readonly<Record<string, unknown>>): Caller | undefined => {
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name] : undefined);
  const [tenantId, objectId, issuer, audience] = ['tid', 'oid', 'iss', 'aud'].map(text);
  const appId = text('appid') ?? text('azp');
  if (tenantId === undefined || objectId === undefined || appId === undefined || issuer === undefined || audience === undefined)
    return undefined;
  const kind = text('idtyp') === 'app' ? 'app' : 'user';
  const userPrincipalName = kind === 'user' ? (text('upn') ?? text('preferred_username')) : undefined;
  return {
    tenantId,
    objectId,
    appId,
    kind,
    userPrincipalName,
    label: userPrincipalName ?? appId,
    issuer,
    audience,
    managedIdentity: text('xms_mirid'),
    claims,
  };
};

const timeFailure = (times: Readonly<Record<string, unknown>>, clock: Clock): AccessTokenFailure | undefined => {
  const failure = verifyJwtTimes(times, { now: clock.seconds(), skew });
  if (!failure) return undefined;
  if (failure.reason === 'expired') return { reason: 'expired', expiredAt: failure.expiry };
  return failure.reason === 'not-yet-valid' ? { reason: 'not-yet-valid' } : malformed;
};

const trimSlash = (uri: string) => (uri.endsWith('/') ? uri.slice(0, -1) : uri);
const sameAudience = (a: string, b: string) => trimSlash(a).toLowerCase() === trimSlash(b).toLowerCase();
