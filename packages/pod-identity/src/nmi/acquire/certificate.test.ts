import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createClock } from '@podpass/kernel';
import { createCertificate } from '../testing/pkcs12.ts';
import { createAssertion } from './certificate.ts';

const number = (bytes: number): string => {
  const random = randomBytes(bytes);
  random[0] = 0x80;
  random[bytes - 1] = (random[bytes - 1] ?? 0) | 1;
  return random.toString('base64url');
};
/** Numbers of these sizes in bytes in the places of a key's: nobody checks that they are one. */
const forged = (modulus: number, exponent: number) =>
  createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'RSA',
      e: 'AQAB',
      n: number(modulus),
      d: number(exponent),
      p: number(8),
      q: number(8),
      dp: number(8),
      dq: number(8),
      qi: number(8),
    },
  });

const made = createCertificate();
const assertion = (key: typeof made.key) =>
  createAssertion({
    pair: { certificate: new X509Certificate(made.certificate), key },
    clientId: 'client',
    audience: 'https://login.microsoftonline.com/t/oauth2/token',
    clock: createClock(),
  });

describe('the assertion of a certificate', () => {
  it.each([
    ['a key of 8,192 bits', 1_024, 1_024],
    ['a key of 200,000 bits', 25_000, 8],
  ])('is not signed with %s, for which the platform would wait', (_what, modulus, exponent) => {
    expect(() => assertion(forged(modulus, exponent))).toThrow(/more than 4096 bits/);
  });

  it('is signed with an ordinary one', () => {
    expect(assertion(made.key).split('.')).toHaveLength(3);
  });
});
