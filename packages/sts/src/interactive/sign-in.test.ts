import { beforeEach, describe, expect, it } from 'vitest';
import { armScope, azureCli, createPlatform, password, type Platform } from '../testing/platform.ts';
import { arrived, authorizeUrl, createBrowser, pkcePair, type TestBrowser } from './testing/browser.ts';

let platform: Platform;
let browser: TestBrowser;
let pkce: ReturnType<typeof pkcePair>;
beforeEach(async () => {
  platform = await createPlatform();
  await platform.addUser();
  browser = createBrowser(platform);
  pkce = pkcePair();
});

const scope = `${armScope} offline_access openid profile`;
const cli = (over: Record<string, string | undefined> = {}) => ({
  client_id: azureCli,
  response_type: 'code',
  redirect_uri: 'http://localhost:49152',
  scope,
  state: 'a state',
  response_mode: 'form_post',
  code_challenge: pkce.challenge,
  code_challenge_method: 'S256',
  nonce: 'a nonce',
  client_info: '1',
  prompt: 'select_account',
  ...over,
});
const open = (over: Record<string, string | undefined> = {}, tenant = 'organizations') => browser.get(authorizeUrl(tenant, cli(over)));
const redeem = (code: string | null, over: Record<string, string | undefined> = {}, at: Parameters<Platform['post']>[1] = {}) =>
  platform.post(
    {
      grant_type: 'authorization_code',
      client_id: azureCli,
      code: code ?? '',
      redirect_uri: 'http://localhost:49152',
      code_verifier: pkce.verifier,
      scope,
      client_info: '1',
      ...over,
    },
    at,
  );

describe('az login in a browser', () => {
  it('ends with tokens for the user who showed the password', async () => {
    const page = await open();
    expect(page).toMatchObject({ status: 200, title: 'Sign in' });
    expect(page.text).toContain('Podpass');
    expect(page.text).toContain('Microsoft Azure CLI');
    const sent = await browser.signIn(page);
    expect(sent.forms[0]).toMatchObject({ action: 'http://localhost:49152', fields: { state: 'a state' } });
    expect(sent.html).toContain('<noscript>');
    expect(sent.headers['content-security-policy']).toMatch(/script-src 'nonce-[^']+'; form-action 'self' http:\/\/localhost:49152;/);
    const parameters = arrived(sent);
    expect(JSON.parse(Buffer.from(String(parameters.get('client_info')), 'base64url').toString())).toMatchObject({
      utid: platform.tenantId,
    });
    const { status, body } = await redeem(parameters.get('code'));
    expect(status).toBe(200);
    expect(platform.readToken(body['access_token']).claims).toMatchObject({
      upn: 'ada@contoso.example',
      appid: azureCli,
      tid: platform.tenantId,
    });
    expect(platform.readToken(body['id_token']).claims).toMatchObject({ nonce: 'a nonce', aud: azureCli });
    expect(body['foci']).toBe('1');
    expect(String(body['refresh_token'])).toMatch(/^2\./);
  });

  it.each([
    ['a wrong password', 'ada@contoso.example', 'wrong', 'AADSTS50126'],
    ['an unknown user', 'eve@contoso.example', password, 'AADSTS50034'],
    ['a user of no tenant', 'ada@nowhere.example', password, 'AADSTS50034'],
  ])('asks again after %s, in the same words', async (_what, username, secret, reason) => {
    const again = await browser.signIn(await open(), username, secret);
    expect(again).toMatchObject({ status: 200, title: 'Sign in' });
    expect(again.text).toContain('Your user name or password is incorrect.');
    expect(again.forms[0]?.fields['username']).toBe(username);
    expect(again.html).not.toContain(secret === password ? password : '>wrong<');
    expect(platform.audit.at(-1)).toMatchObject({ event: 'sign-in', step: 'password', outcome: 'refused', reason });
    expect(JSON.stringify(platform.audit)).not.toContain(secret);
    const sent = await browser.signIn(again);
    expect(arrived(sent).get('code')).toBeTruthy();
  });

  it('locks an account after ten wrong passwords, right ones included', async () => {
    let page = await open();
    for (let attempt = 0; attempt < 10; attempt += 1) page = await browser.signIn(page, undefined, 'wrong');
    page = await browser.signIn(page);
    expect(page.text).toContain('temporarily locked');
  });

  it('at another tenant of the same service signs nobody in', async () => {
    const other = await platform.directory.tenants.create({ displayName: 'Fabrikam', domains: ['fabrikam.example'] });
    const page = await open({}, other.id);
    expect(page.text).toContain('Fabrikam');
    expect((await browser.signIn(page)).title).toBe('Sign in');
  });
});

