import { collection } from '@podpass/store';
import { beforeEach, describe, expect, it } from 'vitest';
import { armScope, azureCli, createPlatform, passwordForm, signInScope, type Platform } from '../testing/platform.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await createPlatform();
  await platform.addUser();
});
const guid = '00000000-0000-4000-8000-000000000000';
const refresh = (token: unknown, over: Record<string, string | undefined> = {}) => ({
  grant_type: 'refresh_token',
  client_id: azureCli,
  refresh_token: String(token),
  scope: signInScope,
  client_info: '1',
  ...over,
});
const claimsOf = (token: unknown) => platform.readToken(token).claims;

describe('refresh tokens', () => {
  const signIn = async () => (await platform.post(passwordForm())).body['refresh_token'];

  it.each([
    ['none', undefined, 900144],
    ['nonsense', 'nonsense', 70000],
    ['the form of before rotation', `1.${'a'.repeat(43)}.${guid}.${guid}`, 70000],
    ['the right form', `2.${guid}.${guid}.${guid}.${'a'.repeat(43)}`, 70000],
  ])('%s is refused', async (_what, token, code) => {
    expect(await platform.post({ ...refresh(''), refresh_token: token })).toMatchObject({ code });
  });

  it('that were altered take their session with them: whoever knows the family held a token of it', async () => {
    const { post } = platform;
    const token = String(await signIn());
    const parts = token.split('.');
    expect(await post(refresh([...parts.slice(0, 3), guid, parts[4]].join('.')))).toMatchObject({ code: 70000 });
    expect(await post(refresh([...parts.slice(0, 2), guid, ...parts.slice(3)].join('.')))).toMatchObject({ code: 70000 });
    expect(await post(refresh([...parts.slice(0, 4), 'b'.repeat(43)].join('.')))).toMatchObject({ code: 70000 });
    expect(await post(refresh(token))).toMatchObject({ code: 50173 });
  });

  it('used by another client, or at another tenant, are refused', async () => {
    const { post, directory, addApplication } = platform;
    const token = String(await signIn());
    const other = await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
    expect(await post(refresh(token), { tenant: other.id })).toMatchObject({ code: 50020 });
    expect(await post(refresh(token, { client_id: guid }))).toMatchObject({ code: 700016 });
    const { appId, secret } = await addApplication();
    expect(await post(refresh(token, { client_id: appId, client_secret: secret }))).toMatchObject({ code: 70000 });
    expect(await post(refresh(token, { client_secret: 'x' }))).toMatchObject({ code: 700025 });
    expect(await post(refresh(token))).toMatchObject({ status: 200 });
  });

  it('serve any resource and any client of the family, each once', async () => {
    const { post } = platform;
    const token = await signIn();
    const vault = await post(refresh(token, { scope: 'https://vault.azure.net/.default' }), { tenant: 'organizations' });
    expect(claimsOf(vault.body['access_token'])).toMatchObject({ aud: 'https://vault.azure.net', upn: 'ada@contoso.example' });
    const powerShell = await post(refresh(vault.body['refresh_token'], { client_id: '1950a258-227b-4e31-a9cf-717495945fc2' }));
    expect(claimsOf(powerShell.body['access_token'])).toMatchObject({ appid: '1950a258-227b-4e31-a9cf-717495945fc2' });
    expect((await post(refresh(powerShell.body['refresh_token'], { scope: undefined }))).body['scope']).toContain(armScope);
    const again = await post(refresh(token));
    expect(again).toMatchObject({ code: 70000 });
    expect(again.text).toContain('programs that run at once may share one token');
  });

  it('die after 90 days without use', async () => {
    const { post, clock } = platform;
    const day = 86_400_000;
    clock.freeze(clock.now() + 89 * day);
    const next = await post(refresh(await signIn()));
    expect(next).toMatchObject({ status: 200 });
    clock.freeze(clock.now() + 89 * day);
    const last = await post(refresh(next.body['refresh_token']));
    expect(last).toMatchObject({ status: 200 });
    clock.freeze(clock.now() + 90 * day);
    expect(await post(refresh(last.body['refresh_token']))).toMatchObject({ code: 700082 });
  });

  it('die when they are revoked, and are stored as hashes only', async () => {
    const { post, service, tenantId, directory, store } = platform;
    const token = String(await signIn());
    const { items } = await store.list('sts/refresh-tokens');
    expect(items).toHaveLength(1);
    expect(items[0]!.key + Buffer.from(items[0]!.value).toString()).not.toContain(token.split('.')[4]);
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
});
