import { createHash, createPrivateKey, createPublicKey, generateKeyPair, webcrypto, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { KernelError } from '@podpass/kernel';
import type { PublicJwk, SigningKey } from '../types.ts';

const generate = promisify(generateKeyPair);
const rs256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;

/** The smallest modulus that RS256 may use (RFC 7518, 3.3). */
const minimumBits = 2048;

/** Generates a new RSA key of 2048 bits in the thread pool. Takes 50 to 300 ms: use `createKeyPool` where callers wait. */
export const generateSigningKey = async (): Promise<SigningKey> => {
  const { privateKey } = await generate('rsa', { modulusLength: minimumBits, publicExponent: 0x10001 });
  return signingKey(privateKey);
};

/** Loads a key that `exportPrivate` gave. Throws KernelError `corrupt` when the text is no RSA key of 2048 bits or more. */
export const importSigningKey = (pkcs8Pem: string): SigningKey => {
  try {
    return signingKey(createPrivateKey({ key: pkcs8Pem, format: 'pem' }));
  } catch {
    // The parser's own message could quote key material, so it is not kept as the cause.
    throw new KernelError('corrupt', 'A stored signing key cannot be read as an RSA private key of 2048 bits or more.');
  }
};

const signingKey = (privateKey: KeyObject): SigningKey => {
  const bits = privateKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (privateKey.asymmetricKeyType !== 'rsa' || bits < minimumBits)
    throw new KernelError('invalid', 'RS256 needs an RSA key of 2048 bits or more.');
  const publicKey = createPublicKey(privateKey);
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
  // WebCrypto rather than `sign` with a callback: what that callback holds stays in memory until the next full collection, and here that
  // would be every request with all its parts. Both take the same time.
  const signer = privateKey.toCryptoKey(rs256, false, ['sign']);
  const { n, e } = publicKey.export({ format: 'jwk' });
  const publicJwk: PublicJwk = Object.freeze({ use: 'sig', kty: 'RSA', kid, alg: 'RS256', n, e });
  return {
    kid,
    publicJwk,
    sign: async (data) => Buffer.from(await webcrypto.subtle.sign(rs256.name, signer, data)),
    exportPrivate: () => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
};
