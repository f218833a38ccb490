import { newGuid } from '@podpass/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { catalogue } from '../errors.ts';
import { createPlatform, exchangeOf, vaultScope, type Platform } from '../testing/platform.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await createPlatform();
});
const get = (url: string, method = 'GET') => platform.ask(exchangeOf(method, url));

describe('bodies', () => {
  const type = 'application/x-www-form-urlencoded';
  it.each<[string, string | Buffer, string | undefined, number]>([
    ['nothing', '', type, 900144],
    ['JSON', '{"grant_type":"client_credentials"}', 'application/json', 900144],
    ['a form without content type', 'grant_type=client_credentials', undefined, 900144],
    ['a parameter twice', 'grant_type=client_credentials&grant_type=password', type, 9002313],
    ['an empty parameter twice', 'scope=&grant_type=client_credentials&scope=', type, 9002313],
    ['101 parameters', Array.from({ length: 101 }, (_, index) => `p${index}=1`).join('&'), type, 9002313],
    ['no UTF-8', Buffer.from([0x67, 0xff, 0xfe]), type, 9002313],
    ['a grant type of another case', 'grant_type=Client_Credentials', type, 70003],
  ])('with %s', async (_what, body, contentType, code) => {
    const headers = contentType === undefined ? {} : { 'content-type': contentType };
    const exchange = exchangeOf('POST', `/${platform.tenantId}/oauth2/v2.0/token`, { headers, body: Buffer.from(body) });
    expect(await platform.ask(exchange)).toMatchObject({ code, status: 400 });
  });
});

