import { beforeEach, describe, expect, it } from 'vitest';
import { createBrowser } from '../interactive/testing/browser.ts';
import { interactiveLimits } from '../interactive/wire.ts';
import { createLoginNames } from '../login-names.ts';
import { createBrowserSessions } from '../sessions/browser-sessions.ts';
import { armScope, azureCli, createPlatform, password, type Platform } from '../testing/platform.ts';
import { lockout } from '../wire.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await createPlatform();
});

const ropc = (username: string, secret: string, tenant = platform.tenantId) =>
  platform.post({ grant_type: 'password', client_id: azureCli, username, password: secret, scope: armScope }, { tenant });

describe('limits on guesses hold', () => {
  it('for user codes that are tried all at once', async () => {
    const browser = createBrowser(platform);
    const page = await browser.get('/common/oauth2/deviceauth');
    const tries = Array.from({ length: 20 }, () => browser.submit(page, { otc: 'CCCCCCCCC' }));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(interactiveLimits.guessesPerBrowser);
  });

  it('for one account under whatever spelling, path and page', async () => {
    await platform.addUser();
    const names = ['ada@contoso.example', 'ADA@contoso.example', 'Ada@CONTOSO.example', ' ada@contoso.example '];
    const tenants = [platform.tenantId, 'contoso.example', 'organizations', platform.tenantId.toUpperCase()];
    for (let attempt = 0; attempt < lockout.attempts - 2; attempt += 1) {
      expect((await ropc(names[attempt % 4]!, 'wrong', tenants[attempt % 4])).code).toBe(50126);
    }
    const browser = createBrowser(platform);
    const query = `client_id=${azureCli}&response_type=code&redirect_uri=http%3A%2F%2Flocalhost&scope=openid`;
    const pkce = `&code_challenge=${'a'.repeat(43)}&code_challenge_method=S256`;
    const page = await browser.get(`/common/oauth2/v2.0/authorize?${query}${pkce}`);
    await browser.signIn(page, 'aDa@contoso.example', 'wrong');
    await browser.signIn(page, 'ada@contoso.example', 'wrong');
    expect((await browser.signIn(page)).text).toContain('temporarily locked');
    expect((await ropc('ada@contoso.example', password)).code).toBe(50053);
  });
});

describe('sessions of a browser', () => {
  const account = (userId: string) => ({ tenantId: 't', userId, authTime: platform.clock.seconds(), methods: ['pwd'], stamp: 's' });

  it('two accounts that are signed out at once are both signed out', async () => {
    const sessions = createBrowserSessions(platform.store, platform.clock);
    const secret = await sessions.signIn(await sessions.signIn(sessions.fresh(), account('a')), account('b'));
    await Promise.all([sessions.signOut(secret, 'a'), sessions.signOut(secret, 'b')]);
    expect(await sessions.accounts(secret)).toEqual([]);
  });

  it('an account that is signed out while another signs in does not live on', async () => {
    const sessions = createBrowserSessions(platform.store, platform.clock);
    const secret = await sessions.signIn(sessions.fresh(), account('a'));
    const [next] = await Promise.all([sessions.signIn(secret, account('b')), sessions.signOut(secret, 'a')]);
    const left = (await sessions.accounts(next)).map(({ userId }) => userId);
    // Whichever was first: the sign-out is not undone by a sign-in that had read the record before it.
    const again = await sessions.signIn(next, account('c'));
    expect(left).toContain('b');
    expect(await sessions.accounts(secret)).toEqual([]);
    expect(await sessions.accounts(again)).toHaveLength(left.length + 1);
  });
});

it('a final dot does not make an issuer of ours a foreign one', () => {
  const { ownsIssuer } = createLoginNames({ loginHost: 'login.microsoftonline.com' });
  expect(ownsIssuer('https://login.microsoftonline.com./x/v2.0')).toBe(true);
  expect(ownsIssuer('https://STS.windows.net./x/')).toBe(true);
  expect(ownsIssuer('https://login.microsoftonline.com.evil.example/')).toBe(false);
});