describe('single sign-on', () => {
  const signedIn = async () => browser.signIn(await open());

  it('needs no second password, and a picker when the application wants one', async () => {
    await signedIn();
    expect(arrived(await open({ prompt: undefined })).get('code')).toBeTruthy();
    const picker = await open();
    expect(picker.title).toBe('Pick an account');
    const [mine] = picker.forms[0]!.buttons;
    expect(mine!.label).toContain('ada@contoso.example');
    expect(arrived(await browser.submit(picker, { pick: mine!.value })).get('code')).toBeTruthy();
    expect((await browser.submit(picker, { pick: 'other' })).title).toBe('Sign in');
    expect((await browser.submit(picker, { pick: platform.identity.id })).status).toBe(400);
  });

  it('with prompt=login asks for the password again', async () => {
    await signedIn();
    expect((await open({ prompt: 'login' })).title).toBe('Sign in');
  });

  it('with prompt=none answers without a page', async () => {
    const silent = { prompt: 'none', response_mode: 'query' };
    const nobody = await open(silent);
    expect(nobody.status).toBe(302);
    expect(arrived(nobody).get('error')).toBe('login_required');
    expect(arrived(nobody).get('error_description')).toContain('AADSTS50058');
    expect(arrived(nobody).get('state')).toBe('a state');
    await signedIn();
    expect(arrived(await open(silent)).get('code')).toBeTruthy();
    expect(arrived(await open({ ...silent, login_hint: 'bob@contoso.example' })).get('error')).toBe('login_required');
    await platform.addUser('bob@contoso.example');
    await browser.signIn(await open({ prompt: 'login' }), 'bob@contoso.example');
    expect(arrived(await open(silent)).get('error_description')).toContain('AADSTS16000');
    expect(arrived(await open({ ...silent, login_hint: 'ADA@contoso.example' })).get('code')).toBeTruthy();
  });

  it.each<[string, (userId: string) => Promise<unknown>]>([
    ['a disabled account', (id) => platform.directory.users.update(platform.tenantId, id, { accountEnabled: false })],
    ['another password', (id) => platform.directory.users.setPassword(platform.tenantId, id, 'Another long password 1')],
    ['a deleted user', (id) => platform.directory.users.delete(platform.tenantId, id)],
    [
      'revoked sessions',
      (id) => {
        platform.clock.freeze(platform.clock.now() + 1000);
        return platform.directory.users.revokeSignInSessions(platform.tenantId, id);
      },
    ],
    ['24 hours', async () => platform.clock.freeze(platform.clock.now() + 86_400_000)],
  ])('ends with %s', async (_what, change) => {
    await signedIn();
    const user = platform.directory.users.byPrincipalName(platform.tenantId, 'ada@contoso.example')!;
    await change(user.id);
    expect((await open({ prompt: undefined })).title).toBe('Sign in');
  });

  it('survives a restart of the service: nothing of it is in memory', async () => {
    await signedIn();
    const { items } = await platform.store.list('sts/browser-sessions');
    expect(items).toHaveLength(1);
    const secret = browser.cookie!.split('=')[1]!;
    expect(items[0]!.key + Buffer.from(items[0]!.value).toString()).not.toContain(secret.split('.')[1]);
  });

  it('holds at most ten accounts', async () => {
    for (let index = 0; index < 11; index += 1) {
      await platform.addUser(`user${index}@contoso.example`);
      await browser.signIn(await open({ prompt: 'login' }), `user${index}@contoso.example`);
    }
    expect((await open()).forms[0]!.buttons.filter(({ name }) => name === 'forget')).toHaveLength(10);
  }, 30_000);

  it('can be ended for one account in the picker', async () => {
    await signedIn();
    const picker = await open();
    const left = await browser.submit(picker, { forget: picker.forms[0]!.buttons[0]!.value });
    expect(left.title).toBe('Sign in');
    expect((await open({ prompt: undefined })).title).toBe('Sign in');
  });
});

