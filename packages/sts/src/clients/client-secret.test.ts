import { beforeEach, describe, expect, it } from 'vitest';
import { azureCli, createPlatform, vaultScope, type Platform } from '../testing/platform.ts';

let platform: Platform;
let app: Awaited<ReturnType<Platform['addApplication']>>;
let appId: string;
let secret: string;
beforeEach(async () => {
  platform = await createPlatform();
  app = await platform.addApplication();
  ({ appId, secret } = app);
});
const request = (over: Record<string, string | undefined> = {}) => ({
  grant_type: 'client_credentials',
  client_id: appId,
  client_secret: secret,
  scope: vaultScope,
  ...over,
});
const basic = (id: string, text: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(text)}`).toString('base64')}`,
});
const onPrincipal = () => ({ tenantId: platform.tenantId, kind: 'servicePrincipal', id: app.principal.id }) as const;

describe('a client secret', () => {
  it.each<[string, () => Record<string, string | undefined>, number]>([
    ['that is wrong', () => ({ client_secret: 'wrong' }), 7000215],
    ['that only begins right', () => ({ client_secret: secret.slice(0, -1) }), 7000215],
    ['that goes on too long', () => ({ client_secret: `${secret}x` }), 7000215],
    ['that is empty', () => ({ client_secret: '' }), 7000218],
    ['of a managed identity, which has none', () => ({ client_id: platform.identity.appId }), 7000215],
    ['of a public client, which has none', () => ({ client_id: azureCli }), 700025],
    ['beside an assertion', () => ({ client_assertion: 'a.b.c' }), 9002313],
    ['beside an assertion type', () => ({ client_assertion_type: 'x' }), 9002313],
  ])('%s', async (_what, over, code) => {
    // Once before and once after a right one: what is remembered of it must not let a wrong one pass.
    expect(await platform.post(request(over()))).toMatchObject({ code });
    await platform.post(request());
    expect(await platform.post(request(over()))).toMatchObject({ code });
    expect(JSON.stringify(platform.audit)).not.toContain(secret);
  });

  it('that has expired is told from a wrong one, also when it was used before', async () => {
    const { clock, post } = platform;
    expect(await post(request())).toMatchObject({ status: 200 });
    clock.freeze(clock.now() + 3 * 366 * 86_400_000);
    expect(await post(request())).toMatchObject({ code: 7000222, status: 401 });
  });

  it('in body or header gives an hour of access', async () => {
    const { post, readToken } = platform;
    const { body, status } = await post(request());
    expect(status).toBe(200);
    expect(body).toMatchObject({ expires_in: 3599, ext_expires_in: 3599, token_type: 'Bearer' });
    const { claims } = readToken(body['access_token']);
    expect(claims).toMatchObject({ appid: appId, appidacr: '1', idtyp: 'app', oid: app.principal.id, sub: app.principal.id });
    expect(claims['xms_mirid']).toBeUndefined();
    const byHeader = await post(request({ client_id: undefined, client_secret: undefined }), { headers: basic(appId, secret) });
    expect(byHeader).toMatchObject({ status: 200 });
    expect(platform.audit.at(-1)).toMatchObject({ grant: 'secret', client: appId, principal: app.principal.id, outcome: 'granted' });
  });

  it.each<[string, () => Record<string, string | undefined>, () => Record<string, string>]>([
    ['in two ways at once', () => ({}), () => basic(appId, secret)],
    ['for two clients', () => ({ client_id: 'other', client_secret: undefined }), () => basic(appId, secret)],
    ['in a header without a colon', () => ({ client_secret: undefined }), () => ({ authorization: 'Basic Zm9v' })],
    [
      'in a header with a broken escape',
      () => ({ client_secret: undefined }),
      () => ({ authorization: `Basic ${Buffer.from('%:x').toString('base64')}` }),
    ],
    ['in the header, beside an assertion', () => ({ client_secret: undefined, client_assertion: 'a.b.c' }), () => basic(appId, secret)],
  ])('sent %s is refused', async (_what, over, headers) => {
    expect(await platform.post(request(over()), { headers: headers() })).toMatchObject({ code: 9002313 });
  });

  it('of an application that has several', async () => {
    const { directory, tenantId, post } = platform;
    await directory.applications.addSecret(tenantId, appId, { secret: 'second secret of the app' });
    expect(await post(request({ client_secret: 'second secret of the app' }))).toMatchObject({ status: 200 });
    expect(await post(request())).toMatchObject({ status: 200 });
  });

  it('of the service principal counts as well, until it is removed', async () => {
    const { directory, post } = platform;
    const { keyId, secretText } = await directory.credentials.addSecret(onPrincipal());
    expect(await post(request({ client_secret: secretText }))).toMatchObject({ status: 200 });
    await directory.credentials.removeSecret(onPrincipal(), keyId);
    expect(await post(request({ client_secret: secretText }))).toMatchObject({ code: 7000215 });
  });

  it('of a service principal is worth nothing for another application or tenant', async () => {
    const { directory, post } = platform;
    const { secretText } = await directory.credentials.addSecret(onPrincipal());
    const other = await platform.addApplication();
    expect(await post(request({ client_id: other.appId, client_secret: secretText }))).toMatchObject({ code: 7000215 });
    const tenant = await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
    expect(await post(request({ client_secret: secretText }), { tenant: tenant.id })).toMatchObject({ code: 700016 });
  });

  it('that is removed while it is being checked counts no more', async () => {
    const { directory, post } = platform;
    const { keyId, secretText } = await directory.credentials.addSecret(onPrincipal());
    const answer = post(request({ client_secret: secretText }));
    await directory.credentials.removeSecret(onPrincipal(), keyId);
    expect(await answer).toMatchObject({ code: 7000215 });
  });

  it('of a disabled or deleted application is refused', async () => {
    const { directory, tenantId, post } = platform;
    await directory.servicePrincipals.update(tenantId, app.principal.id, { accountEnabled: false });
    expect(await post(request())).toMatchObject({ code: 7000112 });
    await directory.applications.delete(tenantId, app.application.id);
    expect(await post(request())).toMatchObject({ code: 700016 });
  });
});

describe('an application of another tenant', () => {
  it.each(['AzureADMyOrg', 'AzureADMultipleOrgs'] as const)(
    '%s: its secret works where it has a service principal',
    async (signInAudience) => {
      const { directory, post } = platform;
      const multi = await platform.addApplication({ signInAudience: 'AzureADMultipleOrgs' });
      const tenant = await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
      const ask = () => post(request({ client_id: multi.appId, client_secret: multi.secret }), { tenant: tenant.id });
      expect(await ask()).toMatchObject({ code: 700016 });
      const principal = await directory.servicePrincipals.create(tenant.id, multi.appId);
      const granted = await ask();
      expect(platform.readToken(granted.body['access_token']).claims).toMatchObject({ oid: principal.id, tid: tenant.id });
      await directory.applications.update(platform.tenantId, multi.application.id, { signInAudience });
      expect((await ask()).status).toBe(signInAudience === 'AzureADMyOrg' ? 400 : 200);
    },
  );
});
