import { beforeEach, describe, expect, it } from 'vitest';
import { createPlatform, type Platform } from '../testing/platform.ts';
import { arrived, authorizeUrl, createBrowser, type TestBrowser } from './testing/browser.ts';

const callback = 'https://app.example/cb';
let platform: Platform;
let browser: TestBrowser;
let appId: string;
beforeEach(async () => {
  platform = await createPlatform();
  await platform.addUser();
  await platform.addUser('bob@contoso.example');
  browser = createBrowser(platform);
  const redirectUris = { web: [callback], spa: [], publicClient: [] };
  ({ appId } = await platform.addApplication({ redirectUris, enableIdTokenIssuance: true }));
});
const asked = (over: Record<string, string> = {}) => ({
  client_id: appId,
  response_type: 'id_token',
  redirect_uri: callback,
  scope: 'openid',
  nonce: 'n',
  prompt: 'login',
  ...over,
});
/** Signs in and consents where that is asked. */
const signIn = async (username?: string) => {
  const page = await browser.signIn(await browser.get(authorizeUrl(platform.tenantId, asked())), username);
  return page.title === 'Permissions requested' ? browser.submit(page, { action: 'accept' }) : page;
};
const leave = (over: Record<string, string> = {}, path = 'v2.0/') =>
  browser.get(`/common/oauth2/${path}logout?${new URLSearchParams(over).toString()}`);
const stillSignedIn = async () =>
  (await browser.get(authorizeUrl(platform.tenantId, asked({ prompt: 'select_account' })))).forms[0]?.buttons.filter(
    ({ name }) => name === 'forget',
  ).length ?? 0;

describe('sign-out', () => {
  it.each(['v2.0/', ''])('ends the only session and stays on a page (%s)', async (path) => {
    await signIn();
    expect((await leave({}, path)).title).toBe('Signed out');
    expect(await stillSignedIn()).toBe(0);
    expect(platform.audit).toContainEqual(expect.objectContaining({ event: 'sign-in', step: 'sign-out', outcome: 'granted' }));
  });

  it('asks which of several accounts is meant', async () => {
    await signIn();
    await signIn('bob@contoso.example');
    const page = await leave();
    expect(page.title).toBe('Sign out');
    expect(await stillSignedIn()).toBe(2);
    await browser.submit(page, { forget: page.forms[0]!.buttons[0]!.value });
    expect(await stillSignedIn()).toBe(1);
    await signIn('bob@contoso.example');
    const again = await leave();
    if (again.title === 'Sign out') await browser.submit(again, { forget: 'all' });
    expect(await stillSignedIn()).toBe(0);
  });

  it('takes the account of the hint', async () => {
    const token = arrived(await signIn()).get('id_token')!;
    await signIn('bob@contoso.example');
    await leave({ id_token_hint: token });
    expect(await stillSignedIn()).toBe(1);
    await leave({ logout_hint: 'bob@contoso.example' });
    expect(await stillSignedIn()).toBe(0);
  });

  it('may be asked by a posted form, which comes without the cookie', async () => {
    await signIn();
    const sent = await browser.post('/common/oauth2/v2.0/logout', { client_id: appId, post_logout_redirect_uri: callback }, {});
    expect(sent.status).toBe(303);
    expect(await stillSignedIn()).toBe(1);
    expect((await browser.get(sent.headers['location']!)).headers['location']).toBe(callback);
    expect(await stillSignedIn()).toBe(0);
  });

  it('is not done by a form of another site, nor by one without a ticket', async () => {
    await signIn();
    await signIn('bob@contoso.example');
    expect((await browser.post('/common/oauth2/logout/confirm', { forget: 'all' })).status).toBe(400);
    expect(await stillSignedIn()).toBe(2);
  });
});

describe('after the sign-out', () => {
  it.each<[string, Record<string, string>]>([
    ['an address alone', { post_logout_redirect_uri: callback }],
    ['an unregistered address', { post_logout_redirect_uri: 'https://evil.example', client_id: 'APP' }],
    ['a longer address', { post_logout_redirect_uri: `${callback}/more`, client_id: 'APP' }],
    ['an address with a query', { post_logout_redirect_uri: `${callback}?next=https://evil.example`, client_id: 'APP' }],
    ['an address without scheme', { post_logout_redirect_uri: '//app.example/cb', client_id: 'APP' }],
    ['script', { post_logout_redirect_uri: 'javascript:alert(1)', client_id: 'APP' }],
    ['an unknown client', { post_logout_redirect_uri: callback, client_id: '00000000-0000-4000-8000-000000000000' }],
    ['a hint that nobody signed', { post_logout_redirect_uri: callback, id_token_hint: 'FORGED' }],
  ])('%s leads nowhere', async (_what, over) => {
    const token = arrived(await signIn()).get('id_token')!;
    const forged = `${token.split('.').slice(0, 2).join('.')}.${'A'.repeat(342)}`;
    const texts = Object.entries(over).map(([name, value]): [string, string] => [
      name,
      value === 'APP' ? appId : value === 'FORGED' ? forged : value,
    ]);
    const page = await leave(Object.fromEntries(texts));
    expect(page).toMatchObject({ status: 200, location: undefined, title: 'Signed out' });
  });

  it('the browser goes to a registered address, with the state', async () => {
    const token = arrived(await signIn()).get('id_token')!;
    const sent = await leave({ post_logout_redirect_uri: callback, id_token_hint: token, state: 'x&y' });
    expect(sent.headers['location']).toBe(`${callback}?state=x%26y`);
    expect((await leave({ post_logout_redirect_uri: callback, client_id: appId })).headers['location']).toBe(callback);
  });
});
