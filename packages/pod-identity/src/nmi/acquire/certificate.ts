import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { messageOf, newGuid, type Clock } from '@podpass/kernel';
import { pair, readEncryptedPem, readPkcs12, type CertificatePair } from '../pkcs12/read.ts';
import type { SecretData } from './read-secret.ts';
import { AcquireError } from './types.ts';

/** Keys of the Secret, as upstream documents them. */
const keys = { certificate: 'certificate', password: 'password' } as const;
/** Largest certificate file, in bytes. */
const fileLimit = 65_536;
/** Bits of the largest RSA key that is used. */
const keyBits = 4_096;
/** Seconds that an assertion is good for. */
const assertionLife = 600;

const pemBlocks = (text: string, label: string): readonly string[] =>
  [...text.matchAll(new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`, 'g'))].map(
    ([, base64 = '']) => base64,
  );

const readPem = async (text: string, password: string): Promise<CertificatePair> => {
  const blocks = pemBlocks(text, 'CERTIFICATE');
  if (blocks.length > 16) throw new AcquireError('refused', 'there are too many certificates');
  const certificates = blocks.map((base64) => new X509Certificate(Buffer.from(base64, 'base64')));
  const encrypted = pemBlocks(text, 'ENCRYPTED PRIVATE KEY');
  if (encrypted.length > 0)
    return pair(await Promise.all(encrypted.slice(0, 2).map((each) => readEncryptedPem(each, password))), certificates);
  return pair([createPrivateKey(text)], certificates);
};

/**
 * The certificate of a type 2 identity: PKCS#12 as upstream asks for, or, beyond upstream, PEM with certificate and key. Throws
 * AcquireError `refused`.
 */
export const readCertificate = async (data: SecretData): Promise<CertificatePair> => {
  const file = data.get(keys.certificate);
  if (file === undefined || file.length === 0) throw new AcquireError('refused', `the Kubernetes secret has no key ${keys.certificate}`);
  if (file.length > fileLimit) throw new AcquireError('refused', 'the certificate is too large');
  const password = data.get(keys.password)?.toString('utf8') ?? '';
  try {
    return file.subarray(0, 5).toString('latin1') === '-----'
      ? await readPem(file.toString('latin1'), password)
      : await readPkcs12(file, password);
  } catch (thrown) {
    throw new AcquireError('refused', `failed to decode the client certificate, error: ${messageOf(thrown).slice(0, 256)}`, thrown);
  }
};

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const hex = (fingerprint: string): Buffer => Buffer.from(fingerprint.replaceAll(':', ''), 'hex');

/**
 * A signed client assertion (RFC 7523) for one token endpoint, as upstream's library makes it: RS256 with the thumbprint
 * and the certificate in its header.
 */
export const createAssertion = ({
  pair: { certificate, key },
  clientId,
  audience,
  clock,
}: {
  readonly pair: CertificatePair;
  readonly clientId: string;
  readonly audience: string;
  readonly clock: Clock;
}): string => {
  if (key.asymmetricKeyType !== 'rsa') throw new AcquireError('refused', 'the client certificate has no RSA key');
  // A signature takes time with the cube of the key's size, and all of the platform waits for it.
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) > keyBits)
    throw new AcquireError('refused', `the RSA key of the client certificate has more than ${String(keyBits)} bits`);
  const now = clock.seconds();
  const header = {
    alg: 'RS256',
    typ: 'JWT',
    x5t: hex(certificate.fingerprint).toString('base64url'),
    x5c: [certificate.raw.toString('base64')],
  };
  const claims = { aud: audience, iss: clientId, sub: clientId, jti: newGuid(), nbf: now, exp: now + assertionLife };
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
};
