import { beforeEach, describe, expect, it } from 'vitest';
import { createPlatform, type Platform } from '../testing/platform.ts';
import { arrived, authorizeUrl, createBrowser, pkcePair, type TestBrowser } from './testing/browser.ts';

const [web, spa, native] = ['https://app.example/cb', 'https://spa.example/', 'com.example.app://auth'];
const origin = 'https://spa.example';

let platform: Platform;
let browser: TestBrowser;
let appId: string;
let secret: string;
let pkce: ReturnType<typeof pkcePair>;
beforeEach(async () => {
  platform = await createPlatform();
  await platform.addUser();
  browser = createBrowser(platform);
  pkce = pkcePair();
  const permissionScopes = [
    {
      id: platform.identity.id,
      value: 'read',
      type: 'User',
      isEnabled: true,
      adminConsentDisplayName: 'Read',
      adminConsentDescription: 'Reads.',
    },
  ] as const;
  const redirectUris = { web: [web, `${web}?own=1`], spa: [spa], publicClient: [native] };
  // An application needs no consent towards itself.
  const app = await platform.addApplication(
    { redirectUris, permissionScopes, enableIdTokenIssuance: true, requestedAccessTokenVersion: 2 },
    { identifierUris: ['api://own'] },
  );
  ({ appId, secret } = app);
});

type Fields = Record<string, string | undefined>;
const asked = (over: Fields = {}): Fields => ({
  client_id: appId,
  response_type: 'code',
  redirect_uri: web,
  scope: 'openid profile offline_access api://own/read',
  state: 's',
  ...over,
});
const challenged = () => ({ code_challenge: pkce.challenge, code_challenge_method: 'S256' });
const open = (over: Fields = {}) => browser.get(authorizeUrl(platform.tenantId, asked(over)));
const signedIn = async (over: Fields = {}) => arrived(await browser.signIn(await open(over)));
const redeem = (code: string | null, over: Fields = {}, headers: Record<string, string> = {}) =>
  platform.post({ grant_type: 'authorization_code', client_id: appId, code: code ?? '', redirect_uri: web, ...over }, { headers });
const refresh = (token: unknown, over: Fields = {}, headers: Record<string, string> = {}) =>
  platform.post({ grant_type: 'refresh_token', client_id: appId, refresh_token: String(token), ...over }, { headers });

