import { directoryRoleTemplates, type Tenant } from '@podpass/directory';
import { newGuid } from '@podpass/kernel';
import { beforeEach, expect, it } from 'vitest';
import { createPlatform, type Platform } from '../testing/platform.ts';
import { authorizeUrl, createBrowser, type TestBrowser } from './testing/browser.ts';

/** Consent holds for what the page showed, whatever the owner of the application does while it is read. */
const callback = 'https://app.example/cb';
const [readId, writeId, roleId] = [newGuid(), newGuid(), newGuid()];
const scopeOf = (id: string, value: string, text = value) => ({
  id,
  value,
  type: 'User' as const,
  isEnabled: true,
  adminConsentDisplayName: text,
  adminConsentDescription: text,
});

let platform: Platform;
let browser: TestBrowser;
let home: Tenant;
let objectId: string;
let appId: string;
let api: { readonly appId: string; readonly id: string };

const wish = (...access: readonly { readonly id: string; readonly type: 'Scope' | 'Role' }[]) => [
  { resourceAppId: api.appId, resourceAccess: [...access] },
];

beforeEach(async () => {
  platform = await createPlatform();
  browser = createBrowser(platform);
  const { directory, tenantId, addApplication } = platform;
  const { id } = await platform.addUser();
  await directory.directoryRoles.assign(tenantId, id, directoryRoleTemplates.globalAdministrator.id);
  home = await directory.tenants.create({ displayName: 'Fabrikam', domains: ['fabrikam.example'] });
  const role = {
    id: roleId,
    value: 'Work.All',
    displayName: 'w',
    description: 'w',
    allowedMemberTypes: ['Application'] as const,
    isEnabled: true,
  };
  const permissionScopes = [scopeOf(readId, 'read'), scopeOf(writeId, 'write')];
  const resource = await addApplication({ permissionScopes, appRoles: [role] }, { displayName: 'Api', identifierUris: ['api://api'] });
  api = { appId: resource.appId, id: resource.application.id };
  const redirectUris = { web: [callback], spa: [], publicClient: [] };
  const requiredResourceAccess = wish({ id: readId, type: 'Scope' });
  const app = await addApplication(
    { redirectUris, signInAudience: 'AzureADMultipleOrgs', requiredResourceAccess },
    { tenantId: home.id, displayName: 'Foreign app' },
  );
  [appId, objectId] = [app.appId, app.application.id];
});

const widen = () =>
  platform.directory.applications.update(home.id, objectId, {
    requiredResourceAccess: wish({ id: readId, type: 'Scope' }, { id: writeId, type: 'Scope' }, { id: roleId, type: 'Role' }),
  });
const principal = () => platform.directory.servicePrincipals.byAppId(platform.tenantId, appId);
const granted = () => {
  const own = principal();
  return own ? platform.directory.permissionGrants.ofClient(platform.tenantId, own.id).map(({ scope }) => scope) : [];
};
const ask = (over: Record<string, string> = {}) =>
  browser.get(
    authorizeUrl(platform.tenantId, {
      client_id: appId,
      response_type: 'code',
      redirect_uri: callback,
      scope: 'api://api/.default',
      ...over,
    }),
  );

it('a wish that was added meanwhile is shown before it is granted to a user', async () => {
  const page = await browser.signIn(await ask());
  expect(page.text).toContain('read');
  await widen();
  const again = await browser.submit(page, { action: 'accept', organization: 'yes' });
  expect(granted()).toEqual([]);
  expect(again.title).toBe('Permissions requested');
  expect(again.text).toContain('write');
  expect((await browser.submit(again, { action: 'accept' })).location?.searchParams.get('code')).toBeTruthy();
  expect(granted()).toEqual(['read write']);
});

it('what an administrator consented to for himself is not given to all unless the page shows it', async () => {
  await browser.submit(await browser.signIn(await ask({ scope: 'api://api/write' })), { action: 'accept' });
  const page = await ask({ scope: 'api://api/read api://api/write' });
  expect(page.text).not.toContain('write');
  await browser.submit(page, { action: 'accept', organization: 'yes' });
  expect(granted().toSorted()).toEqual(['read', 'write']);
  const whole = await ask({ scope: 'api://api/read api://api/write', prompt: 'consent' });
  expect(whole.text).toContain('write');
  await browser.submit(whole, { action: 'accept', organization: 'yes' });
  expect(granted()).toContain('read write');
});

it('a permission that came to mean something else is shown again', async () => {
  const page = await browser.signIn(await ask({ scope: 'api://api/read', prompt: 'consent' }));
  const permissionScopes = [scopeOf(readId, 'read', 'Delete everything'), scopeOf(writeId, 'write')];
  await platform.directory.applications.update(platform.tenantId, api.id, { permissionScopes });
  const again = await browser.submit(page, { action: 'accept' });
  expect(granted()).toEqual([]);
  expect(again.text).toContain('Delete everything');
});

it('a role that was added meanwhile is shown before an administrator grants it', async () => {
  const query = new URLSearchParams({ client_id: appId, redirect_uri: callback });
  const page = await browser.signIn(await browser.get(`/${platform.tenantId}/adminconsent?${query.toString()}`));
  await widen();
  const again = await browser.submit(page, { action: 'accept' });
  expect(principal()).toBeUndefined();
  expect(again.text).toContain('Work.All');
  expect((await browser.submit(again, { action: 'accept' })).location?.searchParams.get('admin_consent')).toBe('True');
  expect(platform.directory.appRoleAssignments.ofPrincipal(platform.tenantId, principal()!.id)).toHaveLength(1);
});

it('an ID token is not issued once the application has switched them off', async () => {
  const enabled = await platform.addApplication({
    redirectUris: { web: [callback], spa: [], publicClient: [] },
    enableIdTokenIssuance: true,
  });
  const asked = { client_id: enabled.appId, response_type: 'id_token', nonce: 'n', scope: 'openid' };
  const page = await ask(asked);
  await platform.directory.applications.update(platform.tenantId, enabled.application.id, { enableIdTokenIssuance: false });
  const { location } = await browser.signIn(page);
  expect(location?.hash).toContain('AADSTS700054');
  expect(location?.hash).not.toContain('id_token=');
});
