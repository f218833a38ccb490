import type { SigningKey } from '../types.ts';
import { encodeBase64url } from './base64url.ts';

/** What an issuer may add to the header. Kubernetes adds nothing, Entra `typ` and `x5t`. */
export interface JwtHeaderOptions {
  readonly typ?: string;
  readonly x5t?: string;
}

/** Few header forms exist for one key; the bound only guards against misuse. */
const maxHeadersPerKey = 16;
const encodedHeaders = new WeakMap<SigningKey, Map<string, string>>();

/**
 * Signs `claims` as a compact JWS with RS256, off the event loop. The header's members come in the order in which Entra writes them: `typ`, `alg`, `x5t`, `kid`;
 * without options it is Kubernetes' `{"alg","kid"}`.
 */
export const signJwt = async (
  key: SigningKey,
  token: { readonly header?: JwtHeaderOptions; readonly claims: Readonly<Record<string, unknown>> },
): Promise<string> => {
  const signed = `${encodedHeader(key, token.header ?? {})}.${encodeBase64url(JSON.stringify(token.claims))}`;
  const signature = await key.sign(Buffer.from(signed, 'latin1'));
  return `${signed}.${signature.toString('base64url')}`;
};

const encodedHeader = (key: SigningKey, { typ, x5t }: JwtHeaderOptions): string => {
  const known = encodedHeaders.get(key) ?? new Map<string, string>();
  const form = `${typ ?? ''}\n${x5t ?? ''}`;
  const cached = known.get(form);
  if (cached !== undefined) return cached;
  const encoded = encodeBase64url(JSON.stringify({ typ, alg: 'RS256', x5t, kid: key.kid }));
  if (known.size >= maxHeadersPerKey) known.clear();
  encodedHeaders.set(key, known.set(form, encoded));
  return encoded;
};
