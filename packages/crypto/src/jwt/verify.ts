import { verify, type KeyObject } from 'node:crypto';
import { KernelError } from '@podpass/kernel';
import type { Jwks, JwtFailure, ParsedJwt, PublicJwk } from '../types.ts';
import { algorithmNamed, type JwsAlgorithm } from './algorithms.ts';
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
  refuseSymmetric(trust.algorithms);
  const { alg, kid, crit } = parsed.header;
  if (typeof alg !== 'string') return { reason: 'malformed', message: "The token's header names no algorithm." };
  if (crit !== undefined) return { reason: 'critical', message: "The token's header demands extensions that are not understood." };
  const algorithm = trust.algorithms.includes(alg) ? algorithmNamed(alg) : undefined;
  if (!algorithm) return { reason: 'algorithm', algorithm: alg };
  if (typeof kid !== 'string') return { reason: 'unknown-key', kid: undefined };
  const named = trust.keys.keys.filter((jwk) => jwk.kid === kid);
  if (named.length === 0) return { reason: 'unknown-key', kid };
  const jwk = named.find((candidate) => fits(candidate, alg, algorithm));
  const key = jwk && publicKeyOf(jwk);
  if (!key) return { reason: 'algorithm', algorithm: alg };
  return (await good(parsed, key, algorithm)) ? undefined : { reason: 'signature' };
};

const refuseSymmetric = (algorithms: readonly string[]) => {
  const wrong = algorithms.find((name) => !algorithmNamed(name));
  if (wrong !== undefined) throw new KernelError('invalid', `Tokens cannot be verified with the algorithm '${wrong}'.`);
};

/** Whether the key is meant for this algorithm, by its type, its curve and what it says of its own use. */
const fits = (jwk: PublicJwk, name: string, algorithm: JwsAlgorithm): boolean =>
  jwk.kty === algorithm.kty &&
  (algorithm.crv === undefined || jwk['crv'] === algorithm.crv) &&
  (jwk.use === undefined || jwk.use === 'sig') &&
  (jwk.alg === undefined || jwk.alg === name) &&
  (!Array.isArray(jwk['key_ops']) || jwk['key_ops'].includes('verify'));

/**
 * node:crypto rather than jose: for RS256 its callback form costs the event loop about 3 microseconds and 20 in all, jose's WebCrypto path 20 and 50.
 * That holds only where the key object itself is passed; wrapped with options it costs five times as much.
 */
const good = (parsed: ParsedJwt, key: KeyObject, { digest, parameters }: JwsAlgorithm): Promise<boolean> =>
  new Promise((resolve) => {
    try {
      const how = parameters ? { key, ...parameters } : key;
      verify(digest, parsed.signed, how, parsed.signature, (failed, valid) => resolve(!failed && valid));
    } catch {
      resolve(false);
    }
  });
