import type { Page } from 'puppeteer-core';

/** What a person does on the sign-in pages, in a real browser. Every click waits for the page that it leads to. */
export const person = (page: Page) => {
  const press = async (selector: string): Promise<void> => {
    await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click(selector)]);
  };
  return {
    async signIn(username: string, password: string): Promise<void> {
      await page.evaluate("document.getElementById('username').value = ''");
      await page.type('#username', username);
      await page.type('#password', password);
      await press('button[type=submit]');
    },
    async enterCode(code: string): Promise<void> {
      await page.type('#otc', code);
      await press('button[type=submit]');
    },
    decide: (action: string) => press(`button[name=action][value=${action}]`),
    /** Picks the account with this user name. */
    async pick(username: string): Promise<void> {
      const button = await page.waitForSelector(`xpath///button[@name="pick" and contains(., "${username}")]`);
      if (button === null) throw new Error(`no account ${username}`);
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), button.click()]);
    },
    title: () => page.title(),
    alert: () => page.$eval('[role=alert]', (element) => element.textContent ?? ''),
    text: () => page.$eval('main', (element) => element.textContent ?? ''),
  };
};
