import { X509Certificate, type KeyObject } from 'node:crypto';
import { KernelError } from '@podpass/kernel';
import type { JwtFailure, ParsedJwt } from '../types.ts';
import { algorithmOf, signedWith } from './check-signature.ts';
import { rsaVerificationBits } from './rsa-key.ts';

export type CertificateAlgorithm = 'RS256' | 'PS256';

/** Certificates whose keys are kept imported; reading one anew takes about 100 microseconds. */
const maxKeys = 1024;
const keys = new Map<string, KeyObject>();

/**
 * Verifies the signature of a parsed token with the key of one registered certificate (RFC 7523 client assertions);
 * undefined when it is good. Which certificate is the caller's choice, by `x5t` or `x5t#S256` among those that the client
 * registered: neither `x5c` nor any other header supplies a key here, and `kid` is not looked at.
 *
 * `certificate` is what `parseClientCertificate` gave: DER in base64. PS256 is RSASSA-PSS with SHA-256, MGF1 with SHA-256
 * and a salt of exactly 32 octets (RFC 7518, 3.5). Whether the certificate is valid now is the caller's question.
 * Never throws for a bad token; throws KernelError `corrupt` when `certificate` holds no RSA key of 2048 to 8192 bits.
 */
export const verifyJwtWithCertificate = async (
  parsed: ParsedJwt,
  certificate: string,
  options: { readonly algorithms: readonly CertificateAlgorithm[] },
): Promise<JwtFailure | undefined> => {
  const named = algorithmOf(parsed.header, options.algorithms);
  if ('failure' in named) return named.failure;
  // Certificates hold RSA keys only; another type in a list that escaped the type check must not reach the verifier.
  if (named.algorithm.kty !== 'RSA') return { reason: 'algorithm', algorithm: named.name };
  return (await signedWith(parsed, keyOf(certificate), named.algorithm)) ? undefined : { reason: 'signature' };
};

const keyOf = (certificate: string): KeyObject => {
  const known = keys.get(certificate);
  if (known) return known;
  const key = importKey(certificate);
  // The oldest goes: a flood of other clients' certificates costs a re-import, never memory.
  for (const oldest of keys.keys()) {
    if (keys.size < maxKeys) break;
    keys.delete(oldest);
  }
  keys.set(certificate, key);
  return key;
};

const importKey = (certificate: string): KeyObject => {
  try {
    const { publicKey } = new X509Certificate(Buffer.from(certificate, 'base64'));
    if (rsaVerificationBits(publicKey) !== undefined) return publicKey;
  } catch {
    // The same answer as for a key of another kind.
  }
  throw new KernelError('corrupt', 'A stored certificate cannot be read as one with an RSA key of 2048 to 8192 bits.');
};