describe('an authorization request is answered with an error', () => {
  it.each<[string, Fields, string, string]>([
    ['without a response type', { response_type: undefined }, 'invalid_request', 'AADSTS900144'],
    ['for an access token', { response_type: 'token' }, 'unsupported_response_type', 'AADSTS700051'],
    ['for an access token among others', { response_type: 'code token', nonce: 'n' }, 'unsupported_response_type', 'AADSTS700051'],
    ['for an unknown response type', { response_type: 'magic' }, 'unsupported_response_type', 'AADSTS70005'],
    ['for an ID token without nonce', { response_type: 'id_token' }, 'invalid_request', 'AADSTS900144'],
    [
      'for an ID token without openid',
      { response_type: 'id_token', nonce: 'n', scope: 'api://own/read' },
      'unsupported_response_type',
      'AADSTS70005',
    ],
    [
      'for an ID token in a query',
      { response_type: 'id_token', nonce: 'n', response_mode: 'query' },
      'unsupported_response_mode',
      'AADSTS70007',
    ],
    ['with an unknown response mode', { response_mode: 'smoke' }, 'invalid_request', 'AADSTS90023'],
    ['with an unknown prompt', { prompt: 'maybe' }, 'invalid_request', 'AADSTS90023'],
    ['without a scope', { scope: undefined }, 'invalid_request', 'AADSTS900144'],
    ['for two resources', { scope: 'api://own/read https://vault.azure.net/x' }, 'invalid_request', 'AADSTS28000'],
    ['with a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported', 'AADSTS9002313'],
    ['with the address of one', { request_uri: 'https://evil.example' }, 'request_uri_not_supported', 'AADSTS9002313'],
    ['with half a challenge', { code_challenge_method: 'S256' }, 'invalid_request', 'AADSTS501491'],
    ['of a single page application without PKCE', { redirect_uri: spa }, 'invalid_request', 'AADSTS9002325'],
    ['of one with plain PKCE', { redirect_uri: spa, code_challenge: 'p'.repeat(43) }, 'invalid_request', 'AADSTS9002325'],
    ['of a native application without PKCE', { redirect_uri: native }, 'invalid_request', 'AADSTS9002325'],
  ])('%s', async (_what, over, error, code) => {
    const sent = await open(over);
    expect(sent.status).toBe(302);
    expect(sent.headers['location']!.startsWith(over['redirect_uri'] ?? web)).toBe(true);
    expect(arrived(sent).get('error')).toBe(error);
    expect(arrived(sent).get('error_description')).toContain(`${code}:`);
    expect(arrived(sent).get('error_uri')).toMatch(/^https:\/\/login\.microsoftonline\.com\/error\?code=\d+$/);
    expect(arrived(sent).get('state')).toBe('s');
    expect(arrived(sent).get('code')).toBeNull();
  });

  it('once the user is known and the resource is not', async () => {
    const sent = await signedIn({ scope: 'https://unknown.example/.default' });
    expect(sent.get('error_description')).toContain('AADSTS500011');
    expect((await signedIn({ scope: 'api://own/everything', prompt: 'login' })).get('error_description')).toContain('AADSTS650053');
  });

  it('for an ID token when the application does not allow it', async () => {
    const { application } = { application: platform.directory.applications.byAppId(platform.tenantId, appId)! };
    await platform.directory.applications.update(platform.tenantId, application.id, { enableIdTokenIssuance: false });
    expect(arrived(await open({ response_type: 'id_token', nonce: 'n' })).get('error_description')).toContain('AADSTS700054');
  });
});

