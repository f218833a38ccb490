import { X509Certificate } from 'node:crypto';
import { isKernelError } from '@podpass/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCertificate, createPkcs12 } from '../testing/pkcs12.ts';
import { pair, readPkcs12 } from './read.ts';

const made = createCertificate();

describe('PKCS#12', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('not a certificate')],
    ['a sequence that is none of it', Buffer.from('3003020103', 'hex')],
    ['an indefinite length', Buffer.from('3080020103', 'hex')],
    ['a length of five bytes', Buffer.from('308500000000010203', 'hex')],
  ])('refuses %s', async (_name, bytes) => {
    await expect(readPkcs12(bytes, 'x')).rejects.toMatchObject({ code: 'invalid' });
  });

  it('refuses a wrong password', async () => {
    await expect(readPkcs12(createPkcs12(made, { password: 'right' }), 'wrong')).rejects.toMatchObject({ code: 'invalid' });
  });

  it('refuses a derivation that would hold the platform up', async () => {
    const file = createPkcs12(made, { password: 'p', rounds: 2_000_000_000 });
    await expect(readPkcs12(file, 'p')).rejects.toThrow(/too many rounds/);
  });

  it('adds up the derivations of all parts', async () => {
    const file = createPkcs12(made, { password: 'p', rounds: 310_000 });
    await expect(readPkcs12(file, 'p')).rejects.toThrow(/too many rounds/);
  });

  it('refuses a file of very many keys or certificates, each of which would be tried with each', () => {
    const key = made.key;
    const certificate = new X509Certificate(made.certificate);
    expect(() =>
      pair(
        Array.from({ length: 5 }, () => key),
        [certificate],
      ),
    ).toThrow(/too many/);
    expect(() =>
      pair(
        [key],
        Array.from({ length: 17 }, () => certificate),
      ),
    ).toThrow(/too many/);
  });

  it('refuses the schemes of old files, and says what to do', async () => {
    const file = createPkcs12(made, { password: 'p', scheme: '1.2.840.113549.1.12.1.6' });
    await expect(readPkcs12(file, 'p')).rejects.toThrow(/only PBES2 encryption is read; export the certificate again/);
  });

  it.each(['secret', '', 'pässword ✓'])('reads certificate and key with the password "%s"', async (password) => {
    const { certificate, key } = await readPkcs12(createPkcs12(made, { password }), password);
    expect(certificate.raw.equals(made.certificate)).toBe(true);
    expect(key.equals(made.key)).toBe(true);
  });

  it('never fails but as invalid, whatever bytes there are', async () => {
    const file = createPkcs12(made, { password: 'p' });
    await fc.assert(
      fc.asyncProperty(fc.nat(60), fc.nat(255), async (at, value) => {
        const broken = Buffer.from(file);
        broken[at] = value;
        const outcome = await readPkcs12(broken, 'p').then(
          () => 'read',
          (thrown: unknown) => (isKernelError(thrown, 'invalid') ? 'refused' : thrown),
        );
        expect(['read', 'refused']).toContain(outcome);
      }),
      { numRuns: 40 },
    );
  });
});
