import { beforeEach, describe, expect, it } from 'vitest';
import { armScope, azureCli, createPlatform, password, type Platform } from '../testing/platform.ts';
import { arrived, authorizeUrl, createBrowser, pkcePair, type Shown, type TestBrowser } from './testing/browser.ts';

let platform: Platform;
let browser: TestBrowser;
const { challenge } = pkcePair();
beforeEach(async () => {
  platform = await createPlatform();
  await platform.addUser();
  browser = createBrowser(platform);
});

const scope = `${armScope} openid profile`;
const cli = (over: Record<string, string | undefined> = {}) => ({
  client_id: azureCli,
  response_type: 'code',
  redirect_uri: 'http://localhost:1234',
  scope,
  state: 's',
  code_challenge: challenge,
  code_challenge_method: 'S256',
  ...over,
});
const open = (over: Record<string, string | undefined> = {}, tenant = 'organizations', own = browser) =>
  own.get(authorizeUrl(tenant, cli(over)));
const evil = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`;

/** The page holds nothing of the text as markup: one script at most, and that with the page's own nonce. */
const expectTame = (page: Shown) => {
  expect(page.html).not.toContain('<script>');
  expect(page.html).not.toContain('<img');
  // Quoted values aside, no tag has a handler.
  expect(page.html.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\son\w+=/);
  expect([...page.html.matchAll(/<script\b/g)].length).toBe(page.headers['content-security-policy']?.includes('script-src') ? 1 : 0);
};

describe('every page', () => {
  it('is fenced in by its headers', async () => {
    const pages = [await open(), await open({ redirect_uri: 'https://evil.example' }), await browser.get('/common/oauth2/deviceauth')];
    pages.push(await browser.get('/common/oauth2/v2.0/logout'));
    for (const page of pages) {
      const { 'content-security-policy': policy, ...headers } = page.headers;
      expect(headers).toMatchObject({
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-type': 'text/html; charset=utf-8',
      });
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'nonce-[^']+'; form-action 'self'[^;]*; frame-ancestors 'none'; base-uri 'none'$/,
      );
      expect(page.html).toContain('<html lang="en">');
      expect(page.html).toContain('This is Podpass');
    }
    const nonces = pages.map(({ headers }) => /nonce-([^']+)/.exec(headers['content-security-policy']!)![1]);
    expect(new Set(nonces).size).toBe(pages.length);
  });

  it('sets a cookie that no script, no other host and no plain connection sees', async () => {
    const { headers } = await open();
    expect(headers['set-cookie']).toMatch(/^__Host-podpass=\d{10}\.[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    expect((await open()).headers['set-cookie']).toBeUndefined();
  });

  it('has a label for every field', async () => {
    const page = await open();
    for (const [, id] of page.html.matchAll(/<input (?!type="hidden")[^>]*\sid="([^"]+)"/g))
      expect(page.html).toContain(`<label for="${id}">`);
  });
});

describe('HTML in', () => {
  it.each(['login_hint', 'domain_hint', 'claims', 'prompt', 'scope', 'nonce'])('%s stays text', async (name) => {
    expectTame(await open({ [name]: evil, response_mode: 'form_post' }));
  });

  it.each(['client_id', 'redirect_uri', 'tenant', 'response_mode'])('%s stays text on the error page', async (name) => {
    const page =
      name === 'tenant'
        ? await open({}, encodeURIComponent(evil))
        : await open({ [name]: evil, redirect_uri: name === 'redirect_uri' ? evil : 'x' });
    expect(page.status).toBe(400);
    expectTame(page);
  });

  it('the state stays text in the form that goes to the application', async () => {
    const sent = await browser.signIn(await open({ state: evil, response_mode: 'form_post' }));
    expectTame(sent);
    expect(arrived(sent).get('state')).toBe(evil);
  });

  it('the state stays one parameter in a redirect', async () => {
    const sent = await browser.signIn(await open({ state: `x&code=forged#${evil}\r\nset-cookie: a=b` }));
    expect(sent.headers['location']).not.toMatch(/[\r\n<>]/);
    expect(arrived(sent).getAll('code')).toHaveLength(1);
    expect(arrived(sent).get('state')).toContain('&code=forged');
  });

  it('the user name that was typed stays text', async () => {
    expectTame(await browser.signIn(await open(), evil, 'wrong'));
  });

  it('names of users, tenants, clients and permissions stay text', async () => {
    const { directory, addApplication } = platform;
    const other = await directory.tenants.create({ displayName: `Tenant ${evil}`, domains: ['evil.example'] });
    const named = { adminConsentDisplayName: `Display ${evil}`, adminConsentDescription: `Description ${evil}` };
    const scopes = [{ id: platform.identity.id, value: 'read', type: 'User', isEnabled: true, ...named }] as const;
    const api = await addApplication(
      { permissionScopes: scopes },
      { tenantId: other.id, displayName: `Api ${evil}`, identifierUris: ['api://evil'] },
    );
    const redirectUris = { web: ['https://app.example/cb'], spa: [], publicClient: [] };
    const app = await addApplication({ redirectUris }, { tenantId: other.id, displayName: `App ${evil}` });
    await directory.users.create({ tenantId: other.id, userPrincipalName: 'eve@evil.example', displayName: `Eve ${evil}`, password });
    const asked = {
      client_id: app.appId,
      redirect_uri: 'https://app.example/cb',
      scope: 'api://evil/read',
      code_challenge: undefined,
      code_challenge_method: undefined,
    };
    const page = await open(asked, other.id);
    expect(page.text).toContain(`App ${evil}`);
    expectTame(page);
    const consent = await browser.signIn(page, 'eve@evil.example');
    expect(consent.title).toBe('Permissions requested');
    expect(consent.text).toContain(`Display ${evil}`);
    expectTame(consent);
    const picker = await open({ ...asked, prompt: 'select_account' }, other.id);
    expect(picker.text).toContain(`Eve ${evil}`);
    expectTame(picker);
    expect(api.principal.displayName).toContain(evil);
  });
});

