import { directoryRoleTemplates } from '@podpass/directory';
import type { Fault } from '@podpass/http';
import { newGuid } from '@podpass/kernel';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { routes } from '../endpoints/routes.ts';
import { authorizeUrl, createBrowser } from '../interactive/testing/browser.ts';
import { armScope, azureCli, createPlatform, exchangeOf, formOf, password, type Platform } from '../testing/platform.ts';

/** Every exchange and every refusal leaves one audit line and one count: none is missed, none is told twice. */
let platform: Platform;
let refusals: ReturnType<typeof vi.spyOn>;
beforeEach(async () => {
  platform = await createPlatform();
  await platform.addUser();
  refusals = vi.spyOn(platform.telemetry.metrics.refusals, 'increment');
});

/** What was written since the last call. */
const told = () => {
  const lines = platform.audit.splice(0);
  const counts = platform.counted.splice(0).length + refusals.mock.calls.length;
  refusals.mockClear();
  return { lines, counts };
};
const expectOne = (outcome: 'granted' | 'refused', more: Record<string, unknown> = {}) => {
  const { lines, counts } = told();
  expect(lines).toEqual([expect.objectContaining({ outcome, request: expect.any(String), ...more })]);
  expect(counts).toBe(1);
};

const headers = { 'content-type': 'application/x-www-form-urlencoded' };
const send = (method: string, url: string, fields: Record<string, string> = {}) =>
  platform.ask(exchangeOf(method, url, { headers, body: Buffer.from(method === 'POST' ? formOf(fields) : '') }));

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';
const user = { username: 'ada@contoso.example', password };

