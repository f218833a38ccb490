import { signJwt } from '@podpass/crypto';
import type { PermissionScope, User } from '@podpass/directory';
import { newGuid } from '@podpass/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { azureCli, createPlatform, passwordForm, vaultScope, type Platform } from '../testing/platform.ts';

const scopeOf = (value: string): PermissionScope => ({
  id: newGuid(),
  value,
  type: 'User',
  adminConsentDisplayName: value,
  adminConsentDescription: value,
  isEnabled: true,
});
const accessAsUser = scopeOf('access_as_user');

let platform: Platform;
let user: User;
let api: Awaited<ReturnType<Platform['addApplication']>>;
beforeEach(async () => {
  platform = await createPlatform();
  user = await platform.addUser();
  api = await platform.addApplication({ permissionScopes: [accessAsUser] }, { identifierUris: ['api://middle'] });
});
const consentToVault = async () => {
  const { directory, tenantId } = platform;
  const { principal } = directory.servicePrincipals.findResource(tenantId, 'https://vault.azure.net')!;
  const grant = { tenantId, clientId: api.principal.id, resourceId: principal.id, scope: 'user_impersonation' };
  return directory.permissionGrants.create({ ...grant, consentType: 'Principal', principalId: user.id });
};
const signIn = async (scope: string) => {
  const { body } = await platform.post(passwordForm({ scope }));
  return body;
};
const userToken = async (scope = 'api://middle/.default') => String((await signIn(scope))['access_token']);
const obo = (assertion: string, over: Record<string, string | undefined> = {}) => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  requested_token_use: 'on_behalf_of',
  client_id: api.appId,
  client_secret: api.secret,
  assertion,
  scope: vaultScope,
  ...over,
});