describe('a request whose client or redirect URI is bad never leads anywhere', () => {
  it.each<[string, Record<string, string | undefined>, string, string]>([
    ['no client', { client_id: undefined }, 'organizations', 'AADSTS900144'],
    ['an unknown client', { client_id: '00000000-0000-4000-8000-000000000000' }, 'organizations', 'AADSTS700016'],
    ['no redirect URI', { redirect_uri: undefined }, 'organizations', 'AADSTS900971'],
    ['an unregistered redirect URI', { redirect_uri: 'https://evil.example' }, 'organizations', 'AADSTS50011'],
    ['an unregistered one with prompt=none', { redirect_uri: 'https://evil.example', prompt: 'none' }, 'organizations', 'AADSTS50011'],
    ['an unregistered one by form', { redirect_uri: 'https://evil.example', response_mode: 'form_post' }, 'organizations', 'AADSTS50011'],
    ['an unknown tenant', {}, '00000000-0000-4000-8000-000000000000', 'AADSTS90002'],
    ['the tenant of consumers', {}, 'consumers', 'AADSTS9002332'],
  ])('%s', async (_what, over, tenant, code) => {
    const page = await open(over, tenant);
    expect(page.status).toBe(400);
    expect(page.location).toBeUndefined();
    expect(page.forms).toEqual([]);
    expect(page.text).toContain(code);
    expect(page.text).toMatch(/Trace ID: [0-9a-f-]{36} Correlation ID: [0-9a-f-]{36} Timestamp: /);
  });

  it('nor a repeated parameter', async () => {
    const page = await browser.get(`${authorizeUrl('organizations', cli())}&redirect_uri=https%3A%2F%2Fevil.example`);
    expect(page).toMatchObject({ status: 400, location: undefined });
  });

  it('nor one of an application that is closed to other tenants', async () => {
    const { appId } = await platform.addApplication({ redirectUris: { web: ['https://app.example/cb'], spa: [], publicClient: [] } });
    const page = await open({ client_id: appId, redirect_uri: 'https://app.example/cb' });
    expect(page.text).toContain('AADSTS50194');
    expect((await open({ client_id: platform.identity.appId }, platform.tenantId)).text).toContain('AADSTS500113');
  });
});

