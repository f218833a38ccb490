import type { ClientCertificate } from '@podpass/directory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AadstsError } from '../errors.ts';
import { findNamedCertificate } from './assertion-key.ts';

const certificateOf = (sha1: Uint8Array, sha256: Uint8Array): ClientCertificate => ({
  keyId: 'k',
  x5t: Buffer.from(sha1).toString('base64url'),
  x5tS256: Buffer.from(sha256).toString('base64url'),
  certificate: '',
  startDateTime: '',
  endDateTime: '',
});
const find = (registered: readonly ClientCertificate[], header: Readonly<Record<string, unknown>>) => {
  const assertion = { header, claims: {}, signed: Buffer.alloc(0), signature: Buffer.alloc(0) };
  try {
    return findNamedCertificate(registered, { assertion, clientId: 'c' }).certificate;
  } catch (thrown) {
    return thrown instanceof AadstsError ? thrown.code : thrown;
  }
};
const sha1 = fc.uint8Array({ minLength: 20, maxLength: 20 });
const sha256 = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('the key that an assertion names', () => {
  it('is never one whose thumbprint is not in the header, whatever stands there', () => {
    const known = certificateOf(new Uint8Array(20).fill(1), new Uint8Array(32).fill(2));
    fc.assert(
      fc.property(fc.record({ x5t: fc.anything(), 'x5t#S256': fc.anything(), kid: fc.anything(), x5c: fc.anything() }), (header) => {
        expect([50027, 700027]).toContain(find([known], header));
      }),
    );
  });

  it('is found under every spelling of either thumbprint', () => {
    fc.assert(
      fc.property(sha1, sha256, fc.constantFrom('base64', 'base64url', 'hex'), (one, two, spelling) => {
        const certificate = certificateOf(one, two);
        const written = (octets: Uint8Array) => Buffer.from(octets).toString(spelling);
        const headers = [{ x5t: written(one) }, { 'x5t#S256': written(two) }, { kid: written(one) }, { kid: written(two) }];
        for (const header of headers) expect(find([certificate], header)).toBe(certificate);
      }),
    );
  });

  it('must fit both thumbprints when both are there', () => {
    fc.assert(
      fc.property(sha1, sha256, sha1, sha256, (a, b, c, d) => {
        fc.pre(!Buffer.from(a).equals(Buffer.from(c)));
        const [first, second] = [certificateOf(a, b), certificateOf(c, d)];
        expect(find([first, second], { x5t: first.x5t, 'x5t#S256': second.x5tS256 })).toBe(700027);
        expect(find([first, second], { x5t: second.x5t, 'x5t#S256': second.x5tS256 })).toBe(second);
      }),
    );
  });
});
