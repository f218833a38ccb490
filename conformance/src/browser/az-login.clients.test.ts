import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { clientsAvailable } from '../platform/available.ts';
import { said, startPlatform, type Platform } from '../platform/platform.ts';
import { startDeviceLogin, startInteractiveLogin } from './az-login.ts';
import { chromiumPath, openChromium } from './chromium.ts';
import { person } from './person.ts';

interface Account {
  readonly tenantId: string;
  readonly user: { readonly name: string; readonly type: string };
}

/** `az login` with a person at a real browser. */
describe.skipIf(!clientsAvailable || chromiumPath === undefined)('az login through Chromium', () => {
  let platform: Platform;
  let browser: Browser & AsyncDisposable;
  const user = () => platform.admin.userPrincipalName;

  beforeAll(async () => {
    platform = await startPlatform('browser');
    browser = await openChromium(platform);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await platform?.[Symbol.asyncDispose]();
  });

  const visit = async (url: string) => {
    const page = await browser.newPage();
    await page.goto(url, { waitUntil: 'load' });
    return { page, as: person(page) };
  };
  const accounts = (stdout: string): Account[] => JSON.parse(stdout) as Account[];

  it('interactive: a wrong password is told on the page, the right one signs az in by form_post', async () => {
    const login = await startInteractiveLogin(platform);
    expect(login.prompt).toContain('response_mode=form_post');
    expect(login.prompt).toContain('code_challenge_method=S256');
    const { page, as } = await visit(login.prompt);
    expect(await as.title()).toContain('Sign in');
    await as.signIn(user(), 'wrong');
    expect(await as.alert()).toMatch(/incorrect|invalid/i);
    await as.signIn(user(), platform.admin.password);
    const ended = await login.ended;
    expect(ended.code, said(ended)).toBe(0);
    expect(accounts(ended.stdout)).toMatchObject([{ tenantId: platform.admin.tenantId, user: { name: user(), type: 'user' } }]);
    expect(page.url()).toMatch(/^http:\/\/localhost:\d+\/?$/);
    await page.close();
  });

  it('interactive again, at one tenant by its domain: the browser knows the account and needs no password', async () => {
    const login = await startInteractiveLogin(platform, '--tenant', 'podpass.onmicrosoft.com');
    const { page, as } = await visit(login.prompt);
    expect(await as.title()).toContain('Pick an account');
    await as.pick(user());
    const ended = await login.ended;
    expect(ended.code, said(ended)).toBe(0);
    expect(accounts(ended.stdout)).toMatchObject([{ tenantId: platform.admin.tenantId }]);
    await page.close();
  });

  it('device code: the page names the application, and the person decides', async () => {
    const login = await startDeviceLogin(platform);
    const [, uri = '', code = ''] = /(https:\S+) and enter the code (\S+)/.exec(login.prompt) ?? [];
    const { page, as } = await visit(uri);
    await as.enterCode('CCCCCCCCC');
    expect(await as.alert()).toContain('did not work');
    await as.enterCode(code);
    await as.pick(user());
    expect(await as.text()).toContain('Microsoft Azure CLI');
    await as.decide('continue');
    expect(await as.title()).toContain('Signed in');
    const ended = await login.ended;
    expect(ended.code, said(ended)).toBe(0);
    expect(accounts(ended.stdout)).toMatchObject([{ user: { name: user() } }]);
    await page.close();
  });

  it('device code, declined: az says so', async () => {
    const login = await startDeviceLogin(platform);
    const [, uri = '', code = ''] = /(https:\S+) and enter the code (\S+)/.exec(login.prompt) ?? [];
    const { page, as } = await visit(uri);
    await as.enterCode(code);
    await as.pick(user());
    await as.decide('cancel');
    const ended = await login.ended;
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toMatch(/declined|AADSTS/);
    await page.close();
  });

  it('sign-out: the browser forgets the account', async () => {
    const { page, as } = await visit('https://login.microsoftonline.com/common/oauth2/v2.0/logout');
    const forget = await page.$('button[name=forget][value=all]');
    if (forget !== null) await Promise.all([page.waitForNavigation(), forget.click()]);
    expect(await as.title()).toMatch(/signed out/i);
    const login = await startInteractiveLogin(platform);
    await page.goto(login.prompt, { waitUntil: 'load' });
    expect(await as.title()).toContain('Sign in');
    login.kill();
    await page.close();
  });

  it('a page cannot be framed, and a tampered redirect URI never leads anywhere', async () => {
    const login = await startInteractiveLogin(platform);
    login.kill();
    const url = new URL(login.prompt);
    url.searchParams.set('redirect_uri', 'https://evil.example/steal');
    const page = await browser.newPage();
    const answer = await page.goto(url.href, { waitUntil: 'load' });
    expect(answer?.status()).toBe(400);
    expect(await person(page).text()).toContain('AADSTS50011');
    expect(page.url()).toContain('login.microsoftonline.com');
    await page.close();
  });
});
