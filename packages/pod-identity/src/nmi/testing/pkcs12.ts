import { createCipheriv, generateKeyPairSync, pbkdf2Sync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** Just enough DER to make a certificate and a PKCS#12 file for tests. */
const element = (kind: number, ...parts: readonly Buffer[]): Buffer => {
  const contents = Buffer.concat(parts);
  const { length } = contents;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([kind, ...size]), contents]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => element(0x30, ...parts);
const octets = (bytes: Buffer): Buffer => element(0x04, bytes);
const explicit = (part: Buffer): Buffer => element(0xa0, part);
const integer = (value: number): Buffer => {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return element(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
};
const oid = (dotted: string): Buffer => {
  const [one = 0, two = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [one * 40 + two, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return element(0x06, Buffer.from(bytes));
};
const nothing = element(0x05);

const sha256Rsa = sequence(oid('1.2.840.113549.1.1.11'), nothing);
const name = sequence(element(0x31, sequence(oid('2.5.4.3'), element(0x0c, Buffer.from('test')))));

/** A self-signed certificate over an RSA key, in DER. */
export const createCertificate = (): { readonly certificate: Buffer; readonly key: KeyObject } => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const time = (text: string): Buffer => element(0x17, Buffer.from(text));
  const body = sequence(
    explicit(integer(2)),
    integer(7),
    sha256Rsa,
    name,
    sequence(time('260101000000Z'), time('460101000000Z')),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
  );
  const signature = element(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  return { certificate: sequence(body, sha256Rsa, signature), key: privateKey };
};

export interface FileOptions {
  readonly password: string;
  readonly rounds?: number;
  /** The scheme that the file claims; PBES2 when absent. */
  readonly scheme?: string;
}

const encrypt = (bytes: Buffer, { password, rounds = 2_048, scheme = '1.2.840.113549.1.5.13' }: FileOptions) => {
  const [salt, iv] = [randomBytes(8), randomBytes(16)];
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(password, salt, Math.min(rounds, 310_000), 32, 'sha256'), iv);
  const kdf = sequence(oid('1.2.840.113549.1.5.12'), sequence(octets(salt), integer(rounds), sequence(oid('1.2.840.113549.2.9'), nothing)));
  return {
    algorithm: sequence(oid(scheme), sequence(kdf, sequence(oid('2.16.840.1.101.3.4.1.42'), octets(iv)))),
    bytes: Buffer.concat([cipher.update(bytes), cipher.final()]),
  };
};

const data = oid('1.2.840.113549.1.7.1');

/** A PKCS#12 file as OpenSSL 3 writes it, without its MAC. */
export const createPkcs12 = ({ certificate, key }: ReturnType<typeof createCertificate>, options: FileOptions): Buffer => {
  const certificateBag = sequence(
    oid('1.2.840.113549.1.12.10.1.3'),
    explicit(sequence(oid('1.2.840.113549.1.9.22.1'), explicit(octets(certificate)))),
  );
  const sealed = encrypt(sequence(certificateBag), options);
  const shrouded = encrypt(key.export({ format: 'der', type: 'pkcs8' }), options);
  const keyBag = sequence(oid('1.2.840.113549.1.12.10.1.2'), explicit(sequence(shrouded.algorithm, octets(shrouded.bytes))));
  const safes = sequence(
    sequence(oid('1.2.840.113549.1.7.6'), explicit(sequence(integer(0), sequence(data, sealed.algorithm, element(0x80, sealed.bytes))))),
    sequence(data, explicit(octets(sequence(keyBag)))),
  );
  return sequence(integer(3), sequence(data, explicit(octets(safes))));
};