describe('a password that must be changed', () => {
  const next = 'A brand new password 2';
  const change = (old: string, wanted: string, confirm = wanted) => ({ old, new: wanted, confirm });

  it('is changed before the sign-in goes on', async () => {
    const { directory, tenantId } = platform;
    const user = directory.users.byPrincipalName(tenantId, 'ada@contoso.example')!;
    await directory.users.update(tenantId, user.id, { forceChangePasswordNextSignIn: true });
    const page = await browser.signIn(await open());
    expect(page.title).toBe('Update your password');
    // The page before proves nothing: without the old password nothing changes.
    expect((await browser.submit(page, change('wrong', next))).text).toContain('current password is incorrect');
    expect((await browser.submit(page, change(password, next, `${next}x`))).text).toContain('do not match');
    expect((await browser.submit(page, change(password, password))).text).toContain('must differ');
    expect((await browser.submit(page, change(password, 'short'))).title).toBe('Update your password');
    expect((await open({ prompt: undefined })).title).toBe('Sign in');
    const sent = await browser.submit(page, change(password, next));
    expect(arrived(sent).get('code')).toBeTruthy();
    expect((await redeem(arrived(sent).get('code'))).status).toBe(200);
    expect(directory.users.byId(tenantId, user.id)!.forceChangePasswordNextSignIn).toBe(false);
    expect(JSON.stringify(platform.audit)).not.toContain(next);
  });
});

describe('an authorization code is refused', () => {
  const code = async (over: Record<string, string | undefined> = {}) => arrived(await browser.signIn(await open(over))).get('code');

  it.each<[string, Record<string, string | undefined>, number]>([
    ['without a verifier', { code_verifier: undefined }, 501481],
    ['with another verifier', { code_verifier: 'a'.repeat(43) }, 501481],
    ['with the challenge as verifier', { code_verifier: '' }, 501481],
    ['with another redirect URI', { redirect_uri: 'http://localhost:49153' }, 500112],
    ['with a slash more', { redirect_uri: 'http://localhost:49152/' }, 500112],
    ['from another client', { client_id: '1950a258-227b-4e31-a9cf-717495945fc2' }, 70000],
    ['with a secret of a public client', { client_secret: 'x' }, 700025],
    ['that was never issued', { code: `1.${'0'.repeat(10)}.${'a'.repeat(43)}` }, 70000],
    ['that is none', { code: 'x' }, 70000],
  ])('%s', async (what, over, expected) => {
    const issued = await code();
    const exact = what.includes('challenge as verifier') ? { code_verifier: pkce.challenge } : over;
    expect(await redeem(issued, exact)).toMatchObject({ code: expected });
  });

  it('by a script of a page, when it is no single page application', async () => {
    expect(await redeem(await code(), {}, { headers: { origin: 'https://app.example' } })).toMatchObject({ code: 9002326 });
  });

  it('at another tenant', async () => {
    const other = await platform.directory.tenants.create({ displayName: 'Fabrikam', domains: ['fabrikam.example'] });
    expect(await redeem(await code(), {}, { tenant: other.id })).toMatchObject({ code: 700005 });
  });

  it('after ten minutes', async () => {
    const issued = await code();
    platform.clock.freeze(platform.clock.now() + 600_000);
    expect(await redeem(issued)).toMatchObject({ code: 70008 });
  });

  it('when the password changed meanwhile', async () => {
    const issued = await code();
    const { directory, tenantId } = platform;
    const user = directory.users.byPrincipalName(tenantId, 'ada@contoso.example')!;
    await directory.users.setPassword(tenantId, user.id, 'Another long password 1');
    expect(await redeem(issued)).toMatchObject({ code: 50173 });
  });

  it('after a failed attempt: it is used up whatever came of it', async () => {
    const issued = await code();
    await redeem(issued, { code_verifier: 'a'.repeat(43) });
    expect(await redeem(issued)).toMatchObject({ code: 54005 });
  });

  it('the second time, and what came of the first is revoked', async () => {
    const issued = await code();
    const first = await redeem(issued);
    expect(first.status).toBe(200);
    expect(await redeem(issued)).toMatchObject({ code: 54005 });
    const refresh = { grant_type: 'refresh_token', client_id: azureCli, refresh_token: String(first.body['refresh_token']), scope };
    expect(await platform.post(refresh)).toMatchObject({ code: 50173 });
  });

  it('to all but one of many at once, and the one gets no lasting session', async () => {
    const issued = await code();
    const answers = await Promise.all(Array.from({ length: 5 }, () => redeem(issued)));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    for (const { body, status } of answers) {
      if (status !== 200) continue;
      const refresh = { grant_type: 'refresh_token', client_id: azureCli, refresh_token: String(body['refresh_token']), scope };
      expect(await platform.post(refresh)).toMatchObject({ code: 50173 });
    }
  });

  it('and is stored as a digest', async () => {
    const issued = await code();
    const { items } = await platform.store.list('sts/authorization-codes');
    expect(items.map(({ key, value }) => key + Buffer.from(value).toString()).join('')).not.toContain(String(issued).split('.')[2]);
  });
});
