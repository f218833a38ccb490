import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeviceCodes } from '../sessions/device-codes.ts';
import { stampOf } from '../sessions/stamp.ts';
import type { User } from '@podpass/directory';
import { armScope, azureCli, createPlatform, exchangeOf, formOf, password, type Platform } from '../testing/platform.ts';
import { authorizeUrl, createBrowser, pkcePair } from '../interactive/testing/browser.ts';

/** What is taken away from a user or a client while a request of theirs waits counts no more. */
let platform: Platform;
let user: User;
beforeEach(async () => {
  platform = await createPlatform();
  user = await platform.addUser();
});

const scope = `${armScope} openid offline_access`;
const signIn = (over: Record<string, string> = {}) =>
  platform.post({ grant_type: 'password', client_id: azureCli, username: user.userPrincipalName, password, scope, ...over });
const refresh = (token: unknown, tenant?: string) =>
  platform.post(
    { grant_type: 'refresh_token', client_id: azureCli, refresh_token: String(token), scope },
    tenant === undefined ? {} : { tenant },
  );
const change = (changes: Parameters<Platform['directory']['users']['update']>[2]) =>
  platform.directory.users.update(platform.tenantId, user.id, changes);

/** Lets something happen around the next write to the store. */
const onWrite = (around: (write: () => ReturnType<Platform['store']['txn']>) => ReturnType<Platform['store']['txn']>) => {
  const { store } = platform;
  const txn = vi.spyOn(store, 'txn');
  txn.mockImplementationOnce((transaction) => {
    txn.mockRestore();
    return around(() => store.txn(transaction));
  });
};

const codeFor = async (clientId: string = azureCli, redirect = 'http://localhost:1234', over: Record<string, string> = {}) => {
  const browser = createBrowser(platform);
  const { verifier, challenge } = pkcePair();
  const asked = { client_id: clientId, response_type: 'code', redirect_uri: redirect, scope, code_challenge: challenge };
  const page = await browser.get(authorizeUrl(platform.tenantId, { ...asked, code_challenge_method: 'S256', ...over }));
  const { location } = await browser.signIn(page);
  const code = location?.searchParams.get('code') ?? '';
  return { grant_type: 'authorization_code', client_id: clientId, code, redirect_uri: redirect, code_verifier: verifier };
};

/** A device code whose user has let the device in. */
const approvedDevice = async () => {
  const { store, clock } = platform;
  const devices = createDeviceCodes({ store, clock, monotonic: () => 0 });
  const { deviceCode, userCode } = (await devices.issue({ clientId: azureCli, scope, version: 2, tenantId: platform.tenantId }))!;
  const { id } = (await devices.byUserCode(userCode))!;
  const account = { tenantId: user.tenantId, userId: user.id, authTime: clock.seconds(), methods: ['pwd'], stamp: stampOf(user) };
  await devices.decide(id, account);
  return { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: azureCli, device_code: deviceCode };
};

describe('while a password is checked', () => {
  it.each([
    ['disabled', () => change({ accountEnabled: false }), 50057],
    ['told to change the password', () => change({ forceChangePasswordNextSignIn: true }), 50055],
    ['deleted', () => platform.directory.users.delete(platform.tenantId, user.id), 50126],
  ] as const)('a user who is %s gets nothing', async (_what, meanwhile, code) => {
    const answer = signIn();
    await meanwhile();
    expect(await answer).toMatchObject({ code, body: expect.not.objectContaining({ access_token: expect.anything() }) });
  });
});

