import { randomHex } from '@podpass/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../platform/platform.ts';
import { aadstsCode, armOf, askToken, claimsOf, ok, openEdge } from '../wire/azure.ts';
import type { Edge } from '../wire/raw.ts';
import { startIssuer, type TestIssuer } from './issuer-server.ts';

/** Issuers of other systems, as the token service meets them: over TLS, at an address that is contacted only when it is registered. */
describe('external issuers', () => {
  let platform: Platform;
  let edge: Edge;
  let group = '';
  let registered: TestIssuer;
  let stranger: TestIssuer;
  let other: TestIssuer;
  const clients = new Map<string, string>();

  const subjects = {
    github: 'repo:contoso/app:environment:production',
    spire: 'spiffe://contoso.example/ns/default/sa/web',
  };

  const identity = async (name: string, issuer: string, subject: string): Promise<void> => {
    const arm = await armOf(edge, platform);
    const at = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
    const made = ok(await arm.send('PUT', `${at}?api-version=2024-11-30`, { location: 'westeurope' }));
    const properties = { issuer, subject, audiences: ['api://AzureADTokenExchange'] };
    ok(await arm.send('PUT', `${at}/federatedIdentityCredentials/build?api-version=2024-11-30`, { properties }));
    clients.set(name, String((made['properties'] as Record<string, unknown>)['clientId']));
  };

  beforeAll(async () => {
    platform = await startPlatform('issuers');
    edge = await openEdge(platform.data);
    [registered, stranger, other] = await Promise.all([
      startIssuer(platform.data),
      startIssuer(platform.data),
      startIssuer(platform.data, '/oidc/tenant-one'),
    ]);
    const arm = await armOf(edge, platform);
    group = `/subscriptions/${platform.admin.subscriptionId}/resourceGroups/issuers-${randomHex(3)}`;
    ok(await arm.send('PUT', `${group}?api-version=2024-11-01`, { location: 'westeurope' }));
    for (const issuer of [registered, other]) {
      const added = await platform.podpass('issuer', 'add', issuer.url, '--ca', issuer.caFile);
      if (added.code !== 0) throw new Error(added.stderr);
    }
    await identity('actions', registered.url, subjects.github);
    await identity('workload', other.url, subjects.spire);
    await identity('unregistered', stranger.url, subjects.github);
  });
  afterAll(async () => {
    for (const issuer of [registered, stranger, other]) await issuer?.[Symbol.asyncDispose]();
    await platform?.[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    for (const issuer of [registered, stranger, other]) issuer.behave(undefined);
  });

  const exchange = async (name: string, assertion: string): Promise<Record<string, unknown>> => {
    const answer = await askToken(edge, platform.admin.tenantId, {
      grant_type: 'client_credentials',
      client_id: clients.get(name) ?? '',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      scope: 'https://vault.azure.net/.default',
    });
    const body = JSON.parse(answer.body) as Record<string, unknown>;
    // Whatever is refused mints nothing.
    if (answer.status !== 200) expect(answer.body).not.toContain('access_token');
    return body;
  };
  const wait = (seconds: number) => platform.control('PUT', '/clock', { offsetSeconds: seconds });

  it('is never contacted unless it is registered', async () => {
    expect(aadstsCode(await exchange('unregistered', stranger.token({ sub: subjects.github })))).toBe(50166);
    expect(stranger.asked).toEqual([]);
  });

  it('is never contacted unless a credential names it', async () => {
    expect(aadstsCode(await exchange('actions', other.token({ sub: subjects.github })))).toBe(700211);
    expect(other.asked).toEqual([]);
  });

  it.each([
    ['another subject', { sub: 'repo:contoso/app:environment:staging' }, {}, 700213],
    ['a subject of another case', { sub: 'repo:Contoso/app:environment:production' }, {}, 7002138],
    ['another audience', { sub: subjects.github, aud: 'https://github.com/contoso' }, {}, 700212],
    ['an expired token', { sub: subjects.github, exp: 1_700_000_000 }, {}, 700024],
    ['an unknown key', { sub: subjects.github }, { kid: 'nobody' }, 7000272],
    ['no algorithm', { sub: subjects.github }, { alg: 'none' }, 5002738],
    ['a critical extension', { sub: subjects.github }, { crit: ['exp'] }, 5002726],
  ])('refuses %s', async (_what, claims, header, code) => {
    expect(aadstsCode(await exchange('actions', registered.token(claims, header)))).toBe(code);
  });

  it("never follows a token's own pointers", async () => {
    const before = stranger.asked.length;
    const pointers = { jku: `${stranger.url}/keys`, x5u: `${stranger.url}/cert`, jwk: { kty: 'RSA', kid: 'own' }, kid: '../../keys' };
    expect(aadstsCode(await exchange('actions', registered.token({ sub: subjects.github }, pointers)))).toBe(5002726);
    expect(stranger.asked.length).toBe(before);
  });

  it.each<[string, Parameters<TestIssuer['behave']>[0]]>([
    ['redirects', (_request, response) => void response.writeHead(302, { location: `${stranger.url}/keys` }).end()],
    ['answers with too much', (_request, response) => void response.writeHead(200).end(JSON.stringify({ pad: 'x'.repeat(600_000) }))],
    [
      'claims to be another',
      (_request, response) =>
        void response.writeHead(200).end(JSON.stringify({ issuer: 'https://a.example', jwks_uri: 'https://a.example/k' })),
    ],
    [
      'names keys on another internal port',
      (request, response) =>
        void response
          .writeHead(200)
          .end(JSON.stringify({ issuer: `https://${request.headers.host ?? ''}`, jwks_uri: `${stranger.url}/keys` })),
    ],
    ['hangs up', (request) => void request.socket.destroy()],
    ['talks nonsense', (_request, response) => void response.writeHead(200).end('<html>')],
  ])('refuses an issuer that %s', async (what, behaviour) => {
    const fresh = await startIssuer(platform.data);
    try {
      fresh.behave(behaviour);
      const name = `bad-${randomHex(3)}`;
      await platform.podpass('issuer', 'add', fresh.url, '--ca', fresh.caFile);
      await identity(name, fresh.url, subjects.github);
      const before = stranger.asked.length;
      expect(aadstsCode(await exchange(name, fresh.token({ sub: subjects.github }))), what).toBe(50166);
      expect(stranger.asked.length).toBe(before);
    } finally {
      await fresh[Symbol.asyncDispose]();
    }
  });

  it('refuses an issuer whose certificate nobody vouches for', async () => {
    const fresh = await startIssuer(platform.data);
    await platform.podpass('issuer', 'add', fresh.url, '--ca', registered.caFile);
    await identity('untrusted', fresh.url, subjects.github);
    expect(aadstsCode(await exchange('untrusted', fresh.token({ sub: subjects.github })))).toBe(50166);
    expect(fresh.asked).toEqual([]);
    await fresh[Symbol.asyncDispose]();
  });

  it('grants what a CI system and a SPIRE server really signed', async () => {
    const build = await exchange(
      'actions',
      registered.token({ sub: subjects.github, job_workflow_ref: 'contoso/app/.github/workflows/ci.yml' }),
    );
    expect(claimsOf(String(build['access_token']))).toMatchObject({ appid: clients.get('actions'), aud: 'https://vault.azure.net' });
    const svid = await exchange('workload', other.token({ sub: subjects.spire }));
    expect(claimsOf(String(svid['access_token']))).toMatchObject({ appid: clients.get('workload') });
  });

  it('sees a rotated key at once, and forgets the old one', async () => {
    const old = registered.token({ sub: subjects.github });
    expect(await exchange('actions', old)).toHaveProperty('access_token');
    registered.rotate();
    expect(await exchange('actions', registered.token({ sub: subjects.github }))).toHaveProperty('access_token');
    expect(aadstsCode(await exchange('actions', old))).toBe(7000272);
  });

  it('is not delayed by another issuer that hangs', async () => {
    const hanging = await startIssuer(platform.data);
    hanging.behave(() => undefined);
    await platform.podpass('issuer', 'add', hanging.url, '--ca', hanging.caFile);
    await identity('hanging', hanging.url, subjects.github);
    const stuck = Promise.all(Array.from({ length: 20 }, () => exchange('hanging', hanging.token({ sub: subjects.github }))));
    let settled = false;
    void stuck.then(() => (settled = true));
    expect(await exchange('workload', other.token({ sub: subjects.spire }))).toHaveProperty('access_token');
    expect(settled).toBe(false);
    expect((await stuck).map(aadstsCode)).toEqual(Array.from({ length: 20 }, () => 50166));
    await hanging[Symbol.asyncDispose]();
  });

  it('believes nothing of an issuer that was taken away', async () => {
    expect((await platform.podpass('issuer', 'remove', other.url)).code).toBe(0);
    await wait(3600);
    expect(aadstsCode(await exchange('workload', other.token({ sub: subjects.spire, exp: 4_000_000_000 })))).toBe(50166);
    await wait(0);
  });

  it('propagates a new credential only after the delay that was switched on', async () => {
    expect((await platform.podpass('propagation', '--federated-credentials', '120')).code).toBe(0);
    await identity('late', registered.url, subjects.github);
    expect(aadstsCode(await exchange('late', registered.token({ sub: subjects.github })))).toBe(7000226);
    await wait(130);
    expect(await exchange('late', registered.token({ sub: subjects.github, exp: 4_000_000_000 }))).toHaveProperty('access_token');
    await wait(0);
    expect((await platform.podpass('propagation', '--off')).code).toBe(0);
  });
});