describe('the error body', () => {
  it("has Entra's members and the client's correlation id, from header or query", async () => {
    const correlation = newGuid();
    const url = `/${platform.tenantId}/oauth2/v2.0/token`;
    const byHeader = exchangeOf('POST', url, { headers: { 'client-request-id': correlation } });
    const { status, body, headers } = await platform.ask(byHeader);
    expect(status).toBe(400);
    const timestamp = '2027-01-15 08:00:00Z';
    expect(body).toEqual({
      error: 'invalid_request',
      error_description: `AADSTS900144: The request body must contain the following parameter: 'grant_type'. Trace ID: ${byHeader.id} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [900144],
      timestamp,
      trace_id: byHeader.id,
      correlation_id: correlation,
      error_uri: 'https://login.microsoftonline.com/error?code=900144',
    });
    expect(headers).toMatchObject({
      'x-ms-request-id': byHeader.id,
      'client-request-id': correlation,
      'cache-control': 'no-store, no-cache',
      pragma: 'no-cache',
    });
    expect((await platform.ask(exchangeOf('POST', `${url}?client-request-id=${correlation}`))).body['correlation_id']).toBe(correlation);
    const forged = await platform.ask(exchangeOf('POST', url, { headers: { 'client-request-id': 'x\r\nset-cookie: a' } }));
    expect(JSON.stringify(forged)).not.toContain('set-cookie');
  });

  it('cuts what the client sent', async () => {
    const answer = await platform.post({ grant_type: 'x'.repeat(5000) });
    expect(answer.code).toBe(70003);
    expect(answer.text.length).toBeLessThan(1200);
  });

  it.each(['body-too-large', 'headers-too-large', 'malformed-request', 'bad-path', 'timeout', 'internal'] as const)(
    'is written for the fault %s',
    (kind) => {
      const answer = platform.service.surface.fault({ kind, message: 'hidden detail' });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.body).toMatchObject({ error_codes: [kind === 'internal' ? 50000 : 9002313] });
      expect(JSON.stringify(answer.body)).not.toContain('hidden');
    },
  );

  it('keeps the status that a fault brings', () => {
    expect(platform.service.surface.fault({ kind: 'malformed-request', message: 'm', status: 421 }).status).toBe(421);
  });

  it('an unforeseen error is left to the listener and counted', async () => {
    const { directory } = platform;
    const broken = new Error('broken');
    directory.servicePrincipals.byAppId = () => {
      throw broken;
    };
    await expect(platform.exchange()).rejects.toBe(broken);
    expect(platform.counted).toEqual([{ grant: 'federated', outcome: 'internal' }]);
  });

  it('every row of the catalogue is a client or server error with a sentence', () => {
    for (const { status, text, error } of Object.values(catalogue)) {
      expect([400, 401, 403, 405, 500, 503]).toContain(status);
      expect(text.length).toBeGreaterThan(10);
      expect(status === 401 ? error : 'invalid_client').toBe('invalid_client');
    }
  });
});

describe('what is not there', () => {
  it.each([
    ['GET', '/contoso.example/oauth2/v2.0/token', 405],
    ['PUT', '/contoso.example/oauth2/v2.0/token', 405],
    ['POST', '/contoso.example/v2.0/.well-known/openid-configuration', 405],
    ['GET', '/', 404],
    ['GET', '/a/b/c/d', 404],
    ['GET', '//evil', 404],
    ['POST', '/%E0%A4%A/oauth2/v2.0/token', 400],
  ])('%s %s is refused with %d', async (method, url, status) => {
    const answer = await get(url, method);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: 'invalid_request', error_codes: [expect.any(Number)] });
  });
});

describe('requests of scripts in browsers', () => {
  const origin = 'https://spa.example';
  const ask = async (headers: Record<string, string>, clientId: string, over: Record<string, string> = {}) => {
    const fields = { grant_type: 'client_credentials', client_id: clientId, client_secret: 'wrong', scope: vaultScope, ...over };
    return platform.post(fields, { headers });
  };

  it('may read the answer only at the origin of one of the redirect URIs of the client', async () => {
    const redirectUris = { web: ['https://web.example/cb'], spa: [`${origin}/cb`], publicClient: [] };
    const { appId, secret } = await platform.addApplication({ redirectUris });
    for (const stranger of ['https://web.example', 'https://evil.example', 'null', `${origin}.evil.example`, `${origin}/`, '*']) {
      expect((await ask({ origin: stranger }, appId)).headers).not.toHaveProperty('access-control-allow-origin');
    }
    expect((await ask({ origin }, platform.identity.appId)).headers).not.toHaveProperty('access-control-allow-origin');
    const refused = await ask({ origin }, appId);
    expect(refused).toMatchObject({ code: 7000215, headers: { 'access-control-allow-origin': origin, vary: 'Origin' } });
    const granted = await ask({ origin }, appId, { client_secret: secret });
    expect(granted).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': origin } });
    expect(granted.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('are announced by a preflight, whose headers are not echoed unread', async () => {
    const url = `/${platform.tenantId}/oauth2/v2.0/token`;
    const preflight = (headers: Record<string, string>) => platform.ask(exchangeOf('OPTIONS', url, { headers }));
    const asked = { origin, 'access-control-request-headers': 'content-type, x-client-sku' };
    expect(await preflight(asked)).toMatchObject({
      status: 200,
      headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type, x-client-sku' },
    });
    const odd = await preflight({ origin, 'access-control-request-headers': 'a\r\nset-cookie: b' });
    expect(odd.headers).toMatchObject({ 'access-control-allow-headers': 'content-type' });
  });
});

describe('metadata', () => {
  it.each([
    ['an unknown tenant', '/nowhere.example/v2.0/.well-known/openid-configuration', 90002],
    ['a malformed tenant', '/nowhere/v2.0/.well-known/openid-configuration', 900023],
    ['personal accounts', '/consumers/v2.0/.well-known/openid-configuration', 90002],
    ['the keys of an unknown tenant', '/nowhere.example/discovery/v2.0/keys', 90002],
  ])('%s', async (_what, url, code) => {
    expect(await get(url)).toMatchObject({ status: 400, code, body: { error: 'invalid_tenant' } });
  });

  it('of a domain carries the tenant id, on the host that was asked', async () => {
    const { tenantId } = platform;
    const { status, body } = await get('https://login.windows.net/contoso.example/v2.0/.well-known/openid-configuration?appid=x');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`,
      token_endpoint: `https://login.windows.net/${tenantId}/oauth2/v2.0/token`,
      authorization_endpoint: `https://login.windows.net/${tenantId}/oauth2/v2.0/authorize`,
      device_authorization_endpoint: `https://login.windows.net/${tenantId}/oauth2/v2.0/devicecode`,
      jwks_uri: `https://login.windows.net/${tenantId}/discovery/v2.0/keys`,
    });
  });

  it.each(['organizations', 'common', 'Organizations'])('of %s carries the word', async (word) => {
    const { body } = await get(`/${word}/v2.0/.well-known/openid-configuration`);
    expect(body).toMatchObject({
      issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
      token_endpoint: `https://login.microsoftonline.com/${word.toLowerCase()}/oauth2/v2.0/token`,
    });
  });

  it('of version 1', async () => {
    const { tenantId } = platform;
    expect((await get(`/${tenantId.toUpperCase()}/.well-known/openid-configuration`)).body).toMatchObject({
      issuer: `https://sts.windows.net/${tenantId}/`,
      token_endpoint: `https://login.microsoftonline.com/${tenantId}/oauth2/token`,
    });
  });

  it.each(['common/discovery/keys', 'contoso.example/discovery/v2.0/keys', 'contoso.example/discovery/keys'])(
    '%s holds public keys only',
    async (path) => {
      const { body } = await get(`/${path}`);
      expect(body).toEqual(platform.service.jwks());
      expect(JSON.stringify(body)).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
    },
  );
});

