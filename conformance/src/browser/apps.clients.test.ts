import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../platform/platform.ts';
import { askToken, azureCli, call, claimsOf, graphHost, loginHost, ok, openEdge } from '../wire/azure.ts';
import type { Edge } from '../wire/raw.ts';
import { chromiumPath, openChromium } from './chromium.ts';
import { person } from './person.ts';

interface Tenant {
  readonly tenantId: string;
  readonly userPrincipalName: string;
  readonly password: string;
}

/** What came back to an application's redirect URI. */
interface Callback {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

/** A web application of a test: it shows the fragment to its server, as single page applications read it. */
const startApplication = async () => {
  const calls: Callback[] = [];
  const server: Server = createServer((request: IncomingMessage, response) => {
    void text(request).then((body) => {
      // A browser also asks for an icon.
      if (request.url?.startsWith('/callback')) calls.push({ method: request.method ?? '', url: request.url ?? '', body });
      response.setHeader('content-type', 'text/html');
      response.end('<title>application</title><main>welcome back</main>');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { calls, port: (server.address() as AddressInfo).port, close: () => void server.close() };
};

describe.skipIf(chromiumPath === undefined)('applications that sign people in', () => {
  let platform: Platform;
  let edge: Edge;
  let browser: Browser & AsyncDisposable;
  let fabrikam: Tenant;
  let application: Awaited<ReturnType<typeof startApplication>>;
  let client: { readonly appId: string; readonly id: string };

  const post = (host: string, path: string, body: object, bearer: string) => call(edge, { method: 'POST', host, path, body, bearer });
  const token = async (tenant: string, fields: Record<string, string>) =>
    JSON.parse((await askToken(edge, tenant, fields)).body) as Record<string, unknown>;
  const graphToken = async ({ tenantId, userPrincipalName, password }: Tenant): Promise<string> => {
    const scope = 'https://graph.microsoft.com/.default openid';
    const granted = await token(tenantId, { grant_type: 'password', client_id: azureCli, username: userPrincipalName, password, scope });
    return String(granted['access_token']);
  };

  beforeAll(async () => {
    platform = await startPlatform('apps');
    edge = await openEdge(platform.data);
    browser = await openChromium(platform);
    application = await startApplication();
    const made = await platform.podpass('tenant', 'create', 'Fabrikam', '--domain', 'fabrikam.onmicrosoft.com', '--output', 'json');
    if (made.code !== 0) throw new Error(made.stderr);
    fabrikam = JSON.parse(made.stdout) as Tenant;
    const graph = '00000003-0000-0000-c000-000000000000';
    const userRead = { id: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d', type: 'Scope' };
    client = ok(
      await post(
        graphHost,
        '/v1.0/applications',
        {
          displayName: 'Portal <b>of</b> Contoso',
          signInAudience: 'AzureADMultipleOrgs',
          publicClient: { redirectUris: ['http://localhost/callback'] },
          requiredResourceAccess: [{ resourceAppId: graph, resourceAccess: [userRead] }],
        },
        await graphToken(platform.admin),
      ),
    ) as unknown as typeof client;
    ok(await post(graphHost, '/v1.0/servicePrincipals', { appId: client.appId }, await graphToken(platform.admin)));
  });
  afterAll(async () => {
    application?.close();
    await browser?.[Symbol.asyncDispose]();
    await platform?.[Symbol.asyncDispose]();
  });

  const request = (tenant: string, more: Record<string, string> = {}) => {
    const verifier = randomBytes(32).toString('base64url');
    const redirectUri = `http://localhost:${application.port}/callback`;
    const parameters = {
      client_id: client.appId,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid profile offline_access https://graph.microsoft.com/User.Read',
      state: 'a state with "quotes" & <brackets>',
      nonce: 'n-1',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    };
    return {
      url: `https://${loginHost}/${tenant}/oauth2/v2.0/authorize?${new URLSearchParams(parameters).toString()}`,
      verifier,
      redirectUri,
    };
  };
  const fresh = async () => {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    return { page, as: person(page), close: () => context.close() };
  };

  it('a person of another tenant is asked for consent; declining tells the application, nothing is granted', async () => {
    const { page, as, close } = await fresh();
    const { url } = request('organizations');
    await page.goto(url);
    await as.signIn(fabrikam.userPrincipalName, fabrikam.password);
    expect(await as.title()).toContain('Permissions requested');
    // The name is text, whatever it looks like.
    expect(await as.text()).toContain('Portal <b>of</b> Contoso');
    await as.decide('cancel');
    const { searchParams } = new URL(application.calls.at(-1)?.url ?? '', 'http://localhost');
    expect(searchParams.get('error')).toBe('access_denied');
    expect(searchParams.get('error_description')).toContain('AADSTS65004');
    expect(searchParams.get('state')).toBe('a state with "quotes" & <brackets>');
    const known = await call(edge, {
      method: 'GET',
      host: graphHost,
      path: `/v1.0/servicePrincipals(appId='${client.appId}')`,
      bearer: await graphToken(fabrikam),
    });
    expect(known.status).toBe(404);
    await close();
  });

  it('accepting makes the service principal, and the code is good once, with its verifier', async () => {
    const { page, as, close } = await fresh();
    const { url, verifier, redirectUri } = request('organizations');
    await page.goto(url);
    await as.signIn(fabrikam.userPrincipalName, fabrikam.password);
    await as.decide('accept');
    const { searchParams } = new URL(application.calls.at(-1)?.url ?? '', 'http://localhost');
    const code = searchParams.get('code') ?? '';
    expect(code).not.toBe('');
    const redeem = (over: Record<string, string>) =>
      token('organizations', {
        grant_type: 'authorization_code',
        client_id: client.appId,
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
        ...over,
      });
    const granted = await redeem({});
    const claims = claimsOf(String(granted['access_token']));
    expect(claims).toMatchObject({ tid: fabrikam.tenantId, scp: expect.stringContaining('User.Read'), appid: client.appId });
    expect(claimsOf(String(granted['id_token']))).toMatchObject({ aud: client.appId, nonce: 'n-1', tid: fabrikam.tenantId });
    const me = await call(edge, { method: 'GET', host: graphHost, path: '/v1.0/me', bearer: String(granted['access_token']) });
    expect(ok(me)).toMatchObject({ userPrincipalName: fabrikam.userPrincipalName });
    // Consent to read one's own profile lets nobody list the others.
    expect(
      (await call(edge, { method: 'GET', host: graphHost, path: '/v1.0/users', bearer: String(granted['access_token']) })).status,
    ).toBe(403);

    expect((await redeem({}))['error_codes']).toEqual([54_005]);
    // The second use revoked what the first one gave.
    const refreshed = await token('organizations', {
      grant_type: 'refresh_token',
      client_id: client.appId,
      refresh_token: String(granted['refresh_token']),
      scope: 'https://graph.microsoft.com/User.Read',
    });
    expect(refreshed).not.toHaveProperty('access_token');
    await close();
  });

  it.each(['fragment', 'form_post'])('answers by %s', async (mode) => {
    const { page, as, close } = await fresh();
    const { url } = request(fabrikam.tenantId, { response_mode: mode });
    await page.goto(url);
    await as.signIn(fabrikam.userPrincipalName, fabrikam.password);
    await page.waitForFunction("document.title === 'application'");
    const last = application.calls.at(-1);
    const fragment = new URLSearchParams(String(await page.evaluate('location.hash.slice(1)')));
    const answered = mode === 'fragment' ? fragment : new URLSearchParams(last?.body);
    expect(answered.get('code')).toBeTruthy();
    expect(answered.get('state')).toBe('a state with "quotes" & <brackets>');
    expect(last?.url).toBe('/callback');
    await close();
  });

  it('prompt=none without a session is an error for the application, not a page', async () => {
    const { page, close } = await fresh();
    await page.goto(request(fabrikam.tenantId, { prompt: 'none' }).url);
    const { searchParams } = new URL(application.calls.at(-1)?.url ?? '', 'http://localhost');
    expect(searchParams.get('error')).toBe('login_required');
    await close();
  });
});
