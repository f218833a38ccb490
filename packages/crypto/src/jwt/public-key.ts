import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { PublicJwk } from '../types.ts';
import { rsaVerificationBits } from './rsa-key.ts';

/** Imported once for each JWK object, and forgotten with it: JWKS documents are replaced as a whole, never edited. */
const imported = new WeakMap<PublicJwk, KeyObject | 'unusable'>();

/** The key object of a JWK; undefined when it is none that may verify signatures. */
export const publicKeyOf = (jwk: PublicJwk): KeyObject | undefined => {
  const known = imported.get(jwk);
  if (known !== undefined) return known === 'unusable' ? undefined : known;
  const key = importKey(jwk);
  imported.set(jwk, key ?? 'unusable');
  return key;
};

const importKey = (jwk: PublicJwk): KeyObject | undefined => {
  // Only public members are handed on: certificates (x5c), URLs (x5u) and private parts in a JWK are never looked at.
  const key: JsonWebKey = jwk.kty === 'RSA' ? { kty: 'RSA', n: jwk.n, e: jwk.e } : ecMembers(jwk);
  try {
    const object = createPublicKey({ key, format: 'jwk' });
    return object.asymmetricKeyType === 'ec' || rsaVerificationBits(object) !== undefined ? object : undefined;
  } catch {
    return undefined;
  }
};

const ecMembers = (jwk: PublicJwk): JsonWebKey => ({ kty: jwk.kty, crv: text(jwk['crv']), x: text(jwk['x']), y: text(jwk['y']) });

const text = (member: unknown): string | undefined => (typeof member === 'string' ? member : undefined);
