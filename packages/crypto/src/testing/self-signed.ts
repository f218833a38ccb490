import { KeyObject, webcrypto } from 'node:crypto';
import type { IssuedCertificate } from '../types.ts';
import { loadX509 } from '../certificates/library.ts';

type SigningAlgorithm =
  | { readonly name: 'RSASSA-PKCS1-v1_5'; readonly hash: 'SHA-256' }
  | { readonly name: 'ECDSA'; readonly hash: 'SHA-256' };

/** A self-signed certificate as clients register them, for tests; RSA of 2048 bits unless told otherwise. Times are milliseconds since the epoch. */
export const selfSigned = async (
  options: {
    readonly commonName?: string;
    readonly key?: { readonly rsaBits: number } | { readonly curve: string };
    readonly notBefore?: number;
    readonly notAfter?: number;
  } = {},
): Promise<IssuedCertificate> => {
  const { commonName = 'test client', key = { rsaBits: 2048 }, notBefore = 0, notAfter = 4_102_444_800_000 } = options;
  const signingAlgorithm: SigningAlgorithm =
    'rsaBits' in key ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } : { name: 'ECDSA', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(
    'rsaBits' in key
      ? { ...signingAlgorithm, modulusLength: key.rsaBits, publicExponent: Uint8Array.of(1, 0, 1) }
      : { ...signingAlgorithm, namedCurve: key.curve },
    true,
    ['sign', 'verify'],
  );
  const x509 = await loadX509();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm,
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
  });
  return {
    certificate: `${certificate.toString('pem').trim()}\n`,
    privateKey: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
};
