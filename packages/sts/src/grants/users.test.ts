import { collection } from '@podpass/store';
import { beforeEach, describe, expect, it } from 'vitest';
import { armScope, azureCli, createPlatform, password, type Platform } from '../testing/platform.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await createPlatform();
  await platform.addUser();
});
const guid = '00000000-0000-4000-8000-000000000000';
const scope = `${armScope} offline_access openid profile`;
const ropc = (over: Record<string, string | undefined> = {}) => ({
  grant_type: 'password',
  client_id: azureCli,
  username: 'ada@contoso.example',
  password,
  scope,
  client_info: '1',
  ...over,
});
const refresh = (token: unknown, over: Record<string, string | undefined> = {}) => ({
  grant_type: 'refresh_token',
  client_id: azureCli,
  refresh_token: String(token),
  scope,
  client_info: '1',
  ...over,
});
const claimsOf = (token: unknown) => platform.readToken(token).claims;

describe('the password grant refuses', () => {
  it.each<[string, Record<string, string | undefined>, string, number, string, number]>([
    ['no user name', { username: undefined }, 'organizations', 900144, 'invalid_request', 400],
    ['no password', { password: undefined }, 'organizations', 900144, 'invalid_request', 400],
    ['an empty password', { password: '' }, 'organizations', 900144, 'invalid_request', 400],
    ['no scope', { scope: undefined }, 'organizations', 900144, 'invalid_request', 400],
    ['no client', { client_id: undefined }, 'organizations', 900144, 'invalid_request', 400],
    ['an unknown client', { client_id: guid }, 'organizations', 700016, 'unauthorized_client', 400],
    ['a secret of a public client', { client_secret: 'x' }, 'organizations', 9002313, 'invalid_request', 400],
    ['the tenant common', {}, 'common', 9001023, 'invalid_request', 400],
    ['the tenant consumers', {}, 'consumers', 9001023, 'invalid_request', 400],
    ['an unknown tenant', {}, guid, 90002, 'invalid_request', 400],
    ['a user of no tenant', { username: 'ada@nowhere.example' }, 'organizations', 50034, 'invalid_grant', 400],
    ['an unknown user', { username: 'bob@contoso.example' }, 'organizations', 50034, 'invalid_grant', 400],
    ['a wrong password', { password: 'wrong' }, 'organizations', 50126, 'invalid_grant', 400],
    ['an unknown resource', { scope: 'https://unknown.example/.default' }, 'organizations', 500011, 'invalid_resource', 400],
    ['two resources', { scope: `${armScope} https://vault.azure.net/.default` }, 'organizations', 28000, 'invalid_request', 400],
    [
      'a scope that the resource does not have',
      { scope: 'https://vault.azure.net/everything' },
      'organizations',
      70011,
      'invalid_scope',
      400,
    ],
    ['a malformed scope', { scope: 'https://vault.azure.net/\u0001' }, 'organizations', 70011, 'invalid_scope', 400],
  ])('%s', async (_what, over, tenant, ...[code, error, status]) => {
    const answer = await platform.post(ropc(over), { tenant });
    expect(answer).toMatchObject({ code, status, body: { error } });
    expect(JSON.stringify(platform.audit)).not.toContain(password);
  });

  it('everything after ten wrong passwords, for a minute', async () => {
    const { post, machine } = platform;
    const attempts = await Promise.all(Array.from({ length: 11 }, () => post(ropc({ password: 'wrong' }))));
    expect(attempts.map(({ code }) => code).toSorted((a, b) => Number(a) - Number(b))).toEqual([
      50053,
      ...Array.from({ length: 10 }, () => 50126),
    ]);
    expect(await post(ropc())).toMatchObject({ code: 50053 });
    machine.now += 60_000;
    expect(await post(ropc())).toMatchObject({ status: 200 });
    expect(await post(ropc({ password: 'wrong' }))).toMatchObject({ code: 50126 });
  });

  it('an application of the tenant without its secret', async () => {
    const { directory, tenantId, post } = platform;
    const { application } = await directory.applications.create({ tenantId, displayName: 'app' });
    const { secretText } = await directory.applications.addSecret(tenantId, application.appId);
    expect(await post(ropc({ client_id: application.appId }))).toMatchObject({ code: 7000218 });
    expect(await post(ropc({ client_id: application.appId, client_secret: 'wrong' }))).toMatchObject({ code: 7000215 });
    const { body } = await post(ropc({ client_id: application.appId, client_secret: secretText }));
    expect(claimsOf(body['access_token'])).toMatchObject({ appid: application.appId, appidacr: '1' });
    expect(body['foci']).toBeUndefined();
  });
});