describe('one line and one count', () => {
  it.each([
    ['no form at all', {}],
    ['an unknown grant', { grant_type: 'x' }],
    ['client credentials', { grant_type: 'client_credentials', client_id: newGuid(), client_secret: 'x', scope: armScope }],
    ['a password', { grant_type: 'password', client_id: azureCli, ...user, password: 'wrong', scope: armScope }],
    ['a code', { grant_type: 'authorization_code', client_id: azureCli, code: 'x', redirect_uri: 'http://localhost' }],
    ['a refresh token', { grant_type: 'refresh_token', client_id: azureCli, refresh_token: 'x' }],
    ['a device code', { grant_type: deviceCode, client_id: azureCli, device_code: 'x' }],
    ['an assertion', { grant_type: jwtBearer, requested_token_use: 'on_behalf_of', client_id: azureCli, assertion: 'x', scope: armScope }],
  ])('of a refused exchange: %s', async (_what, fields) => {
    for (const path of ['oauth2/v2.0/token', 'oauth2/token']) {
      expect((await send('POST', `/${platform.tenantId}/${path}`, fields)).status).toBeGreaterThanOrEqual(400);
      expectOne('refused', { event: 'token-exchange' });
    }
  });

  it('of an exchange, and of a device code', async () => {
    await platform.post({ grant_type: 'password', client_id: azureCli, ...user, scope: armScope });
    expectOne('granted', { event: 'token-exchange', grant: 'password' });
    expect((await send('POST', '/common/oauth2/v2.0/devicecode', { client_id: azureCli, scope: armScope })).status).toBe(200);
    expectOne('granted', { step: 'device-code', client: azureCli });
  });

  const concrete: Record<string, string> = {
    token: '/nowhere.example/oauth2/v2.0/token',
    'token-v1': '/nowhere.example/oauth2/token',
    'instance-discovery': '/common/discovery/instance',
    discovery: '/nowhere.example/v2.0/.well-known/openid-configuration',
    'discovery-v1': '/nowhere.example/.well-known/openid-configuration',
    keys: '/nowhere.example/discovery/v2.0/keys',
    'user-realm': '/common/userrealm/%FF',
    authorize: '/nowhere.example/oauth2/v2.0/authorize',
    'authorize-v1': '/nowhere.example/oauth2/authorize',
    login: '/common/login',
    account: '/common/account',
    'change-password': '/common/changepassword',
    consent: '/common/consent',
    'admin-consent': '/nowhere.example/adminconsent?client_id=x',
    devicecode: '/nowhere.example/oauth2/v2.0/devicecode',
    'devicecode-v1': '/nowhere.example/oauth2/devicecode',
    'device-confirm': '/common/oauth2/deviceauth/confirm',
    'device-auth': '/common/oauth2/deviceauth',
    'logout-confirm': '/common/oauth2/logout/confirm',
    logout: '/common/oauth2/logout?state=a&state=b',
  };
  /** Nothing can be refused there but the method. */
  const never = new Set(['token-preflight', 'native-client']);
  const refusable = routes.filter(({ name }) => !never.has(name));

  it.each(refusable.map(({ name, methods }) => [name, methods.includes('POST') && name !== 'logout' ? 'POST' : 'GET'] as const))(
    'of a request that %s refuses',
    async (name, method) => {
      expect((await send(method, concrete[name] ?? '')).status).toBeGreaterThanOrEqual(400);
      expectOne('refused');
    },
  );

  it.each(refusable.map(({ name }) => name))('of a method that %s does not take', async (name) => {
    expect((await send('DELETE', concrete[name] ?? '')).status).toBe(405);
    expectOne('refused', { reason: 'AADSTS900561' });
  });

  it.each(['/', '/a/b/c', '//evil.example/oauth2/logout', '/%2F%2Fevil/oauth2/x'])('of an unknown path: %s', async (path) => {
    expect((await platform.ask(exchangeOf('GET', '/', { path }))).status).toBe(404);
    expectOne('refused', { reason: 'unknown-path' });
  });

  it.each(['body-too-large', 'malformed-request', 'bad-path'] as const)('of a request that the listener refuses: %s', (kind) => {
    const fault: Fault = { kind, message: 'm' };
    expect(platform.service.surface.fault(fault).status).toBeGreaterThanOrEqual(400);
    expectOne('refused', { reason: kind });
  });

  it('of consent that is refused, declined or wrongly given', async () => {
    const browser = createBrowser(platform);
    const scope = {
      id: newGuid(),
      value: 'write',
      type: 'Admin' as const,
      isEnabled: true,
      adminConsentDisplayName: 'w',
      adminConsentDescription: 'w',
    };
    await platform.addApplication({ permissionScopes: [scope] }, { identifierUris: ['api://one'] });
    const callback = 'https://app.example/cb';
    const { appId } = await platform.addApplication({ redirectUris: { web: [callback], spa: [], publicClient: [] } });
    const asked = { client_id: appId, response_type: 'code', redirect_uri: callback, scope: 'api://one/write' };
    const need = await browser.signIn(await browser.get(authorizeUrl(platform.tenantId, asked)));
    told();
    await browser.submit(need, { action: 'accept' });
    expectOne('refused', { step: 'consent', reason: 'AADSTS90094' });
    await browser.submit(need, { action: 'need-admin' });
    expectOne('refused', { step: 'consent', reason: 'AADSTS90094' });
    const { id } = platform.directory.users.byPrincipalName(platform.tenantId, user.username)!;
    await platform.directory.directoryRoles.assign(platform.tenantId, id, directoryRoleTemplates.globalAdministrator.id);
    const page = await browser.get(`/${platform.tenantId}/adminconsent?client_id=${appId}`);
    told();
    await browser.submit(page, { action: 'cancel' });
    expectOne('refused', { step: 'consent', reason: 'AADSTS65004' });
  });
});

it('what a posted request becomes stays on this host', async () => {
  for (const path of ['/\\evil.example/oauth2/logout', '/\r\nset-cookie:x/oauth2/logout', '/é/oauth2/logout']) {
    const answer = await platform.ask(exchangeOf('POST', '/', { path, headers }));
    expect(answer.headers).not.toHaveProperty('location');
  }
  expect((await send('POST', '/common/oauth2/logout', { state: '\r\nx: y' })).headers['location']).toMatch(
    /^\/common\/oauth2\/logout\?state=[%\w+]*$/,
  );
});
