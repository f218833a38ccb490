import type { Jwks, JwtFailure, ParsedJwt, PublicJwk } from '../types.ts';
import type { JwsAlgorithm } from './algorithms.ts';
import { algorithmOf, signedWith } from './check-signature.ts';
import { publicKeyOf } from './public-key.ts';

/**
 * Verifies the signature of a parsed token with a key of `keys` and one of the `algorithms`; undefined when it is good.
 *
 * The key is found by `kid` in `keys` and nowhere else: `jku`, `x5u`, `jwk` and `x5c` headers are never looked at
 * (RFC 8725, 3.10). The algorithm must be in the list, and the key must be meant for it (RFC 8725, 3.1). No critical
 * extension is understood, so that any `crit` refuses the token (RFC 7515, 4.1.11). Never throws for a bad token; throws
 * KernelError `invalid` when the caller's list names an algorithm that is not asymmetric.
 */
export const verifyJwtSignature = async (
  parsed: ParsedJwt,
  trust: { readonly keys: Jwks; readonly algorithms: readonly string[] },
): Promise<JwtFailure | undefined> => {
  const named = algorithmOf(parsed.header, trust.algorithms);
  if ('failure' in named) return named.failure;
  const { kid } = parsed.header;
  if (typeof kid !== 'string') return { reason: 'unknown-key', kid: undefined };
  const candidates = trust.keys.keys.filter((jwk) => jwk.kid === kid);
  if (candidates.length === 0) return { reason: 'unknown-key', kid };
  const jwk = candidates.find((candidate) => fits(candidate, named.name, named.algorithm));
  const key = jwk && publicKeyOf(jwk);
  if (!key) return { reason: 'algorithm', algorithm: named.name };
  return (await signedWith(parsed, key, named.algorithm)) ? undefined : { reason: 'signature' };
};

/** Whether the key is meant for this algorithm, by its type, its curve and what it says of its own use. */
const fits = (jwk: PublicJwk, name: string, algorithm: JwsAlgorithm): boolean =>
  jwk.kty === algorithm.kty &&
  (algorithm.crv === undefined || jwk['crv'] === algorithm.crv) &&
  (jwk.use === undefined || jwk.use === 'sig') &&
  (jwk.alg === undefined || jwk.alg === name) &&
  (!Array.isArray(jwk['key_ops']) || jwk['key_ops'].includes('verify'));