describe('a forged form does nothing', () => {
  const stranger = () => createBrowser(platform);
  const expectNothing = (page: Shown) => {
    expect(page.status).toBe(400);
    expect(page.location).toBeUndefined();
    expect(platform.audit.filter(({ outcome, step }) => outcome === 'granted' && step !== 'authorize')).toEqual([]);
  };
  const credentials = { username: 'ada@contoso.example', password };

  it.each<[string, (page: Shown) => Promise<Shown>]>([
    ['without a ticket', () => browser.post('/common/login', credentials)],
    ['with an empty ticket', (page) => browser.submit(page, { ...credentials, ticket: '' })],
    [
      'with an altered ticket',
      (page) => browser.submit(page, { ...credentials, ticket: `${page.forms[0]!.fields['ticket']!.slice(0, -2)}AA` }),
    ],
    [
      'with a signature of nothing',
      (page) => browser.submit(page, { ...credentials, ticket: `${page.forms[0]!.fields['ticket']!.split('.')[0]}.` }),
    ],
    ['with another browser’s ticket', async () => browser.submit(await open({}, 'organizations', stranger()), credentials)],
    ['in another browser', (page) => stranger().submit(page, credentials)],
    ['from another origin', (page) => browser.submit(page, credentials, { origin: 'https://evil.example' })],
    [
      'from another origin of the same site',
      (page) => browser.submit(page, credentials, { origin: 'null', 'sec-fetch-site': 'same-site' }),
    ],
    ['from a hidden origin', (page) => browser.submit(page, credentials, { origin: 'null' })],
    ['from a page of another site', (page) => browser.submit(page, credentials, { 'sec-fetch-site': 'cross-site' })],
    ['as text', (page) => browser.submit(page, credentials, { 'content-type': 'text/plain' })],
    ['at another page than its own', (page) => browser.post('/common/consent', { ...page.forms[0]!.fields, action: 'accept' })],
  ])('%s', async (_what, send) => {
    expectNothing(await send(await open()));
  });

  it('an hour later', async () => {
    const page = await open();
    platform.clock.freeze(platform.clock.now() + 3_600_000);
    expectNothing(await browser.submit(page, credentials));
  });

  it('and takes nobody’s session: a form without the cookie sets none', async () => {
    const page = await open();
    const { cookie } = browser;
    browser.cookie = undefined;
    expect((await browser.submit(page, credentials)).headers['set-cookie']).toBeUndefined();
    expect(
      (await browser.post(authorizeUrl('organizations', {}), cli({ state: 's' }) as Record<string, string>)).headers['set-cookie'],
    ).toBeUndefined();
    browser.cookie = cookie;
  });

  it('after a sign-in: its tickets are void', async () => {
    const page = await open();
    expect(arrived(await browser.signIn(page)).get('code')).toBeTruthy();
    expect((await browser.signIn(page)).status).toBe(400);
  });

  it('that aims at another redirect URI, client or tenant: the ticket alone says where it leads', async () => {
    const page = await open();
    const sent = await browser.submit(page, {
      ...credentials,
      redirect_uri: 'https://evil.example',
      client_id: 'x',
      state: 'forged',
      flow: '{}',
    });
    expect(sent.location?.origin).toBe('http://localhost:1234');
    expect(arrived(sent).get('state')).toBe('s');
  });
});

describe('a session', () => {
  it('that an attacker knows from before the sign-in is worth nothing after it', async () => {
    await open();
    const fixed = browser.cookie;
    await browser.signIn(await open());
    expect(browser.cookie).not.toBe(fixed);
    const attacker = createBrowser(platform);
    attacker.cookie = fixed;
    expect((await open({}, 'organizations', attacker)).title).toBe('Sign in');
  });

  it('changes its secret with every sign-in', async () => {
    await platform.addUser('bob@contoso.example');
    await browser.signIn(await open());
    const first = browser.cookie;
    await browser.signIn(await open({ prompt: 'login' }), 'bob@contoso.example');
    const attacker = createBrowser(platform);
    attacker.cookie = first;
    expect((await open({}, 'organizations', attacker)).title).toBe('Sign in');
  });

  it.each(['x', `${'9'.repeat(10)}.${'a'.repeat(43)}`, '../../etc/passwd', `0000000001.${'a'.repeat(43)}`])(
    'is never that of the cookie %s',
    async (value) => {
      browser.cookie = `__Host-podpass=${value}`;
      expect((await open()).title).toBe('Sign in');
    },
  );

  it('is none when two cookies of the name come', async () => {
    await browser.signIn(await open());
    browser.cookie = `${browser.cookie}; __Host-podpass=x`;
    expect((await open()).title).toBe('Sign in');
  });

  it('is not handed to strangers: asking for pages stores nothing', async () => {
    for (let index = 0; index < 5; index += 1) await open({}, 'organizations', createBrowser(platform));
    expect((await platform.store.list('sts/browser-sessions')).items).toEqual([]);
  });
});

it('a posted authorization request is asked again by query, once it is known to be good', async () => {
  const fields = cli({ state: 'by form' }) as Record<string, string>;
  const cross = { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' };
  const sent = await browser.post('/organizations/oauth2/v2.0/authorize', fields, cross);
  expect(sent.status).toBe(303);
  expect(sent.location?.origin).toBe('https://login.microsoftonline.com');
  expect(arrived(await browser.signIn(await browser.get(sent.headers['location']!))).get('state')).toBe('by form');
  const bad = await browser.post('/organizations/oauth2/v2.0/authorize', { ...fields, redirect_uri: 'https://evil.example' }, cross);
  expect(bad).toMatchObject({ status: 400, location: undefined });
});
