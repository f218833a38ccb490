import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock, type AdjustableClock } from '@podpass/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CertificateAuthority, IssuedCertificate } from '../types.ts';
import { createCertificateAuthority, loadCertificateAuthority } from './authority.ts';
import { certificateCache } from './certificate-cache.ts';
import { verifyClientCertificate } from './client-certificate.ts';

const day = 86_400_000;
const openssl = spawnSync('openssl', ['version']).status === 0;
const python = spawnSync('python3', ['-c', 'import ssl; ssl.VERIFY_X509_STRICT']).status === 0;
if (!openssl) process.stderr.write('SKIPPED: openssl is not installed, so name constraints are not tested against it.\n');
if (!python) process.stderr.write('SKIPPED: python3 is not installed, so strict verification is not tested against it.\n');

let folder: string;
let clock: AdjustableClock;
let limited: CertificateAuthority;
let cluster: CertificateAuthority;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'podpass-crypto-'));
  clock = createClock();
  limited = await createCertificateAuthority({
    commonName: 'Podpass test CA',
    permittedDns: ['vault.azure.net', 'login.microsoftonline.com'],
    permittedIps: ['127.0.0.0/8', '::1'],
    clock,
    days: 365,
  });
  cluster = await createCertificateAuthority({ commonName: 'cluster-ca', permittedDns: [], clock, days: 365 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const strict = (authority: CertificateAuthority, leaf: IssuedCertificate, purpose: string): { status: number | null; output: string } => {
  const args = [
    'verify',
    '-x509_strict',
    '-purpose',
    purpose,
    '-CAfile',
    write('ca.pem', authority.certificate),
    write('leaf.pem', leaf.certificate),
  ];
  const { status, stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  return { status, output: stdout + stderr };
};

describe('createCertificateAuthority', () => {
  test.each([[['*.azure.net']], [['']], [['127.0.0.1']], [['a b']]])('refuses the permitted name %j', async (permittedDns) => {
    await expect(createCertificateAuthority({ commonName: 'x', permittedDns, clock, days: 1 })).rejects.toMatchObject({ code: 'invalid' });
  });

  test.each(['300.1.1.1', '10.0.0.0/33', 'host'])('refuses the permitted address %s', async (ip) => {
    const request = { commonName: 'x', permittedDns: ['a.example'], permittedIps: [ip], clock, days: 1 };
    await expect(createCertificateAuthority(request)).rejects.toMatchObject({ code: 'invalid' });
  });

  test.skipIf(!openssl)('certificates outside the permitted names fail verification', async () => {
    for (const names of [
      { dns: ['www.example.com'] },
      { dns: ['evilvault.azure.net'] },
      { dns: ['azure.net'] },
      { dns: ['v.vault.azure.net', 'www.example.com'] },
      { dns: ['v.vault.azure.net'], ips: ['10.0.0.1'] },
      { dns: [], ips: ['2001:db8::1'] },
    ]) {
      const { status, output } = strict(limited, await limited.issueServer(names), 'sslserver');
      expect(output).toContain('permitted subtree violation');
      expect(status).not.toBe(0);
    }
  });

  test.skipIf(!openssl)('without permitted addresses every address is excluded', async () => {
    const authority = await createCertificateAuthority({ commonName: 'dns only', permittedDns: ['a.example'], clock, days: 1 });
    for (const ip of ['127.0.0.1', '::1']) {
      expect(strict(authority, await authority.issueServer({ dns: ['a.example'], ips: [ip] }), 'sslserver').output).toContain(
        'excluded subtree violation',
      );
    }
  });

  test.skipIf(!openssl)('certificates within the permitted names pass strict verification', async () => {
    const names = { dns: ['*.vault.azure.net', 'v.vault.azure.net', 'login.microsoftonline.com'], ips: ['127.0.0.1', '::1'] };
    expect(strict(limited, await limited.issueServer(names), 'sslserver')).toMatchObject({ status: 0 });
    expect(strict(cluster, await cluster.issueServer({ dns: ['kubernetes.default.svc'], ips: ['10.0.0.1'] }), 'sslserver')).toMatchObject({
      status: 0,
    });
    expect(strict(cluster, await cluster.issueClient({ commonName: 'kubelet' }), 'sslclient')).toMatchObject({ status: 0 });
  });

  test.skipIf(!openssl)('a server certificate is no client certificate, nor the other way round', async () => {
    expect(strict(cluster, await cluster.issueServer({ dns: ['a.example'] }), 'sslclient').status).not.toBe(0);
    expect(strict(cluster, await cluster.issueClient({ commonName: 'a' }), 'sslserver').status).not.toBe(0);
  });

  test.skipIf(!openssl)('extensions and times are those of the profile', () => {
    const text = execFileSync('openssl', ['x509', '-noout', '-text', '-in', write('ca.pem', limited.certificate)], { encoding: 'utf8' });
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/);
    expect(text).toMatch(
      /Name Constraints: critical\s+Permitted:\s+DNS:vault\.azure\.net\s+DNS:login\.microsoftonline\.com\s+IP:127\.0\.0\.0\/255\.0\.0\.0/,
    );
    expect(text).toContain('Subject Key Identifier');
    const { serialNumber, validFromDate } = new X509Certificate(limited.certificate);
    expect(serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
    expect(clock.now() - validFromDate.getTime()).toBeGreaterThanOrEqual(3_599_000);
  });

  test.skipIf(!python)('Python’s strict TLS verification accepts a leaf', async () => {
    const leaf = await limited.issueServer({ dns: ['v.vault.azure.net'] });
    const script = `
import ssl, sys
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); server.load_cert_chain(sys.argv[1], sys.argv[2])
client = ssl.create_default_context(cafile=sys.argv[3]); client.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
a, b, c, d = ssl.MemoryBIO(), ssl.MemoryBIO(), ssl.MemoryBIO(), ssl.MemoryBIO()
s = server.wrap_bio(a, b, server_side=True); k = client.wrap_bio(c, d, server_hostname='v.vault.azure.net')
for _ in range(6):
    for end in (k, s):
        try: end.do_handshake()
        except ssl.SSLWantReadError: pass
        a.write(d.read()); c.write(b.read())
print(k.version())`;
    const args = ['-c', script, write('l.pem', leaf.certificate), write('l.key', leaf.privateKey), write('c.pem', limited.certificate)];
    expect(execFileSync('python3', args, { encoding: 'utf8' })).toContain('TLSv1.3');
  });

  test('a leaf never outlives its authority; names and clients are demanded', async () => {
    const leaf = new X509Certificate((await limited.issueServer({ dns: ['a.vault.azure.net'], days: 9999 })).certificate);
    expect(leaf.validToDate).toEqual(new X509Certificate(limited.certificate).validToDate);
    await expect(limited.issueServer({ dns: [] })).rejects.toMatchObject({ code: 'invalid' });
    await expect(limited.issueClient({ commonName: '' })).rejects.toMatchObject({ code: 'invalid' });
  });

  test('loading refuses a certificate and a key that do not belong together', () => {
    const load = (certificate: string, privateKey: string) => () => loadCertificateAuthority({ certificate, privateKey, clock });
    expect(load(limited.certificate, cluster.exportPrivate())).toThrow(expect.objectContaining({ code: 'corrupt' }));
    expect(load('text', cluster.exportPrivate())).toThrow(expect.objectContaining({ code: 'corrupt' }));
    expect(load(limited.certificate, 'text')).toThrow(expect.objectContaining({ code: 'corrupt' }));
    expect(load(limited.certificate, limited.exportPrivate())().certificate).toBe(limited.certificate);
  });
});

describe('verifyClientCertificate', () => {
  const leafOf = (issued: IssuedCertificate) => new X509Certificate(issued.certificate);
  const identify = (issued: IssuedCertificate, at: { ca?: string; offset?: number } = {}) =>
    verifyClientCertificate(leafOf(issued), at.ca ?? cluster.certificate, createClock({ offset: at.offset ?? 0 }));

  test('refuses what this authority did not sign for clients, now', async () => {
    const twin = await createCertificateAuthority({ commonName: 'cluster-ca', permittedDns: [], clock, days: 365 });
    const client = { commonName: 'admin', organizations: ['system:masters'] };
    expect(identify(await twin.issueClient(client))).toBeUndefined();
    expect(identify(await limited.issueClient(client))).toBeUndefined();
    expect(identify(await cluster.issueServer({ dns: ['admin.example'] }))).toBeUndefined();
    const mine = await cluster.issueClient({ ...client, days: 10 });
    expect(identify(mine, { offset: 11 * day })).toBeUndefined();
    expect(identify(mine, { offset: -2 * day })).toBeUndefined();
    expect(identify(mine, { ca: 'text' })).toBeUndefined();
    expect(identify(mine, { ca: mine.certificate })).toBeUndefined();
    expect(verifyClientCertificate(new X509Certificate(cluster.certificate), cluster.certificate, clock)).toBeUndefined();
  });

  test.each([
    ['masterclient', ['system:masters']],
    ['none', []],
    ['two groups', ['system:nodes', 'team a']],
    ['O=system:masters, CN=admin', ['a+b', 'x\nO=system:masters', 'ünïcode/äö']],
  ])('reads the user %j and the groups %j as they were issued', async (commonName, organizations) => {
    expect(identify(await cluster.issueClient({ commonName, organizations }))).toEqual({ commonName, organizations });
  });
});

describe('certificateCache', () => {
  const counting = () => {
    const asked: string[] = [];
    const authority: CertificateAuthority = {
      ...limited,
      issueServer: (names) => {
        asked.push([...names.dns, ...(names.ips ?? [])].join());
        return limited.issueServer({ ...names, days: 30 });
      },
    };
    return { asked, authority };
  };

  test.each(['', 'a b', '../x', `${'a'.repeat(64)}.example`, 'a..b', 'x\0.example'])('refuses the name %j', async (name) => {
    const { asked, authority } = counting();
    await expect(certificateCache(authority, clock).forHost(name)).rejects.toMatchObject({ code: 'invalid' });
    expect(asked).toEqual([]);
  });

  test('one issue for callers that come together, in any case, and for those that come later', async () => {
    const { asked, authority } = counting();
    const cache = certificateCache(authority, clock);
    const [first, second] = await Promise.all([cache.forHost('V.vault.azure.net'), cache.forHost('v.vault.azure.net')]);
    expect(second).toBe(first);
    expect(await cache.forHost('v.vault.azure.net')).toBe(first);
    expect((await cache.forHost('127.0.0.1')).certificate).toContain('BEGIN');
    expect(asked).toEqual(['v.vault.azure.net', '127.0.0.1']);
  });

  test('renews when a third of the lifetime is left', async () => {
    const { asked, authority } = counting();
    const later = createClock();
    const cache = certificateCache(authority, later);
    await cache.forHost('v.vault.azure.net');
    later.setOffset(19 * day);
    await cache.forHost('v.vault.azure.net');
    expect(asked).toHaveLength(1);
    later.setOffset(21 * day);
    await cache.forHost('v.vault.azure.net');
    expect(asked).toHaveLength(2);
  });

  test('keeps 256 names and drops the one unused for longest', async () => {
    let issues = 0;
    const one = await limited.issueServer({ dns: ['v.vault.azure.net'] });
    const cache = certificateCache({ ...limited, issueServer: () => (issues++, Promise.resolve(one)) }, clock);
    for (let index = 0; index < 256; index += 1) await cache.forHost(`h${index}.example`);
    await cache.forHost('h0.example');
    await cache.forHost('new.example');
    expect(issues).toBe(257);
    await cache.forHost('h0.example');
    expect(issues).toBe(257);
    await cache.forHost('h1.example');
    expect(issues).toBe(258);
  });

  test('a failed issue is tried again', async () => {
    let calls = 0;
    const failing = {
      ...limited,
      issueServer: () => (calls++ === 0 ? Promise.reject(new Error('once')) : limited.issueServer({ dns: ['a.example'] })),
    };
    const cache = certificateCache(failing, clock);
    await expect(cache.forHost('a.example')).rejects.toThrow('once');
    expect((await cache.forHost('a.example')).certificate).toContain('BEGIN');
  });
});
