import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { KernelError } from '@podpass/kernel';
import { decrypt, effort } from './decrypt.ts';
import { elements, expect, explicit, oid, sequence, tag, wholeNumber, type Element } from './der.ts';

/** A certificate with its private key. */
export interface CertificatePair {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

/** Object identifiers of RFC 7292 and RFC 2315. */
const data = '1.2.840.113549.1.7.1';
const encryptedData = '1.2.840.113549.1.7.6';
const bag = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
} as const;

type Secret = Parameters<typeof decrypt>[2];

/** A file has one key, and the certificates of a chain. Every key is tried with every certificate. */
const most = { keys: 4, certificates: 16 } as const;

interface Contents {
  readonly keys: Buffer[];
  readonly certificates: Buffer[];
}

/** Decrypts an EncryptedPrivateKeyInfo (RFC 5958) to a PrivateKeyInfo. */
const decryptKey = (encrypted: Element, secret: Secret): Promise<Buffer> => {
  const [algorithm, bytes] = sequence(encrypted);
  return decrypt(algorithm, expect(bytes, tag.octets), secret);
};

const wrap = (contents: Buffer): Element => ({ tag: tag.sequence, contents });

const readBag = async (safeBag: Element, secret: Secret, into: Contents): Promise<void> => {
  const [id, value] = sequence(safeBag);
  const kind = oid(id);
  const inner = explicit(value);
  // A key is at most a few KiB; it is encoded again because DER's own bytes are what the crypto library reads.
  if (kind === bag.key) into.keys.push(encodeSequence(expect(inner, tag.sequence)));
  else if (kind === bag.shroudedKey) into.keys.push(await decryptKey(inner, secret));
  else if (kind === bag.certificate) into.certificates.push(expect(explicit(sequence(inner)[1]), tag.octets));
};

/** A sequence with its header. */
const encodeSequence = (contents: Buffer): Buffer => {
  const { length } = contents;
  const header = length < 0x80 ? [tag.sequence, length] : [tag.sequence, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), contents]);
};

const safeContents = async (info: Element, secret: Secret): Promise<Buffer> => {
  const [type, content] = sequence(info);
  const kind = oid(type);
  if (kind === data) return expect(explicit(content), tag.octets);
  if (kind !== encryptedData) throw new KernelError('invalid', 'a PKCS#12 part is of a kind that is not read');
  const [, encrypted] = sequence(explicit(content));
  const [, algorithm, bytes] = sequence(encrypted);
  return decrypt(algorithm, expect(bytes, tag.context0), secret);
};

const requireFew = (keys: readonly unknown[], certificates: readonly unknown[]): void => {
  if (keys.length > most.keys || certificates.length > most.certificates)
    throw new KernelError('invalid', 'there are too many keys or certificates');
};

/**
 * Picks the key and the certificate that belongs to it. Throws KernelError `invalid` when there are none.
 */
export const pair = (keys: readonly KeyObject[], certificates: readonly X509Certificate[]): CertificatePair => {
  requireFew(keys, certificates);
  for (const key of keys) {
    const certificate = certificates.find((each) => each.checkPrivateKey(key));
    if (certificate !== undefined) return { certificate, key };
  }
  throw new KernelError('invalid', 'there is no certificate with its private key');
};

/**
 * Reads a PKCS#12 file (RFC 7292) with PBES2 encryption. Its MAC is not checked: the bytes come from the API server, and a wrong
 * password shows in the decryption. Throws KernelError `invalid`.
 */
export const readPkcs12 = async (file: Buffer, password: string): Promise<CertificatePair> => {
  const [whole] = elements(file);
  const [version, authSafe] = sequence(whole);
  if (wholeNumber(version) !== 3) throw new KernelError('invalid', 'not PKCS#12 version 3');
  const [type, content] = sequence(authSafe);
  if (oid(type) !== data) throw new KernelError('invalid', 'a PKCS#12 file that is sealed with public keys is not read');
  const found: Contents = { keys: [], certificates: [] };
  const secret = { password, left: effort() };
  for (const info of sequence(elements(expect(explicit(content), tag.octets))[0])) {
    const safe = await safeContents(info, secret);
    for (const safeBag of sequence(elements(safe)[0])) await readBag(safeBag, secret, found);
  }
  requireFew(found.keys, found.certificates);
  return pair(
    found.keys.map((key) => createPrivateKey({ key, format: 'der', type: 'pkcs8' })),
    found.certificates.map((certificate) => new X509Certificate(certificate)),
  );
};

/** Decrypts an encrypted private key in PEM (RFC 7468, section 11). */
export const readEncryptedPem = async (base64: string, password: string): Promise<KeyObject> => {
  const [whole] = elements(Buffer.from(base64, 'base64'));
  const key = await decryptKey(wrap(expect(whole, tag.sequence)), { password, left: effort() });
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
};
