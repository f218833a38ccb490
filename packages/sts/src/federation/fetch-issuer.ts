import { isObject, messageOf, parseJson } from '@podpass/kernel';
import type { Jwks, PublicJwk } from '@podpass/crypto';
import type { WireAnswer, WireClient } from '@podpass/http';
import { discoveryUrl, mayFetchKeys, portOf } from './issuer-url.ts';
import { issuerLimits } from './limits.ts';
import type { RegisteredIssuers } from './types.ts';

/** Why an issuer's keys could not be had. `gone` is the issuer's own word; anything else may pass. */
export class IssuerFailure extends Error {
  readonly gone: boolean;

  constructor(message: string, options: { readonly gone: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'IssuerFailure';
    this.gone = options.gone;
  }
}

export interface Fetched<T> {
  readonly value: T;
  /** Milliseconds for which the answer may be used. */
  readonly freshFor: number;
}

export interface Fetch {
  readonly wire: WireClient;
  readonly signal: AbortSignal;
  readonly registered: Pick<RegisteredIssuers, 'get' | 'reaches'>;
}

/** Fetches an issuer's metadata and gives its key set's address. The `issuer` in it must be the issuer, to the character. */
export const fetchMetadata = async (fetch: Fetch, issuer: string): Promise<Fetched<string>> => {
  const { document, freshFor } = await getObject(fetch, issuer, { url: discoveryUrl(issuer), maxBytes: issuerLimits.metadataBytes });
  if (document['issuer'] !== issuer) throw new IssuerFailure("The metadata's issuer differs from the credential's.", { gone: true });
  const jwksUri = document['jwks_uri'];
  if (typeof jwksUri !== 'string' || !mayFetchKeys(issuer, jwksUri)) {
    throw new IssuerFailure('The metadata names no key set that may be fetched.', { gone: true });
  }
  return { value: jwksUri, freshFor };
};

/** Fetches an issuer's key set and keeps the RSA keys that may verify signatures, and of these what verification needs. */
export const fetchKeys = async (fetch: Fetch, issuer: string, jwksUri: string): Promise<Fetched<Jwks>> => {
  const { document, freshFor } = await getObject(fetch, issuer, { url: jwksUri, maxBytes: issuerLimits.keysBytes });
  const listed = document['keys'];
  if (!Array.isArray(listed) || listed.length > issuerLimits.keys) {
    throw new IssuerFailure('The key set has no keys, or too many.', { gone: true });
  }
  return { value: { keys: listed.filter(isUsable).map(essential) }, freshFor };
};

const isUsable = (key: unknown): key is PublicJwk =>
  isObject(key) &&
  key['kty'] === 'RSA' &&
  typeof key['kid'] === 'string' &&
  typeof key['n'] === 'string' &&
  key['n'].length <= issuerLimits.modulus;

/** What a stranger's key set may make us remember: no certificates, no members of its own invention. */
const essential = ({ kty, kid, use, alg, n, e, key_ops: operations }: PublicJwk): PublicJwk => ({
  kty,
  kid,
  ...(use === undefined ? {} : { use }),
  ...(alg === undefined ? {} : { alg }),
  n,
  e,
  ...(operations === undefined ? {} : { key_ops: operations }),
});

interface Wanted {
  readonly url: string;
  readonly maxBytes: number;
}

const getObject = async (fetch: Fetch, issuer: string, wanted: Wanted) => {
  const answer = await get(fetch, wanted, certificatesFor(fetch, issuer, wanted.url));
  if (answer.status !== 200) {
    const passing = answer.status >= 500 || answer.status === 408 || answer.status === 429;
    throw new IssuerFailure(`The issuer answered ${answer.status}.`, { gone: !passing });
  }
  const document = parseJson(answer.body.toString('utf8'));
  if (!isObject(document)) throw new IssuerFailure('The issuer answered no JSON object.', { gone: true });
  return { document, freshFor: freshFor(answer.headers['cache-control']) };
};

/**
 * The CA that vouches for an address: a registered issuer's own one at its own origin, else the usual ones. Where a registered issuer lives, only that
 * issuer is fetched: the operator opened the address for it, not for whoever names the same host in a credential or a document.
 */
const certificatesFor = ({ registered }: Fetch, issuer: string, address: string): string | undefined => {
  const url = URL.parse(address);
  if (!url) throw new IssuerFailure('The address is no URL.', { gone: true });
  const registration = registered.get(issuer);
  if (registration && URL.parse(issuer)?.origin === url.origin) return registration.ca;
  if (registered.reaches(url.hostname, portOf(url))) {
    throw new IssuerFailure('The address belongs to another, registered issuer.', { gone: true });
  }
  return undefined;
};

const get = async ({ wire, signal }: Fetch, { url, maxBytes }: Wanted, ca: string | undefined): Promise<WireAnswer> => {
  try {
    return await wire.request({
      method: 'GET',
      url,
      headers: { accept: 'application/json' },
      timeout: issuerLimits.timeout,
      maxBytes,
      signal,
      ...(ca === undefined ? {} : { ca }),
    });
  } catch (thrown) {
    throw new IssuerFailure(`The issuer cannot be reached: ${messageOf(thrown)}`, { gone: false, cause: thrown });
  }
};

/** `max-age` in milliseconds within our bounds (RFC 9111, 5.2.2); the upper bound when the answer says nothing. */
export const freshFor = (cacheControl: string | undefined): number => {
  const { freshLeast, freshMost } = issuerLimits;
  if (cacheControl === undefined) return freshMost;
  if (/\bno-(store|cache)\b/i.test(cacheControl)) return freshLeast;
  const seconds = /\bmax-age="?(\d{1,10})/i.exec(cacheControl)?.[1];
  return seconds === undefined ? freshMost : Math.min(freshMost, Math.max(freshLeast, Number(seconds) * 1000));
};
