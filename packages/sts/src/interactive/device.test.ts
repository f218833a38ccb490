import { beforeEach, describe, expect, it } from 'vitest';
import { armScope, azureCli, createPlatform, formOf, exchangeOf, type Platform } from '../testing/platform.ts';
import { createDeviceCodes } from '../sessions/device-codes.ts';
import { createGuessLimit } from '../sessions/guessing.ts';
import { createBrowser, type Shown, type TestBrowser } from './testing/browser.ts';
import { interactiveLimits } from './wire.ts';

let platform: Platform;
let browser: TestBrowser;
beforeEach(async () => {
  platform = await createPlatform();
  await platform.addUser();
  browser = createBrowser(platform);
});

const scope = `${armScope} offline_access openid profile`;
const start = (over: Record<string, string | undefined> = {}, { tenant = 'organizations', path = 'v2.0/' } = {}) =>
  platform.ask(
    exchangeOf('POST', `/${tenant}/oauth2/${path}devicecode`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(formOf({ client_id: azureCli, scope, ...over })),
    }),
  );
const poll = (device: unknown, over: Record<string, string | undefined> = {}, tenant = 'organizations') =>
  platform.post(
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: azureCli,
      device_code: String(device),
      code: String(device),
      client_info: '1',
      ...over,
    },
    { tenant },
  );
const enter = async (code: unknown, own = browser): Promise<Shown> =>
  own.submit(await own.get('/common/oauth2/deviceauth'), { otc: String(code) });

describe('the device code flow', () => {
  it('gives codes, waits for the user, and signs the device in once', async () => {
    const { status, body } = await start();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      expires_in: 900,
      interval: 5,
      verification_uri: 'https://login.microsoftonline.com/common/oauth2/deviceauth',
    });
    expect(body['user_code']).toMatch(/^[CDFGHJKLMNPQRTVWX34679]{9}$/);
    expect(body['message']).toContain(body['user_code']);
    expect(await poll(body['device_code'])).toMatchObject({ status: 400, code: 70016, body: { error: 'authorization_pending' } });
    expect(await poll(body['device_code'])).toMatchObject({ status: 400, body: { error: 'slow_down' } });
    const page = await enter(` ${String(body['user_code']).toLowerCase().slice(0, 4)}-${String(body['user_code']).slice(4)} `);
    expect(page.text).toContain('Microsoft Azure CLI');
    const confirm = await browser.signIn(page);
    expect(confirm.title).toBe('Confirm the sign-in');
    expect(confirm.text).toContain('Are you trying to sign in to Microsoft Azure CLI as ada@contoso.example');
    expect((await browser.submit(confirm, { action: 'continue' })).title).toBe('Signed in');
    const answer = await poll(body['device_code']);
    expect(answer.status).toBe(200);
    expect(platform.readToken(answer.body['access_token']).claims).toMatchObject({ upn: 'ada@contoso.example', appid: azureCli });
    expect(String(answer.body['scope'])).toContain(armScope);
    expect(String(answer.body['refresh_token'])).toMatch(/^2\./);
    expect(await poll(body['device_code'])).toMatchObject({ code: 70018 });
    expect(JSON.stringify(platform.audit)).not.toContain(String(body['user_code']));
  });

  it('gives one of two polls at once the tokens', async () => {
    const { body } = await start();
    await browser.submit(await browser.signIn(await enter(body['user_code'])), { action: 'continue' });
    const answers = await Promise.all([poll(body['device_code']), poll(body['device_code'])]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400]);
  });

  it('tells the device that the user declined', async () => {
    const { body } = await start();
    const confirm = await browser.signIn(await enter(body['user_code']));
    expect((await browser.submit(confirm, { action: 'cancel' })).title).toBe('Sign-in cancelled');
    expect(await poll(body['device_code'])).toMatchObject({ status: 400, body: { error: 'authorization_declined' } });
    expect((await browser.submit(confirm, { action: 'continue' })).title).toBe('Code expired');
    expect((await poll(body['device_code'])).status).toBe(400);
  });

  it('asks who the user is also when the browser knows', async () => {
    const first = await start();
    await browser.submit(await browser.signIn(await enter(first.body['user_code'])), { action: 'continue' });
    const second = await start();
    expect((await enter(second.body['user_code'])).title).toBe('Pick an account');
  });

  it('ends after 15 minutes, for the user and for the device', async () => {
    const { body } = await start();
    const page = await enter(body['user_code']);
    platform.clock.freeze(platform.clock.now() + 900_000);
    expect(await poll(body['device_code'])).toMatchObject({ code: 70020, body: { error: 'expired_token' } });
    expect((await browser.signIn(page)).text).toContain('AADSTS70020');
    expect((await enter(body['user_code'])).text).toContain('did not work');
  });

  it('speaks version 1 with texts for numbers', async () => {
    const { body } = await start({ scope: undefined, resource: 'https://management.core.windows.net/' }, { path: '' });
    expect(body).toMatchObject({ expires_in: '900', interval: '5', verification_url: expect.stringContaining('/deviceauth') });
  });
});

