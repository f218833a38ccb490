import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { javaTrustStore } from './java-trust-store.ts';

const hasKeytool = spawnSync('keytool', ['-help']).error === undefined;
const some = rootCertificates.slice(0, 3);

/** The DER value at an offset: its tag, its content and where it ends. */
const valueAt = (bytes: Buffer, at: number): { tag: number; content: Buffer; end: number } => {
  const first = bytes[at + 1]!;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const size = octets === 0 ? first : bytes.readUIntBE(at + 2, octets);
  const start = at + 2 + octets;
  return { tag: bytes[at]!, content: bytes.subarray(start, start + size), end: start + size };
};

describe('the trust store for Java', () => {
  it.each([0, 1, 3, 150])('of %i certificates is one DER value, all of it', (count) => {
    const store = javaTrustStore(rootCertificates.slice(0, count));
    const { tag, end } = valueAt(store, 0);
    expect([tag, end]).toEqual([0x30, store.length]);
  });

  it('holds every certificate as it is, and no other', () => {
    const store = javaTrustStore(some);
    const ders = rootCertificates.map((pem) => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'));
    expect(ders.map((certificate) => store.includes(certificate))).toEqual(ders.map((_, index) => index < some.length));
  });

  it.runIf(hasKeytool)('is read by keytool without a password, each entry as a trusted one', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'podpass-trust-'));
    const file = path.join(folder, 'trust.p12');
    try {
      writeFileSync(file, javaTrustStore(some));
      const { stdout, status } = spawnSync('keytool', ['-J-Duser.language=en', '-list', '-storetype', 'PKCS12', '-keystore', file], {
        input: '\n',
        encoding: 'utf8',
      });
      expect([status, stdout.match(/trustedCertEntry/g)?.length]).toEqual([0, some.length]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