describe('the password grant', () => {
  it.each(['organizations', 'CONTOSO.example'])('signs a user in at %s', async (tenant) => {
    const { post, tenantId, directory } = platform;
    const user = directory.users.byPrincipalName(tenantId, 'ada@contoso.example')!;
    const { status, body } = await post(ropc(), { tenant });
    expect(status).toBe(200);
    expect(String(body['scope']).split(' ')).toEqual(
      expect.arrayContaining([armScope, 'https://management.core.windows.net//user_impersonation']),
    );
    expect(body).toMatchObject({ token_type: 'Bearer', foci: '1' });
    const life = Number(body['expires_in']);
    expect(life).toBeGreaterThanOrEqual(3600);
    expect(life).toBeLessThan(5400);
    expect(claimsOf(body['access_token'])).toMatchObject({
      aud: 'https://management.core.windows.net/',
      iss: `https://sts.windows.net/${tenantId}/`,
      appid: azureCli,
      appidacr: '0',
      idtyp: 'user',
      oid: user.id,
      tid: tenantId,
      upn: user.userPrincipalName,
      unique_name: user.userPrincipalName,
      scp: 'user_impersonation',
      amr: ['pwd'],
      ver: '1.0',
    });
    expect(claimsOf(body['id_token'])).toMatchObject({
      aud: azureCli,
      iss: `https://login.microsoftonline.com/${tenantId}/v2.0`,
      tid: tenantId,
      oid: user.id,
      preferred_username: user.userPrincipalName,
      name: 'Ada',
      ver: '2.0',
    });
    expect(JSON.parse(Buffer.from(String(body['client_info']), 'base64url').toString())).toEqual({ uid: user.id, utid: tenantId });
  });

  it('gives neither refresh token, ID token nor client_info unasked, and Graph when only the sign-in was asked', async () => {
    const { post } = platform;
    const { body } = await post(ropc({ scope: armScope, client_info: undefined }));
    expect(Object.keys(body).toSorted()).toEqual(['access_token', 'expires_in', 'ext_expires_in', 'foci', 'scope', 'token_type']);
    const signIn = await post(ropc({ scope: 'openid profile' }));
    expect(claimsOf(signIn.body['access_token'])).toMatchObject({ aud: '00000003-0000-0000-c000-000000000000' });
    const narrow = await post(ropc({ scope: 'User.Read' }));
    expect(claimsOf(narrow.body['access_token'])).toMatchObject({ aud: 'https://graph.microsoft.com', scp: 'User.Read' });
  });

  it('at version 1 takes a resource', async () => {
    const { body } = await platform.post(ropc({ scope: undefined, resource: 'https://management.core.windows.net/' }), { version: 1 });
    expect(body).toMatchObject({
      resource: 'https://management.core.windows.net/',
      scope: 'user_impersonation',
      expires_in: expect.any(String),
    });
    expect(claimsOf(body['id_token'])).toMatchObject({ ver: '1.0', upn: 'ada@contoso.example' });
    expect(body['refresh_token']).toEqual(expect.any(String));
  });
});

