import { beforeEach, describe, expect, it } from 'vitest';
import { armScope, azureCli, createPlatform, password, passwordForm, type Platform } from '../testing/platform.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await createPlatform();
  await platform.addUser();
});
const guid = '00000000-0000-4000-8000-000000000000';
const claimsOf = (token: unknown) => platform.readToken(token).claims;

describe('the password grant refuses', () => {
  it.each<[string, Record<string, string | undefined>, string, number, string, number]>([
    ['no user name', { username: undefined }, 'organizations', 900144, 'invalid_request', 400],
    ['no password', { password: undefined }, 'organizations', 900144, 'invalid_request', 400],
    ['an empty password', { password: '' }, 'organizations', 900144, 'invalid_request', 400],
    ['no scope', { scope: undefined }, 'organizations', 900144, 'invalid_request', 400],
    ['no client', { client_id: undefined }, 'organizations', 900144, 'invalid_request', 400],
    ['an unknown client', { client_id: guid }, 'organizations', 700016, 'unauthorized_client', 400],
    ['a secret of a public client', { client_secret: 'x' }, 'organizations', 700025, 'invalid_client', 401],
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
      650053,
      'invalid_client',
      400,
    ],
    ['a malformed scope', { scope: 'https://vault.azure.net/\u0001' }, 'organizations', 70011, 'invalid_scope', 400],
  ])('%s', async (_what, over, tenant, ...[code, error, status]) => {
    const answer = await platform.post(passwordForm(over), { tenant });
    expect(answer).toMatchObject({ code, status, body: { error } });
    expect(JSON.stringify(platform.audit)).not.toContain(password);
  });

  it('everything after ten wrong passwords, for a minute', async () => {
    const { post, machine } = platform;
    const attempts = await Promise.all(Array.from({ length: 11 }, () => post(passwordForm({ password: 'wrong' }))));
    expect(attempts.map(({ code }) => code).toSorted((a, b) => Number(a) - Number(b))).toEqual([
      50053,
      ...Array.from({ length: 10 }, () => 50126),
    ]);
    expect(await post(passwordForm())).toMatchObject({ code: 50053 });
    machine.now += 60_000;
    expect(await post(passwordForm())).toMatchObject({ status: 200 });
    expect(await post(passwordForm({ password: 'wrong' }))).toMatchObject({ code: 50126 });
  });

  it('an application of the tenant without its secret', async () => {
    const { appId, secret } = await platform.addApplication({ requiredResourceAccess: [] });
    const self = { client_id: appId, scope: `${appId}/.default` };
    expect(await platform.post(passwordForm(self))).toMatchObject({ code: 7000218 });
    expect(await platform.post(passwordForm({ ...self, client_secret: 'wrong' }))).toMatchObject({ code: 7000215 });
    const { body } = await platform.post(passwordForm({ ...self, client_secret: secret }));
    expect(claimsOf(body['access_token'])).toMatchObject({ appid: appId, appidacr: '1', aud: appId });
    expect(body['foci']).toBeUndefined();
  });

  it('an application of one tenant at organizations, and a managed identity anywhere', async () => {
    const { appId, secret } = await platform.addApplication();
    const fields = passwordForm({ client_id: appId, client_secret: secret });
    expect(await platform.post(fields, { tenant: 'organizations' })).toMatchObject({ code: 50194, body: { error: 'invalid_request' } });
    expect(await platform.post(passwordForm({ client_id: platform.identity.appId }))).toMatchObject({ code: 9002313 });
  });

  it('a claims parameter that is no JSON object', async () => {
    for (const claims of ['nonsense', '[]', '1']) expect(await platform.post(passwordForm({ claims }))).toMatchObject({ code: 9002313 });
  });

  it('a user who must change the password', async () => {
    const { directory, tenantId } = platform;
    const user = directory.users.byPrincipalName(tenantId, 'ada@contoso.example')!;
    await directory.users.update(tenantId, user.id, { forceChangePasswordNextSignIn: true });
    expect(await platform.post(passwordForm())).toMatchObject({ code: 50055 });
  });

  it('a disabled resource', async () => {
    const { directory, tenantId } = platform;
    const { principal } = directory.servicePrincipals.findResource(tenantId, 'https://vault.azure.net')!;
    await directory.servicePrincipals.update(tenantId, principal.id, { accountEnabled: false });
    expect(await platform.post(passwordForm({ scope: 'https://vault.azure.net/.default' }))).toMatchObject({ code: 500014 });
  });
});

describe('the password grant', () => {
  it.each(['organizations', 'CONTOSO.example'])('signs a user in at %s', async (tenant) => {
    const { post, tenantId, directory } = platform;
    const user = directory.users.byPrincipalName(tenantId, 'ada@contoso.example')!;
    const { status, body } = await post(passwordForm(), { tenant });
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
    const { body } = await post(passwordForm({ scope: armScope, client_info: undefined }));
    expect(Object.keys(body).toSorted()).toEqual(['access_token', 'expires_in', 'ext_expires_in', 'foci', 'scope', 'token_type']);
    const signIn = await post(passwordForm({ scope: 'openid profile' }));
    expect(claimsOf(signIn.body['access_token'])).toMatchObject({ aud: '00000003-0000-0000-c000-000000000000' });
    const narrow = await post(passwordForm({ scope: 'User.Read' }));
    expect(claimsOf(narrow.body['access_token'])).toMatchObject({ aud: 'https://graph.microsoft.com', scp: 'User.Read' });
  });

  it('needs no secret of an application whose public flows are switched on, but no wrong one either', async () => {
    const { appId } = await platform.addApplication({ isFallbackPublicClient: true });
    const self = { client_id: appId, scope: `${appId}/.default` };
    expect(await platform.post(passwordForm({ ...self, client_secret: 'wrong' }))).toMatchObject({ code: 7000215 });
    const { body } = await platform.post(passwordForm(self));
    expect(claimsOf(body['access_token'])).toMatchObject({ appid: appId, appidacr: '0' });
  });

  it('tells the time of the sign-in in the ID token when asked', async () => {
    const plain = await platform.post(passwordForm());
    expect(claimsOf(plain.body['id_token'])).not.toHaveProperty('auth_time');
    const asked = await platform.post(passwordForm({ claims: '{"id_token":{"auth_time":{"essential":true}}}' }));
    expect(claimsOf(asked.body['id_token'])['auth_time']).toBe(platform.clock.seconds());
  });

  it('at version 1 takes a resource', async () => {
    const { body } = await platform.post(passwordForm({ scope: undefined, resource: 'https://management.core.windows.net/' }), {
      version: 1,
    });
    expect(body).toMatchObject({
      resource: 'https://management.core.windows.net/',
      scope: 'user_impersonation',
      expires_in: expect.any(String),
    });
    expect(claimsOf(body['id_token'])).toMatchObject({ ver: '1.0', upn: 'ada@contoso.example' });
    expect(body['refresh_token']).toEqual(expect.any(String));
  });
});