describe('on behalf of: refused', () => {
  it.each<[string, Record<string, string | undefined>, number]>([
    ['without assertion', { assertion: undefined }, 900144],
    ['without use', { requested_token_use: undefined }, 900144],
    ['with another use', { requested_token_use: 'x' }, 9002313],
    ['without scope', { scope: undefined }, 900144],
    ['without credential', { client_secret: undefined }, 7000218],
    ['with a wrong secret', { client_secret: 'wrong' }, 7000215],
    ['from a public client', { client_id: azureCli }, 700025],
    ['with nonsense', { assertion: 'nonsense' }, 50013],
    ['for an unknown resource', { scope: 'https://unknown.example/.default' }, 500011],
    ['for a scope that is not there', { scope: 'https://vault.azure.net/everything' }, 650053],
  ])('%s', async (_what, over, code) => {
    await consentToVault();
    expect(await platform.post(obo(await userToken(), over))).toMatchObject({ code });
  });

  it('at common', async () => {
    expect(await platform.post(obo(await userToken()), { tenant: 'common' })).toMatchObject({ code: 50059 });
  });

  it('for a managed identity', async () => {
    const fields = obo(await userToken(), { client_id: platform.identity.appId });
    expect(await platform.post(fields)).toMatchObject({ code: 9002313 });
  });

  it('with a token for another audience, which it names', async () => {
    const answer = await platform.post(obo(await userToken(vaultScope)));
    expect(answer).toMatchObject({ code: 500131, status: 400, body: { error: 'invalid_grant' } });
    expect(answer.text).toContain("The audience in the assertion was 'https://vault.azure.net'");
  });

  it("with an application's own token", async () => {
    const own = await platform.post({
      grant_type: 'client_credentials',
      client_id: api.appId,
      client_secret: api.secret,
      scope: 'api://middle/.default',
    });
    expect(own.status).toBe(200);
    expect(await platform.post(obo(String(own.body['access_token'])))).toMatchObject({ code: 7000114 });
  });

  it('with an ID token', async () => {
    const { id_token } = await signIn('openid profile');
    const { claims } = platform.readToken(id_token);
    expect(claims['aud']).toBe(azureCli);
    // One whose audience is the API itself: as its own sign-in page would give it.
    const keys = await import('../keys/signing-keys.ts');
    const { store, envelope, clock } = platform;
    const ring = await keys.createSigningKeys({ store, envelope, clock, keyPool: { take: () => Promise.reject(new Error('none')) } });
    const forApi = await signJwt(ring.current(), { claims: { ...claims, aud: api.appId } });
    expect(await platform.post(obo(forApi))).toMatchObject({ code: 50013 });
  });

  it('with a token of another tenant', async () => {
    const { directory } = platform;
    const other = await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
    const token = await userToken();
    const { claims } = platform.readToken(token);
    const { store, envelope, clock } = platform;
    const keys = await import('../keys/signing-keys.ts');
    const ring = await keys.createSigningKeys({ store, envelope, clock, keyPool: { take: () => Promise.reject(new Error('none')) } });
    for (const over of [{ tid: other.id }, { iss: `https://sts.windows.net/${other.id}/` }, { iss: 'https://evil.example' }]) {
      const forged = await signJwt(ring.current(), { claims: { ...claims, ...over } });
      expect(await platform.post(obo(forged))).toMatchObject({ code: 50013 });
    }
  });

  it('with a token that somebody else signed, or altered', async () => {
    const token = await userToken();
    const { claims } = platform.readToken(token);
    expect(await platform.post(obo(await platform.issuer.sign(claims)))).toMatchObject({ code: 50013 });
    const [head, body, signature] = token.split('.');
    const other = Buffer.from(JSON.stringify({ ...claims, oid: newGuid() })).toString('base64url');
    expect(await platform.post(obo(`${head}.${other}.${signature}`))).toMatchObject({ code: 50013 });
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await platform.post(obo(`${none}.${body}.`))).toMatchObject({ code: 50013 });
  });

  it('with an expired token', async () => {
    await consentToVault();
    const token = await userToken();
    platform.clock.freeze(platform.clock.now() + 2 * 3600_000);
    expect(await platform.post(obo(token))).toMatchObject({ code: 500133 });
  });

  it('with a token of the very second in which the sessions ended', async () => {
    await consentToVault();
    const token = await userToken();
    platform.clock.freeze(platform.clock.now() + 500);
    await platform.directory.users.revokeSignInSessions(platform.tenantId, user.id);
    expect(await platform.post(obo(token))).toMatchObject({ code: 50173 });
    platform.clock.freeze(platform.clock.now() + 1000);
    expect(await platform.post(obo(await userToken()))).toMatchObject({ status: 200 });
  });

  it('for a user who is gone, disabled, or signed out everywhere', async () => {
    await consentToVault();
    const { directory, tenantId, clock } = platform;
    const token = await userToken();
    clock.freeze(clock.now() + 2000);
    await directory.users.revokeSignInSessions(tenantId, user.id);
    expect(await platform.post(obo(token))).toMatchObject({ code: 50173 });
    const fresh = await userToken();
    await directory.users.update(tenantId, user.id, { accountEnabled: false });
    expect(await platform.post(obo(fresh))).toMatchObject({ code: 50057 });
    await directory.users.delete(tenantId, user.id);
    expect(await platform.post(obo(fresh))).toMatchObject({ code: 50034 });
  });

  it('without consent: none registered, registered but not given, given to another user, taken back', async () => {
    const token = await userToken();
    expect(await platform.post(obo(token))).toMatchObject({ code: 650057 });
    expect(await platform.post(obo(token, { scope: 'https://vault.azure.net/user_impersonation' }))).toMatchObject({ code: 65001 });
    const { directory, tenantId } = platform;
    const grant = await consentToVault();
    expect(await platform.post(obo(token))).toMatchObject({ status: 200 });
    await directory.permissionGrants.delete(tenantId, grant.id);
    expect(await platform.post(obo(token, { scope: 'https://vault.azure.net/user_impersonation' }))).toMatchObject({ code: 65001 });
    const bob = await platform.addUser('bob@contoso.example');
    await directory.permissionGrants.create({ ...grant, principalId: bob.id });
    expect(await platform.post(obo(token, { scope: 'https://vault.azure.net/user_impersonation' }))).toMatchObject({ code: 65001 });
  });
});

describe('on behalf of', () => {
  it("gives the user's token for the further API, in the name of the middle one", async () => {
    await consentToVault();
    const { status, body } = await platform.post(obo(await userToken()));
    expect(status).toBe(200);
    expect(platform.readToken(body['access_token']).claims).toMatchObject({
      aud: 'https://vault.azure.net',
      appid: api.appId,
      appidacr: '1',
      idtyp: 'user',
      oid: user.id,
      scp: 'user_impersonation',
      amr: ['pwd'],
    });
    expect(body['refresh_token']).toBeUndefined();
    expect(platform.audit.at(-1)).toMatchObject({ grant: 'on_behalf_of', principal: user.id, client: api.appId, outcome: 'granted' });
  });

  it('takes tokens of version 2, and gives a refresh token when asked', async () => {
    await consentToVault();
    await platform.directory.applications.update(platform.tenantId, api.application.id, { requestedAccessTokenVersion: 2 });
    const token = await userToken();
    expect(platform.readToken(token).claims).toMatchObject({ aud: api.appId, ver: '2.0' });
    const { status, body } = await platform.post(obo(token, { scope: `${vaultScope} offline_access` }));
    expect([status, typeof body['refresh_token']]).toEqual([200, 'string']);
  });
});