describe('refresh tokens', () => {
  const signIn = async () => (await platform.post(ropc())).body['refresh_token'];

  it.each([
    ['none', undefined, 900144],
    ['nonsense', 'nonsense', 70000],
    ['the right form', `1.${'a'.repeat(43)}.${guid}.${guid}`, 70000],
  ])('%s is refused', async (_what, token, code) => {
    expect(await platform.post({ ...refresh(''), refresh_token: token })).toMatchObject({ code });
  });

  it('that were altered, used by another client, or at another tenant, are refused', async () => {
    const { post, directory } = platform;
    const token = String(await signIn());
    const [version, secret, tenant, user] = token.split('.');
    expect(await post(refresh(`${version}.${'b'.repeat(43)}.${tenant}.${user}`))).toMatchObject({ code: 70000 });
    expect(await post(refresh(`${version}.${secret}.${tenant}.${guid}`))).toMatchObject({ code: 70000 });
    const other = await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
    expect(await post(refresh(token), { tenant: other.id })).toMatchObject({ code: 50020 });
    expect(await post(refresh(token, { client_id: guid }))).toMatchObject({ code: 700016 });
    const { application } = await directory.applications.create({ tenantId: platform.tenantId, displayName: 'app' });
    const { secretText } = await directory.applications.addSecret(platform.tenantId, application.appId);
    expect(await post(refresh(token, { client_id: application.appId, client_secret: secretText }))).toMatchObject({ code: 70000 });
  });

  it('serve any resource, any client of the family, more than once', async () => {
    const { post } = platform;
    const token = await signIn();
    const vault = await post(refresh(token, { scope: 'https://vault.azure.net/.default' }), { tenant: 'organizations' });
    expect(claimsOf(vault.body['access_token'])).toMatchObject({ aud: 'https://vault.azure.net', upn: 'ada@contoso.example' });
    const powerShell = await post(refresh(token, { client_id: '1950a258-227b-4e31-a9cf-717495945fc2' }));
    expect(claimsOf(powerShell.body['access_token'])).toMatchObject({ appid: '1950a258-227b-4e31-a9cf-717495945fc2' });
    expect((await post(refresh(powerShell.body['refresh_token'], { scope: undefined }))).body['scope']).toContain(armScope);
  });

  it('die after 90 days without use', async () => {
    const { post, clock } = platform;
    const token = await signIn();
    const day = 86_400_000;
    clock.freeze(clock.now() + 89 * day);
    expect(await post(refresh(token))).toMatchObject({ status: 200 });
    clock.freeze(clock.now() + 89 * day);
    expect(await post(refresh(token))).toMatchObject({ status: 200 });
    clock.freeze(clock.now() + 90 * day);
    expect(await post(refresh(token))).toMatchObject({ code: 700082 });
  });

  it('die when they are revoked, and are stored as hashes only', async () => {
    const { post, service, tenantId, directory, store } = platform;
    const token = String(await signIn());
    const { items } = await store.list('sts/refresh-tokens');
    expect(items).toHaveLength(1);
    expect(items[0]!.key + Buffer.from(items[0]!.value).toString()).not.toContain(token.split('.')[1]);
    const user = directory.users.byPrincipalName(tenantId, 'ada@contoso.example')!;
    expect(await service.revokeSessions(tenantId, user.id)).toBe(1);
    expect(await post(refresh(token))).toMatchObject({ code: 70000 });
  });

  it.each([
    ['a disabled account', { accountEnabled: false }, 50057],
    ['another password', { passwordHash: 'scrypt$other' }, 50173],
  ])('die with %s', async (_what, change, code) => {
    const { post, store, envelope, tenantId, directory } = platform;
    const token = await signIn();
    const user = directory.users.byPrincipalName(tenantId, 'ada@contoso.example')!;
    await collection<object>(store, { prefix: 'directory/users', sealed: envelope }).put(`${tenantId}/${user.id}`, { ...user, ...change });
    expect(await post(refresh(token))).toMatchObject({ code });
  });

  it('of one user are bounded', async () => {
    const { service, tenantId, directory } = platform;
    const user = directory.users.byPrincipalName(tenantId, 'ada@contoso.example')!;
    const { createRefreshTokens } = await import('../sessions/refresh-tokens.ts');
    const tokens = createRefreshTokens(platform.store, platform.clock);
    const session = { tenantId, userId: user.id, clientId: azureCli, scope, methods: ['pwd'] };
    for (let index = 0; index < 103; index += 1) await tokens.issue(session, user);
    expect(await service.revokeSessions(tenantId, user.id)).toBe(100);
  });
});
