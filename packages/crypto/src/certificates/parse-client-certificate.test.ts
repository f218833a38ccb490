import { createHash, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { selfSigned } from '../testing/self-signed.ts';
import type { IssuedCertificate } from '../types.ts';
import { parseClientCertificate } from './parse-client-certificate.ts';

let made: IssuedCertificate;
let der: Buffer;
let small: Buffer;
let elliptic: Buffer;
const derOf = (issued: IssuedCertificate): Buffer => new X509Certificate(issued.certificate).raw;

beforeAll(async () => {
  made = await selfSigned({ commonName: 'robot', notBefore: Date.UTC(2026, 0, 2), notAfter: Date.UTC(2027, 0, 2) });
  der = derOf(made);
  small = derOf(await selfSigned({ key: { rsaBits: 1024 } }));
  elliptic = derOf(await selfSigned({ key: { curve: 'P-256' } }));
});

const base64 = (value: string | Buffer): string => Buffer.from(value).toString('base64');
const body = (pem: string): string => pem.replaceAll(/-----[A-Z ]+-----\n/g, '');
/** The identity of RSA: everybody can sign with exponent 1. */
const withExponentOne = (): Buffer => {
  const altered = Buffer.from(der);
  const at = altered.indexOf(Buffer.from([0x02, 0x03, 0x01, 0x00, 0x01]));
  altered.set([0x02, 0x03, 0x00, 0x00, 0x01], at);
  return altered;
};

const refused: readonly (readonly [string, () => string | Uint8Array, RegExp])[] = [
  ['nothing', () => '', /not an X\.509/],
  ['no bytes', () => new Uint8Array(), /not an X\.509/],
  ['free text', () => 'a certificate', /not an X\.509/],
  ['base64 of something else', () => base64('a certificate'), /not an X\.509/],
  ['a certificate with bytes after it', () => Buffer.concat([der, Buffer.of(0)]), /not an X\.509/],
  ['a certificate that ends early', () => der.subarray(0, -1), /not an X\.509/],
  ['bytes that hide the certificate as PEM', () => Buffer.concat([Buffer.of(0x30), Buffer.from(`\n${made.certificate}`)]), /not an X\.509/],
  ['base64 in base64 in base64', () => base64(base64(made.certificate)), /not an X\.509/],
  ['a public key', () => new X509Certificate(made.certificate).publicKey.export({ type: 'spki', format: 'pem' }), /not an X\.509/],
  ['a private key', () => made.privateKey, /private key/],
  ['a private key before the certificate', () => made.privateKey + made.certificate, /private key/],
  ['a private key after the certificate', () => made.certificate + made.privateKey, /private key/],
  ['a private key in base64', () => base64(made.certificate + made.privateKey), /private key/],
  ['an encrypted private key', () => '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----', /private key/],
  ['two certificates', () => made.certificate + made.certificate, /more than one/],
  ['a label that is another one', () => made.certificate.replaceAll('CERTIFICATE', 'X509 CRL'), /not an X\.509/],
  ['an RSA key of 1024 bits', () => small, /2048 to 8192/],
  ['an EC key', () => elliptic, /2048 to 8192/],
  ['an RSA key with exponent 1', withExponentOne, /2048 to 8192|not an X\.509/],
  ['more than 16 KiB', () => `${made.certificate}${'\n'.repeat(16 * 1024)}`, /16 KiB/],
];

describe('parseClientCertificate', () => {
  test.each(refused)('refuses %s', (_, input, failure) => {
    expect(parseClientCertificate(input())).toEqual({ failure: expect.stringMatching(failure) as string });
  });

  const forms: readonly (readonly [string, () => string | Uint8Array])[] = [
    ['DER', () => der],
    ['DER in base64', () => base64(der)],
    ['the body of a PEM, as az sends it', () => body(made.certificate)],
    ['PEM', () => made.certificate],
    ['PEM with other line ends and a heading', () => `subject=robot\r\n${made.certificate.replaceAll('\n', '\r\n')}`],
    ['PEM as bytes', () => Buffer.from(made.certificate)],
    ['PEM in base64', () => base64(made.certificate)],
  ];
  test.each(forms)('reads %s', (_, input) => {
    expect(parseClientCertificate(input())).toEqual({
      certificate: der.toString('base64'),
      x5t: createHash('sha1').update(der).digest('base64url'),
      x5tS256: createHash('sha256').update(der).digest('base64url'),
      subject: 'CN=robot',
      notBefore: '2026-01-02T00:00:00.000Z',
      notAfter: '2027-01-02T00:00:00.000Z',
      keyType: 'RSA',
      keyBits: 2048,
    });
  });

  test('never throws, and reads no altered certificate as the same one', () => {
    const alterations = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([at, bits]) => {
      const altered = Buffer.from(der);
      const index = at % altered.length;
      altered.writeUInt8(altered.readUInt8(index) ^ bits, index);
      return altered;
    });
    const asItself = fc.property(alterations, (altered) => {
      const parsed = parseClientCertificate(altered);
      return 'failure' in parsed || parsed.certificate === altered.toString('base64');
    });
    const noise = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array());
    expect(() => fc.assert(asItself)).not.toThrow();
    expect(() => fc.assert(fc.property(noise, (input) => 'failure' in parseClientCertificate(input)))).not.toThrow();
  });
});
