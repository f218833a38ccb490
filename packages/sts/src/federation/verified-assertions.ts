import { hash } from 'node:crypto';
import type { Jwks, ParsedJwt, PublicJwk } from '@podpass/crypto';
import { issuerLimits } from './limits.ts';

/**
 * Assertions whose signatures were found good, by digest. A pod presents the same one many times within its hour, and the digest costs a
 * tenth of the check. Only the signature is remembered: times, audience, subject and credentials are compared every time.
 */
export interface VerifiedAssertions {
  /** Whether this very assertion was verified with a key that `keys` still has. */
  has(assertion: ParsedJwt, keys: Jwks): boolean;
  /** Call only once `verifyJwtSignature` has found it good with `keys`. */
  remember(assertion: ParsedJwt, keys: Jwks): void;
}

/** `places` bounds how many are remembered; the oldest goes first. A hit changes nothing, so that it costs the collector nothing either. */
export const createVerifiedAssertions = (places: number = issuerLimits.verifiedAssertions): VerifiedAssertions => {
  const verifiedWith = new Map<string, PublicJwk>();
  return {
    has(assertion, keys) {
      const key = verifiedWith.get(digestOf(assertion));
      return key !== undefined && key === onlyKey(keys, assertion);
    },
    remember(assertion, keys) {
      const key = onlyKey(keys, assertion);
      if (!key) return;
      const [oldest] = verifiedWith.size >= places ? verifiedWith.keys() : [];
      if (oldest !== undefined) verifiedWith.delete(oldest);
      verifiedWith.set(digestOf(assertion), key);
    },
  };
};

const dot = Buffer.from('.');

/**
 * Of the whole assertion. The dot keeps the parts apart: `signed` has exactly one, so no other assertion has the same octets. In one call: a
 * hash object would stay in memory until the next full collection.
 */
const digestOf = ({ signed, signature }: ParsedJwt): string => hash('sha256', Buffer.concat([signed, dot, signature]), 'base64');

/** The key that the assertion names, when no other has its id: a key is known by its object, which a refresh keeps while the key is the same. */
const onlyKey = ({ keys }: Jwks, { header }: ParsedJwt): PublicJwk | undefined => {
  const [key, ...others] = keys.filter(({ kid }) => kid === header['kid']);
  return others.length === 0 ? key : undefined;
};
