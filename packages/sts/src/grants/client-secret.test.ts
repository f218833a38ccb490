import { beforeEach, describe, expect, it } from 'vitest';
import { createPlatform, vaultScope, type Platform } from '../testing/platform.ts';

let platform: Platform;
let appId: string;
let secret: string;
beforeEach(async () => {
  platform = await createPlatform();
  const { directory, tenantId } = platform;
  appId = (await directory.applications.create({ tenantId, displayName: 'app' })).application.appId;
  secret = (await directory.applications.addSecret(tenantId, appId, { days: 30 })).secretText;
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

describe('a client secret', () => {
  it.each<[string, () => Record<string, string | undefined>, number]>([
    ['that is wrong', () => ({ client_secret: 'wrong' }), 7000215],
    ['that only begins right', () => ({ client_secret: secret.slice(0, -1) }), 7000215],
    ['that goes on too long', () => ({ client_secret: `${secret}x` }), 7000215],
    ['that is empty', () => ({ client_secret: '' }), 7000218],
    ['of a managed identity, which has none', () => ({ client_id: platform.identity.appId }), 7000215],
    ['of a public client, which has none', () => ({ client_id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46' }), 700016],
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
    clock.freeze(clock.now() + 30 * 86_400_000);
    expect(await post(request())).toMatchObject({ code: 7000222, status: 401 });
  });

  it('in body or header gives an hour of access', async () => {
    const { post, readToken, directory, tenantId } = platform;
    const principal = directory.servicePrincipals.byAppId(tenantId, appId)!;
    const { body, status } = await post(request());
    expect(status).toBe(200);
    expect(body).toMatchObject({ expires_in: 3599, ext_expires_in: 3599, token_type: 'Bearer' });
    const { claims } = readToken(body['access_token']);
    expect(claims).toMatchObject({ appid: appId, appidacr: '1', idtyp: 'app', oid: principal.id, sub: principal.id });
    expect(claims['xms_mirid']).toBeUndefined();
    expect(await post(request({ client_id: undefined, client_secret: undefined }), { headers: basic(appId, secret) })).toMatchObject({
      status: 200,
    });
  });

  it('sent in two ways at once, or in a malformed header, is refused', async () => {
    const { post } = platform;
    expect(await post(request(), { headers: basic(appId, secret) })).toMatchObject({ code: 9002313 });
    expect(await post(request({ client_id: 'other', client_secret: undefined }), { headers: basic(appId, secret) })).toMatchObject({
      code: 9002313,
    });
    expect(await post(request({ client_secret: undefined }), { headers: { authorization: 'Basic Zm9v' } })).toMatchObject({
      code: 9002313,
    });
    expect(
      await post(request({ client_secret: undefined }), { headers: { authorization: `Basic ${Buffer.from('%:x').toString('base64')}` } }),
    ).toMatchObject({ code: 9002313 });
  });

  it('of an application that has several', async () => {
    const { directory, tenantId, post } = platform;
    await directory.applications.addSecret(tenantId, appId, { secret: 'second secret' });
    expect(await post(request({ client_secret: 'second secret' }))).toMatchObject({ status: 200 });
    expect(await post(request())).toMatchObject({ status: 200 });
  });
});