describe('a user who must change the password', () => {
  it.each([
    [
      'a refresh token',
      async () => ({
        grant_type: 'refresh_token',
        client_id: azureCli,
        refresh_token: String((await signIn()).body['refresh_token']),
        scope,
      }),
    ],
    ['a code', () => codeFor()],
    ['a device code', () => approvedDevice()],
  ] as const)('cannot redeem %s', async (_what, prepare) => {
    const fields = await prepare();
    await change({ forceChangePasswordNextSignIn: true });
    expect((await platform.post(fields)).code).toBe(50055);
  });

  it('is not acted for', async () => {
    const scopeId = '7a0c2c2e-4b0e-4a9f-9d0b-3a3f0b6f1c11';
    const permissionScopes = [
      { id: scopeId, value: 'read', type: 'User' as const, isEnabled: true, adminConsentDisplayName: 'r', adminConsentDescription: 'r' },
    ];
    const api = await platform.addApplication({ permissionScopes }, { identifierUris: ['api://mid'] });
    const { body } = await signIn({ scope: 'api://mid/read' });
    const fields = {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      requested_token_use: 'on_behalf_of',
      client_id: api.appId,
      client_secret: api.secret,
      assertion: String(body['access_token']),
      scope: 'api://mid/read',
    };
    expect((await platform.post(fields)).status).toBe(200);
    await change({ forceChangePasswordNextSignIn: true });
    expect((await platform.post(fields)).code).toBe(50055);
  });
});

describe('while a refresh token is redeemed', () => {
  it('sessions that end leave no live token', async () => {
    const { body } = await signIn();
    const { service, tenantId } = platform;
    onWrite((write) => service.revokeSessions(tenantId, user.id).then(write));
    const { body: late } = await refresh(body['refresh_token']);
    expect(late).not.toHaveProperty('refresh_token');
    onWrite((write) => platform.directory.users.revokeSignInSessions(tenantId, user.id).then(write));
    const { body: later } = await refresh((await signIn()).body['refresh_token']);
    expect((await refresh(later['refresh_token'])).status).toBe(400);
  });

  it('a client that is disabled gets nothing', async () => {
    const redirect = 'https://app.example/cb';
    const app = await platform.addApplication({ redirectUris: { web: [redirect], spa: [], publicClient: [] } });
    const { directory, tenantId } = platform;
    const fields = { ...(await codeFor(app.appId, redirect, { scope: `${app.appId}/.default` })), client_secret: app.secret };
    onWrite(async (write) => {
      const result = await write();
      await directory.servicePrincipals.update(tenantId, app.principal.id, { accountEnabled: false });
      return result;
    });
    expect((await platform.post(fields)).code).toBe(7000112);
  });
});

describe('while a code is redeemed', () => {
  it('a second use takes back what was refreshed several times since', async () => {
    const fields = await codeFor();
    let { body } = await platform.post(fields);
    for (let generation = 0; generation < 3; generation += 1) ({ body } = await refresh(body['refresh_token']));
    expect(body['refresh_token']).toEqual(expect.any(String));
    expect((await platform.post(fields)).code).toBe(54005);
    expect((await refresh(body['refresh_token'])).code).toBe(50173);
  });

  it('sessions that end leave no live token', async () => {
    const fields = await codeFor();
    onWrite(async (write) => {
      const result = await write();
      await platform.directory.users.revokeSignInSessions(platform.tenantId, user.id);
      return result;
    });
    expect((await platform.post(fields)).code).toBe(50173);
  });
});

it('personal accounts are not offered: users of a tenant cannot redeem at their word', async () => {
  const { body } = await signIn();
  expect((await refresh(body['refresh_token'], 'consumers')).code).toBe(9002332);
  expect((await platform.post(await codeFor(), { tenant: 'consumers' })).code).toBe(9002332);
  expect((await platform.post(await approvedDevice(), { tenant: 'consumers' })).code).toBe(9002332);
  expect((await refresh(body['refresh_token'], 'organizations')).status).toBe(200);
});

it('a scope that is too long is not stored', async () => {
  const long = `https://vault.azure.net/${'x'.repeat(5000)}`;
  const ask = async (version: '' | 'v2.0/', fields: Record<string, string>) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = Buffer.from(formOf({ client_id: azureCli, ...fields }));
    return platform.ask(exchangeOf('POST', `/common/oauth2/${version}devicecode`, { headers, body }));
  };
  expect((await ask('v2.0/', { scope: long })).code).toBe(70011);
  expect((await ask('', { resource: long })).code).toBe(70011);
  expect((await platform.store.list('sts/device-codes')).items).toEqual([]);
});
