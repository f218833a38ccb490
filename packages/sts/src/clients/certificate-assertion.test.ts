import { createHmac, createPublicKey } from 'node:crypto';
import { newGuid } from '@podpass/kernel';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestCertificate, signAssertion, type TestCertificate } from '../testing/client-certificate.ts';
import { createPlatform, vaultScope, type Platform } from '../testing/platform.ts';

type Fields = Record<string, unknown>;

let certificate: TestCertificate;
let foreign: TestCertificate;
beforeAll(async () => {
  [certificate, foreign] = await Promise.all([createTestCertificate(), createTestCertificate()]);
});

let platform: Platform;
let app: Awaited<ReturnType<Platform['addApplication']>>;
beforeEach(async () => {
  platform = await createPlatform();
  app = await platform.addApplication();
  await platform.directory.credentials.setCertificates(ofApplication(), [certificate.registered]);
});
const ofApplication = () => ({ tenantId: platform.tenantId, kind: 'application', id: app.application.id }) as const;
const ofPrincipal = () => ({ tenantId: platform.tenantId, kind: 'servicePrincipal', id: app.principal.id }) as const;
const endpoint = (tenant = platform.tenantId) => `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;

const headerOf = (over: Fields = {}): Fields => ({ alg: 'RS256', typ: 'JWT', x5t: certificate.registered.x5t, ...over });
const claimsOf = (over: Fields = {}): Fields => {
  const now = platform.clock.seconds();
  return { iss: app.appId, sub: app.appId, aud: endpoint(), jti: newGuid(), nbf: now, exp: now + 600, ...over };
};
const fields = (assertion: string) => ({
  grant_type: 'client_credentials',
  client_id: app.appId,
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: assertion,
  scope: vaultScope,
});
const ask = (header: Fields = {}, claims: Fields = {}, key: Pick<TestCertificate, 'privateKey'> = certificate) =>
  platform.post(fields(signAssertion(key, headerOf(header), claimsOf(claims))));

describe('a certificate assertion is refused', () => {
  it.each<[string, () => Fields, number]>([
    ['with alg none', () => ({ alg: 'none' }), 5002738],
    ['with HS256', () => ({ alg: 'HS256' }), 5002738],
    ['with ES256', () => ({ alg: 'ES256' }), 5002738],
    ['with RS512', () => ({ alg: 'RS512' }), 5002738],
    ['without algorithm', () => ({ alg: undefined }), 50027],
    ['with a critical extension', () => ({ crit: ['x'], x: 1 }), 50027],
    ['without any thumbprint', () => ({ x5t: undefined }), 50027],
    ['with an empty thumbprint', () => ({ x5t: '' }), 50027],
    ['with a certificate in x5c only', () => ({ x5t: undefined, x5c: [certificate.registered.certificate] }), 50027],
    ['with an unknown thumbprint', () => ({ x5t: foreign.registered.x5t }), 700027],
    ['with thumbprints of two certificates', () => ({ 'x5t#S256': foreign.registered.x5tS256 }), 700027],
    ['with an unknown kid', () => ({ x5t: undefined, kid: 'nobody' }), 700027],
    ['with a foreign leaf in x5c', () => ({ x5c: [foreign.registered.certificate] }), 700027],
    ['with an empty chain', () => ({ x5c: [] }), 700027],
    ['with RS256 said over a PS256 signature', () => ({ alg: 'RS256', pss: true }), 700027],
  ])('%s', async (_what, header, code) => {
    const { pss, ...rest } = header();
    const signed = pss === true ? signAssertion(certificate, headerOf({ ...rest, alg: 'PS256' }), claimsOf()) : undefined;
    const forged = signed?.split('.');
    const answer = forged
      ? await platform.post(fields([Buffer.from(JSON.stringify(headerOf(rest))).toString('base64url'), forged[1], forged[2]].join('.')))
      : await ask(rest);
    expect(answer).toMatchObject({ code });
    expect(answer.body['access_token']).toBeUndefined();
  });

  it('with HS256 keyed with the public key', async () => {
    const pem = createPublicKey(certificate.privateKey).export({ type: 'spki', format: 'pem' });
    const [head, body] = signAssertion(certificate, headerOf({ alg: 'HS256' }), claimsOf()).split('.');
    const mac = createHmac('sha256', pem).update(`${head}.${body}`).digest('base64url');
    expect(await platform.post(fields(`${head}.${body}.${mac}`))).toMatchObject({ code: 5002738 });
  });

  it('signed with another key, naming the thumbprint that was expected', async () => {
    const answer = await ask({}, {}, foreign);
    expect(answer).toMatchObject({ code: 700027, status: 401, body: { error: 'invalid_client' } });
    const hex = Buffer.from(certificate.registered.x5t, 'base64url').toString('hex').toUpperCase();
    expect(answer.text).toContain(
      `[Reason - The provided signature value did not match the expected signature value., Thumbprint of key used by client: '${hex}'`,
    );
  });

  it.each<[string, () => Fields, number]>([
    ['without audience', () => ({ aud: undefined }), 700023],
    ['for another host', () => ({ aud: `https://evil.example/${platform.tenantId}/oauth2/v2.0/token` }), 700023],
    ['for another tenant', () => ({ aud: endpoint(newGuid()) }), 700023],
    ['for common', () => ({ aud: endpoint('common') }), 700023],
    ['for another path', () => ({ aud: `${endpoint()}/x` }), 700023],
    ['for the endpoint with a query', () => ({ aud: `${endpoint()}?a` }), 700023],
    ['over http', () => ({ aud: endpoint().replace('https', 'http') }), 700023],
    ['for two audiences', () => ({ aud: [endpoint(), 'https://other.example'] }), 700023],
    ['for a federated audience', () => ({ aud: 'api://AzureADTokenExchange' }), 700023],
    ['with another subject', () => ({ sub: newGuid() }), 700021],
    ['without subject', () => ({ sub: undefined }), 700021],
    ['without expiry', () => ({ exp: undefined }), 50027],
    ['with an expiry as text', () => ({ exp: String(platform.clock.seconds() + 600) }), 50027],
    ['expired for five minutes', () => ({ exp: platform.clock.seconds() - 300 }), 700024],
    ['valid in more than five minutes', () => ({ nbf: platform.clock.seconds() + 301 }), 700024],
    ['of an issuer that is nobody', () => ({ iss: 'https://nobody.example' }), 7000226],
  ])('%s', async (_what, claims, code) => {
    expect(await ask({}, claims())).toMatchObject({ code });
  });

  it('of an application that has no certificate, or whose certificate was replaced', async () => {
    const { directory } = platform;
    await directory.credentials.setCertificates(ofApplication(), [foreign.registered]);
    expect(await ask()).toMatchObject({ code: 700027 });
    await directory.credentials.setCertificates(ofApplication(), []);
    const answer = await ask();
    expect(answer.code).toBe(700027);
    expect(answer.text).toContain('not registered on application. [Reason - The key was not found.');
  });

  it('of another application with the same certificate', async () => {
    const other = await platform.addApplication();
    const { directory, tenantId } = platform;
    await directory.credentials.setCertificates({ tenantId, kind: 'application', id: other.application.id }, [certificate.registered]);
    // Another application's assertion: to this client, its issuer is a stranger.
    expect(await ask({}, { iss: other.appId, sub: other.appId })).toMatchObject({ code: 7000226 });
  });

  it('of a managed identity, which has no certificates', async () => {
    const { appId } = platform.identity;
    const assertion = signAssertion(certificate, headerOf(), claimsOf({ iss: appId, sub: appId }));
    expect(await platform.post({ ...fields(assertion), client_id: appId })).toMatchObject({ code: 700027 });
  });

  it('before and after the time of its certificate', async () => {
    const { clock } = platform;
    const start = clock.now();
    clock.freeze(Date.parse(certificate.registered.endDateTime));
    const expired = await ask();
    expect(expired.code).toBe(700027);
    expect(expired.text).toContain('The key used is expired.');
    clock.freeze(Date.parse(certificate.registered.startDateTime) - 1);
    expect(await ask()).toMatchObject({ code: 700027 });
    clock.freeze(start);
    expect(await ask()).toMatchObject({ status: 200 });
  });

  it('beyond 16 KiB, of another type, or when it is no token', async () => {
    const good = signAssertion(certificate, headerOf(), claimsOf());
    expect(await platform.post({ ...fields(good), client_assertion_type: 'x' })).toMatchObject({ code: 9002313 });
    expect(await platform.post({ ...fields(good), client_assertion_type: undefined })).toMatchObject({ code: 900144 });
    expect(await platform.post(fields('nonsense'))).toMatchObject({ code: 50027 });
    expect(await ask({}, { padding: 'x'.repeat(16 * 1024) })).toMatchObject({ code: 50027 });
  });
});

