import { isObject, messageOf, parseJson } from '@podpass/kernel';
import type { Jwks, PublicJwk } from '@podpass/crypto';
import type { WireAnswer, WireClient } from '@podpass/http';
import { discoveryUrl, mayFetchKeys } from './issuer-url.ts';
import { issuerLimits } from './limits.ts';

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

type Fetch = { readonly wire: WireClient; readonly signal: AbortSignal };

/** Fetches an issuer's metadata and gives its key set's address. The `issuer` in it must be the issuer, to the character. */
export const fetchMetadata = async (fetch: Fetch, issuer: string): Promise<Fetched<string>> => {
  const { document, freshFor } = await getObject(fetch, discoveryUrl(issuer), issuerLimits.metadataBytes);
  if (document['issuer'] !== issuer) throw new IssuerFailure("The metadata's issuer differs from the credential's.", { gone: true });
  const jwksUri = document['jwks_uri'];
  if (typeof jwksUri !== 'string' || !mayFetchKeys(issuer, jwksUri)) {
    throw new IssuerFailure('The metadata names no key set that may be fetched.', { gone: true });
  }
  return { value: jwksUri, freshFor };
};

/** Fetches a key set and keeps the RSA keys that may verify signatures. */
export const fetchKeys = async (fetch: Fetch, jwksUri: string): Promise<Fetched<Jwks>> => {
  const { document, freshFor } = await getObject(fetch, jwksUri, issuerLimits.keysBytes);
  const listed = document['keys'];
  if (!Array.isArray(listed) || listed.length > issuerLimits.keys) {
    throw new IssuerFailure('The key set has no keys, or too many.', { gone: true });
  }
  return { value: { keys: listed.filter(isUsable) }, freshFor };
};

const isUsable = (key: unknown): key is PublicJwk => isObject(key) && key['kty'] === 'RSA' && typeof key['kid'] === 'string';

const getObject = async (fetch: Fetch, url: string, maxBytes: number) => {
  const answer = await get(fetch, url, maxBytes);
  if (answer.status !== 200) {
    const passing = answer.status >= 500 || answer.status === 408 || answer.status === 429;
    throw new IssuerFailure(`The issuer answered ${answer.status}.`, { gone: !passing });
  }
  const document = parseJson(answer.body.toString('utf8'));
  if (!isObject(document)) throw new IssuerFailure('The issuer answered no JSON object.', { gone: true });
  return { document, freshFor: freshFor(answer.headers['cache-control']) };
};

const get = async ({ wire, signal }: Fetch, url: string, maxBytes: number): Promise<WireAnswer> => {
  try {
    return await wire.request({
      method: 'GET',
      url,
      headers: { accept: 'application/json' },
      timeout: issuerLimits.timeout,
      maxBytes,
      signal,
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