describe('answers', () => {
  it('go where the response mode says; tokens into the fragment', async () => {
    expect((await browser.signIn(await open())).location?.href).toMatch(/^https:\/\/app\.example\/cb\?code=[^#]*&state=s$/);
    expect((await open({ response_mode: 'fragment' })).location?.href).toMatch(/^https:\/\/app\.example\/cb#code=.*&state=s$/);
    expect((await open({ response_mode: 'form_post' })).forms[0]).toMatchObject({ action: web });
    expect((await open({ redirect_uri: `${web}?own=1` })).location?.href).toMatch(/^https:\/\/app\.example\/cb\?own=1&code=/);
    const hybrid = await open({ response_type: 'code id_token', nonce: 'n' });
    expect(hybrid.location?.hash).toContain('id_token=');
    const { claims } = platform.readToken(arrived(hybrid).get('id_token'));
    expect(claims).toMatchObject({ aud: appId, nonce: 'n', tid: platform.tenantId });
  });

  it('of version 1 take a resource', async () => {
    const fields = { ...asked({ scope: undefined }), resource: 'api://own' };
    const code = arrived(await browser.signIn(await browser.get(authorizeUrl(platform.tenantId, fields, 1)))).get('code');
    const answer = await platform.post(
      {
        grant_type: 'authorization_code',
        client_id: appId,
        client_secret: secret,
        code: code ?? '',
        redirect_uri: web,
        resource: 'api://own',
      },
      { version: 1 },
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ resource: 'api://own', expires_on: expect.any(String), refresh_token: expect.any(String) });
  });
});

describe('a web application', () => {
  it('must show its credential, for the code and for every refresh', async () => {
    expect(await redeem((await signedIn()).get('code'))).toMatchObject({ code: 7000218, status: 401 });
    const code = arrived(await open()).get('code');
    expect(await redeem(code, { client_secret: 'wrong' })).toMatchObject({ code: 7000215 });
    const { status, body } = await redeem(code, { client_secret: secret });
    expect(status).toBe(200);
    expect(body['id_token']).toBeTypeOf('string');
    expect(await refresh(body['refresh_token'])).toMatchObject({ code: 7000218 });
    expect(await refresh(body['refresh_token'], { client_secret: secret })).toMatchObject({ status: 200 });
  });

  it('that sends a challenge is held to it, and one that sends none cannot send a verifier', async () => {
    const code = (await signedIn(challenged())).get('code');
    expect(await redeem(code, { client_secret: secret })).toMatchObject({ code: 501481 });
    const bare = arrived(await open()).get('code');
    expect(await redeem(bare, { client_secret: secret, code_verifier: pkce.verifier })).toMatchObject({ code: 501481 });
    const good = arrived(await open(challenged())).get('code');
    expect(await redeem(good, { client_secret: secret, code_verifier: pkce.verifier })).toMatchObject({ status: 200 });
  });

  it('is not run by a script of a page', async () => {
    expect(await redeem((await signedIn()).get('code'), { client_secret: secret }, { origin })).toMatchObject({ code: 9002326 });
  });
});

describe('a single page application', () => {
  const own = () => ({ redirect_uri: spa, ...challenged() });
  const proof = () => ({ redirect_uri: spa, code_verifier: pkce.verifier });

  it('redeems across origins only, without a secret, and so are its refreshes', async () => {
    const code = (await signedIn(own())).get('code');
    expect(await redeem(code, proof())).toMatchObject({ code: 9002327 });
    expect(await redeem(code, { ...proof(), client_secret: secret }, { origin })).toMatchObject({ code: 700025 });
    const { status, body } = await redeem(code, proof(), { origin });
    expect(status).toBe(200);
    expect(await refresh(body['refresh_token'])).toMatchObject({ code: 9002327 });
    expect(await refresh(body['refresh_token'], {}, { origin })).toMatchObject({ status: 200 });
  });

  it('is signed out after a day', async () => {
    const { body } = await redeem((await signedIn(own())).get('code'), proof(), { origin });
    platform.clock.freeze(platform.clock.now() + 86_400_000);
    expect(await refresh(body['refresh_token'], {}, { origin })).toMatchObject({ code: 700084 });
  });

  it('cannot redeem what was sent to the web address of the same client', async () => {
    const code = (await signedIn(challenged())).get('code');
    expect(await redeem(code, proof(), { origin })).toMatchObject({ code: 9002326 });
  });
});

describe('a native application', () => {
  it('needs no secret but its verifier, and must not send a secret', async () => {
    const sent = await browser.signIn(await open({ redirect_uri: native, ...challenged() }));
    expect(sent.location?.protocol).toBe('com.example.app:');
    const proof = { redirect_uri: native, code_verifier: pkce.verifier };
    const code = arrived(sent).get('code');
    expect(await redeem(code, { ...proof, client_secret: secret })).toMatchObject({ code: 700025 });
    const { status, body } = await redeem(code, proof);
    expect(status).toBe(200);
    expect(await refresh(body['refresh_token'])).toMatchObject({ status: 200 });
  });
});

describe('a refresh token at the token endpoint', () => {
  const first = async () => (await redeem((await signedIn()).get('code'), { client_secret: secret })).body['refresh_token'];
  const own = () => ({ client_secret: secret });

  it('used twice says in words why the session is over', async () => {
    const token = await first();
    const next = await refresh(token, own());
    const again = await refresh(token, own());
    expect(again).toMatchObject({ code: 70000, status: 400 });
    expect(again.text).toContain('was used before');
    expect(await refresh(next.body['refresh_token'], own())).toMatchObject({ code: 50173 });
  });

  it('used many times at once: one wins', async () => {
    const token = await first();
    const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(token, own())));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('survives a request that fails for another reason', async () => {
    const token = await first();
    expect(await refresh(token, { client_secret: 'wrong' })).toMatchObject({ code: 7000215 });
    expect(await refresh(token, { ...own(), scope: 'https://unknown.example/.default' })).toMatchObject({ code: 500011 });
    expect(await refresh(token, own())).toMatchObject({ status: 200 });
  });

  it('is no other client’s', async () => {
    const token = await first();
    const other = await platform.addApplication();
    expect(await refresh(token, { client_id: other.appId, client_secret: other.secret })).toMatchObject({ code: 70000 });
  });
});