describe('a certificate assertion is believed', () => {
  const hex = (text: string) => Buffer.from(text, 'base64url').toString('hex').toUpperCase();
  it.each<[string, () => Fields]>([
    ['x5t', () => ({})],
    ['x5t with padding', () => ({ x5t: Buffer.from(certificate.registered.x5t, 'base64url').toString('base64') })],
    ['x5t#S256', () => ({ x5t: undefined, 'x5t#S256': certificate.registered.x5tS256 })],
    ['both', () => ({ 'x5t#S256': certificate.registered.x5tS256 })],
    ['kid in hexadecimal', () => ({ x5t: undefined, kid: hex(certificate.registered.x5t) })],
    ['a copy in x5c', () => ({ x5c: [certificate.registered.certificate] })],
  ])('with %s, signed with RS256 or PS256', async (_what, header) => {
    for (const alg of ['RS256', 'PS256']) {
      const { status, body } = await ask({ ...header(), alg });
      expect([alg, status]).toEqual([alg, 200]);
      expect(platform.readToken(body['access_token']).claims).toMatchObject({ appid: app.appId, appidacr: '2', oid: app.principal.id });
    }
    expect(platform.audit.at(-1)).toMatchObject({ grant: 'certificate', issuer: app.appId });
  });

  it.each<[string, () => Fields]>([
    ['the version 1 endpoint', () => ({ aud: endpoint().replace('v2.0/', '') })],
    ['the endpoint by domain', () => ({ aud: endpoint('contoso.example') })],
    ['the issuer', () => ({ aud: `https://login.microsoftonline.com/${platform.tenantId}/v2.0` })],
    ['the version 1 issuer', () => ({ aud: `https://sts.windows.net/${platform.tenantId}/` })],
    ['a list of one', () => ({ aud: [endpoint()] })],
    ['another host of the cloud', () => ({ aud: endpoint().replace('microsoftonline.com', 'windows.net') })],
    ['the client id in capitals', () => ({ iss: app.appId.toUpperCase(), sub: app.appId.toUpperCase() })],
    ['times with fractions', () => ({ exp: platform.clock.seconds() + 0.5 })],
    ['no start', () => ({ nbf: undefined })],
    ['the last second of the tolerance', () => ({ exp: platform.clock.seconds() - 299 })],
  ])('for %s', async (_what, claims) => {
    expect(await ask({}, claims())).toMatchObject({ status: 200 });
  });

  it('when the certificate is on the service principal', async () => {
    const { directory } = platform;
    await directory.credentials.setCertificates(ofApplication(), []);
    await directory.credentials.setCertificates(ofPrincipal(), [certificate.registered]);
    expect(await ask()).toMatchObject({ status: 200 });
  });
});