describe('a device code is refused', () => {
  it.each<[string, (code: string) => Promise<{ code: number | undefined }>, number]>([
    ['that is none', () => poll('x'), 70018],
    ['that is altered', (code) => poll(`${code.slice(0, -1)}${code.endsWith('A') ? 'B' : 'A'}`), 70018],
    ['of another client', (code) => poll(code, { client_id: '1950a258-227b-4e31-a9cf-717495945fc2' }), 70018],
    ['with no client', (code) => poll(code, { client_id: undefined }), 900144],
  ])('%s', async (_what, send, code) => {
    const { body } = await start();
    expect(await send(String(body['device_code']))).toMatchObject({ code });
  });

  it('at another tenant than it was asked for', async () => {
    const { directory, tenantId } = platform;
    const other = await directory.tenants.create({ displayName: 'Fabrikam', domains: ['fabrikam.example'] });
    const { body } = await start({}, { tenant: tenantId });
    expect(await poll(body['device_code'], {}, other.id)).toMatchObject({ code: 70018 });
    expect((await enter(body['user_code'])).text).toContain('Contoso');
  });

  it('when the user was disabled after he approved', async () => {
    const { directory, tenantId } = platform;
    const { body } = await start();
    await browser.submit(await browser.signIn(await enter(body['user_code'])), { action: 'continue' });
    const user = directory.users.byPrincipalName(tenantId, 'ada@contoso.example')!;
    await directory.users.update(tenantId, user.id, { accountEnabled: false });
    expect(await poll(body['device_code'])).toMatchObject({ code: 50057 });
  });

  it.each<[string, Record<string, string | undefined>, string, number]>([
    ['for no client', { client_id: undefined }, 'organizations', 900144],
    ['for no scope', { scope: undefined }, 'organizations', 900144],
    ['for an unknown client', { client_id: '00000000-0000-4000-8000-000000000000' }, 'organizations', 700016],
    ['for two resources', { scope: `${armScope} https://vault.azure.net/.default` }, 'organizations', 28000],
    ['for consumers', {}, 'consumers', 9002332],
  ])('before it is given %s', async (_what, over, tenant, code) => {
    expect(await start(over, { tenant })).toMatchObject({ code });
  });

  it('before it is given to a client that must show a credential', async () => {
    const { appId } = await platform.addApplication();
    expect(await start({ client_id: appId }, { tenant: platform.tenantId })).toMatchObject({ code: 7000218 });
  });
});

describe('guessing a user code', () => {
  it('is stopped for one browser after five wrong ones', async () => {
    const { body } = await start();
    for (let attempt = 0; attempt < interactiveLimits.guessesPerBrowser; attempt += 1) {
      expect((await enter('CCCCCCCCC')).text).toContain('did not work');
    }
    expect(await enter(body['user_code'])).toMatchObject({ status: 429 });
    expect((await enter(body['user_code'], createBrowser(platform))).title).toBe('Sign in');
  });

  it('is stopped for all after a hundred, for a minute', () => {
    let now = 0;
    const limit = createGuessLimit(() => now);
    for (let index = 0; index < interactiveLimits.guesses; index += 1) limit.take(`browser ${index}`);
    expect(limit.take('another')).toBe(false);
    now = 60_000;
    expect(limit.take('another')).toBe(true);
  });

  it('does not help by form: the code page needs its own ticket', async () => {
    const { body } = await start();
    expect((await browser.post('/common/oauth2/deviceauth', { otc: String(body['user_code']) })).status).toBe(400);
    expect((await browser.post('/common/oauth2/deviceauth/confirm', { action: 'continue' })).status).toBe(400);
  });
});

it('codes are stored as digests and bounded in number; dead ones make room', async () => {
  const { store, clock } = platform;
  const devices = createDeviceCodes({ store, clock, monotonic: () => 0, most: 60 });
  const ask = { clientId: azureCli, scope, version: 2 as const, tenantId: platform.tenantId };
  const first = (await devices.issue(ask))!;
  const stored = [...(await store.list('sts/device-codes')).items, ...(await store.list('sts/device-user-codes')).items];
  const text = stored.map(({ key, value }) => key + Buffer.from(value).toString()).join('');
  expect(text).not.toContain(first.userCode);
  expect(text).not.toContain(first.deviceCode.split('.')[3]);
  for (let count = 1; count < 60; count += 1) await devices.issue(ask);
  expect(await devices.issue(ask)).toBeUndefined();
  expect(await devices.issue({ clientId: azureCli, scope, version: 2 })).toBeDefined();
  clock.freeze(clock.now() + 1_200_000);
  expect(await devices.issue(ask)).toBeDefined();
});

it('a device that polls too early waits longer and longer', () => {
  let now = 0;
  const devices = createDeviceCodes({ store: platform.store, clock: platform.clock, monotonic: () => now });
  expect(devices.mayPoll('a')).toBe(true);
  now += 4000;
  expect(devices.mayPoll('a')).toBe(false);
  now += 5000;
  expect(devices.mayPoll('a')).toBe(false);
  now += 15_000;
  expect(devices.mayPoll('a')).toBe(true);
  expect(devices.mayPoll('b')).toBe(true);
});