describe('instance discovery', () => {
  const path = '/common/discovery/instance?api-version=1.1&authorization_endpoint=';
  it.each([
    ['an unknown host', 'https://login.evil.example/common/oauth2/v2.0/authorize'],
    ['http', 'http://login.microsoftonline.com/common/oauth2/v2.0/authorize'],
    ['no URL', 'nonsense'],
    ['no tenant', 'https://login.microsoftonline.com'],
  ])('%s', async (_what, endpoint) => {
    expect(await get(path + encodeURIComponent(endpoint))).toMatchObject({ status: 400, code: 50049, body: { error: 'invalid_instance' } });
  });

  it('without an endpoint', async () => {
    expect(await get('/common/discovery/instance')).toMatchObject({ code: 900144 });
  });

  it('names the tenant document and the aliases', async () => {
    const { body } = await get(path + encodeURIComponent('https://login.microsoftonline.com/contoso.example/oauth2/v2.0/authorize'));
    expect(body).toMatchObject({
      tenant_discovery_endpoint: 'https://login.microsoftonline.com/contoso.example/v2.0/.well-known/openid-configuration',
      'api-version': '1.1',
      metadata: [
        {
          preferred_network: 'login.microsoftonline.com',
          preferred_cache: 'login.windows.net',
          aliases: expect.arrayContaining(['login.windows.net', 'sts.windows.net']),
        },
      ],
    });
  });
});

describe('user realm', () => {
  it.each([
    ['/common/userrealm/ada@contoso.example?api-version=1.0', 'Managed'],
    ['/common/UserRealm/Ada%40CONTOSO.example?api-version=1.0', 'Managed'],
    ['/common/userrealm/ada@nowhere.example', 'Unknown'],
  ])('%s: %s', async (url, kind) => {
    expect((await get(url)).body).toMatchObject({ ver: '1.0', account_type: kind, cloud_audience_urn: 'urn:federation:MicrosoftOnline' });
  });
});

describe('the surface', () => {
  it('serves its hosts only', () => {
    const { surface } = platform.service;
    expect(
      ['login.microsoftonline.com', 'login.windows.net', 'sts.windows.net', 'evil.example'].map((host) => surface.serves(host)),
    ).toEqual([true, true, false, false]);
  });

  it('keeps its signing key across starts, sealed', async () => {
    const { createTokenService } = await import('../token-service.ts');
    const { store, clock, directory, envelope, telemetry, fake, service } = platform;
    const take = () => Promise.reject(new Error('no second key is needed'));
    const again = await createTokenService({
      store,
      clock,
      directory,
      envelope,
      telemetry,
      wire: fake.wire,
      profile: { loginHost: 'login.local', port: 8443 },
      keyPool: { take },
    });
    expect(again.jwks()).toEqual(service.jwks());
    expect(again.issuersFor('t')).toEqual(['https://sts.windows.net/t/', 'https://login.local:8443/t/v2.0']);
    const { items } = await store.list('sts/signing-keys');
    expect(Buffer.from(items[0]!.value).toString('latin1')).not.toContain('PRIVATE');
  });

  it('goes on to honour tokens of keys that were rotated out, and refuses those of keys that were revoked', async () => {
    const { service, verifier, tenantId } = platform;
    const token = async () => `Bearer ${String((await platform.exchange()).body['access_token'])}`;
    const accept = { audiences: ['https://vault.azure.net'], tenantId };
    const first = await token();
    const [signing, published] = await service.keys.rotate();
    expect([signing!.state, published!.state]).toEqual(['signing', 'published']);
    const { body } = await get(`/${tenantId}/discovery/v2.0/keys`);
    expect(body).toMatchObject({ keys: [{ kid: signing!.kid }, { kid: published!.kid }] });
    const second = await token();
    expect(platform.readToken(second.slice('Bearer '.length)).header['kid']).toBe(signing!.kid);
    for (const held of [first, second]) expect(await verifier.verify(held, accept)).toHaveProperty('caller');
    await service.keys.rotate({ revoke: true });
    for (const held of [first, second]) expect(await verifier.verify(held, accept)).toEqual({ failure: { reason: 'signature' } });
    expect(await verifier.verify(await token(), accept)).toHaveProperty('caller');
  });
});
