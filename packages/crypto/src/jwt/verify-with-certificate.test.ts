import { constants, createHmac, createPublicKey, sign, X509Certificate } from 'node:crypto';
import { SignJWT, importPKCS8 } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { selfSigned } from '../testing/self-signed.ts';
import type { IssuedCertificate, JwtFailure } from '../types.ts';
import { parseJwt } from './parse.ts';
import { verifyJwtWithCertificate, type CertificateAlgorithm } from './verify-with-certificate.ts';

let own: IssuedCertificate;
let other: IssuedCertificate;
const both: readonly CertificateAlgorithm[] = ['RS256', 'PS256'];
const derOf = (issued: IssuedCertificate): string => new X509Certificate(issued.certificate).raw.toString('base64');

beforeAll(async () => {
  [own, other] = await Promise.all([selfSigned(), selfSigned()]);
});

type Signer = (signed: Buffer) => Buffer;
const rs256: Signer = (signed) => sign('sha256', signed, own.privateKey);
const pss =
  (saltLength: number, digest = 'sha256'): Signer =>
  (signed) =>
    sign(digest, signed, { key: own.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const forge = (header: object, signer: Signer): string => {
  const signed = `${encode(header)}.${encode({ iss: 'client', sub: 'client' })}`;
  return `${signed}.${signer(Buffer.from(signed)).toString('base64url')}`;
};
const outcome = (token: string, algorithms = both, certificate = derOf(own)): Promise<JwtFailure | undefined> => {
  const parsed = parseJwt(token);
  return 'failure' in parsed ? Promise.resolve(parsed.failure) : verifyJwtWithCertificate(parsed, certificate, { algorithms });
};
const publicPem = (): string => createPublicKey(own.certificate).export({ type: 'spki', format: 'pem' }).toString();

interface Attack {
  readonly name: string;
  readonly token: () => string;
  readonly algorithms?: readonly CertificateAlgorithm[];
  readonly reason: JwtFailure['reason'];
}

const attacks: readonly Attack[] = [
  { name: 'alg none', token: () => forge({ alg: 'none' }, () => Buffer.alloc(0)), reason: 'algorithm' },
  { name: 'no alg', token: () => forge({}, rs256), reason: 'malformed' },
  { name: 'alg in lower case', token: () => forge({ alg: 'ps256' }, pss(32)), reason: 'algorithm' },
  {
    name: 'HS256 with the public key as the secret',
    token: () => forge({ alg: 'HS256' }, (signed) => createHmac('sha256', publicPem()).update(signed).digest()),
    reason: 'algorithm',
  },
  { name: 'ES256 over an RSA signature', token: () => forge({ alg: 'ES256' }, rs256), reason: 'algorithm' },
  {
    name: 'an algorithm that is not in the list',
    token: () => forge({ alg: 'PS256' }, pss(32)),
    algorithms: ['RS256'],
    reason: 'algorithm',
  },
  { name: 'an unknown critical extension', token: () => forge({ alg: 'PS256', crit: ['x'], x: 1 }, pss(32)), reason: 'critical' },
  { name: 'an empty list of critical extensions', token: () => forge({ alg: 'RS256', crit: [] }, rs256), reason: 'critical' },
  { name: 'RS256 over a PSS signature', token: () => forge({ alg: 'RS256' }, pss(32)), reason: 'signature' },
  { name: 'PS256 over a PKCS#1 signature', token: () => forge({ alg: 'PS256' }, rs256), reason: 'signature' },
  { name: 'PS256 with an empty salt', token: () => forge({ alg: 'PS256' }, pss(0)), reason: 'signature' },
  { name: 'PS256 with a salt of 20 octets', token: () => forge({ alg: 'PS256' }, pss(20)), reason: 'signature' },
  { name: 'PS256 with the longest salt', token: () => forge({ alg: 'PS256' }, pss(222)), reason: 'signature' },
  { name: 'PS256 over SHA-384', token: () => forge({ alg: 'PS256' }, pss(32, 'sha384')), reason: 'signature' },
  { name: 'an empty signature', token: () => forge({ alg: 'PS256' }, () => Buffer.alloc(0)), reason: 'signature' },
  {
    name: "another key's signature with that key's certificate in the header",
    token: () =>
      forge({ alg: 'RS256', x5c: [derOf(other)], jwk: createPublicKey(other.certificate).export({ format: 'jwk' }) }, (signed) =>
        sign('sha256', signed, other.privateKey),
      ),
    reason: 'signature',
  },
];

describe('verifyJwtWithCertificate', () => {
  test.each(attacks)('refuses $name', async ({ token, algorithms, reason }) => {
    expect((await outcome(token(), algorithms))?.reason).toBe(reason);
  });

  test('refuses a good token under another certificate, before and after either was used', async () => {
    const token = forge({ alg: 'RS256' }, rs256);
    for (let round = 0; round < 2; round += 1) {
      expect((await outcome(token, both, derOf(other)))?.reason).toBe('signature');
      expect(await outcome(token)).toBeUndefined();
    }
  });

  test('an empty list allows nothing; a symmetric one is a mistake of the caller', async () => {
    expect((await outcome(forge({ alg: 'RS256' }, rs256), []))?.reason).toBe('algorithm');
    await expect(outcome(forge({ alg: 'RS256' }, rs256), ['HS256'] as never)).rejects.toMatchObject({ code: 'invalid' });
    expect((await outcome(forge({ alg: 'ES256' }, rs256), ['ES256'] as never))?.reason).toBe('algorithm');
  });

  test('a stored certificate that holds no usable key is corrupt', async () => {
    const token = forge({ alg: 'RS256' }, rs256);
    for (const issued of [await selfSigned({ key: { rsaBits: 1024 } }), await selfSigned({ key: { curve: 'P-256' } })]) {
      await expect(outcome(token, both, derOf(issued))).rejects.toMatchObject({ code: 'corrupt' });
    }
    await expect(outcome(token, both, 'AAAA')).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('accepts RS256 and PS256 with a salt of 32 octets', async () => {
    expect(await outcome(forge({ alg: 'RS256' }, rs256))).toBeUndefined();
    expect(await outcome(forge({ alg: 'PS256' }, pss(32)))).toBeUndefined();
  });

  test.each(both)('accepts %s as an independent implementation signs it', async (alg) => {
    const key = await importPKCS8(own.privateKey, alg);
    const token = await new SignJWT({ sub: 'client' }).setProtectedHeader({ alg, 'x5t#S256': 'thumbprint' }).sign(key);
    expect(await outcome(token)).toBeUndefined();
  });
});
