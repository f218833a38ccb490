import type { KeyObject } from 'node:crypto';

/** An RSA key below this size verifies nothing (RFC 7518, 3.3); one above could make each check cost seconds. */
const rsaBits = { least: 2048, most: 8192 };

/** FIPS 186-5, A.1.1 demands an odd exponent above 2^16; 3 is still met. Longer ones than 32 bits only cost time. */
const exponent = { least: 3n, most: 2n ** 32n };

/** Bits of an RSA public key that may verify signatures; undefined for any other key, and for one that is restricted to RSASSA-PSS. */
export const rsaVerificationBits = (key: KeyObject): number | undefined => {
  if (key.asymmetricKeyType !== 'rsa') return undefined;
  const { modulusLength: bits, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (bits === undefined || bits < rsaBits.least || bits > rsaBits.most) return undefined;
  if (publicExponent === undefined || publicExponent < exponent.least || publicExponent > exponent.most) return undefined;
  return publicExponent % 2n === 1n ? bits : undefined;
};
