import { directoryRoleTemplates, graphAppId, type Tenant } from '@podpass/directory';
import { newGuid } from '@podpass/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPlatform, password, type Platform } from '../testing/platform.ts';
import { arrived, authorizeUrl, createBrowser, type Shown, type TestBrowser } from './testing/browser.ts';

const callback = 'https://app.example/cb';
const [readId, writeId, roleId] = [newGuid(), newGuid(), newGuid()];
const scopeOf = (id: string, value: string, type: 'User' | 'Admin') => ({
  id,
  value,
  type,
  isEnabled: true,
  adminConsentDisplayName: `May ${value}`,
  adminConsentDescription: `Lets the app ${value}.`,
});

let platform: Platform;
let browser: TestBrowser;
let home: Tenant;
let appId: string;
let apiAppId: string;
let userId: string;
beforeEach(async () => {
  platform = await createPlatform();
  browser = createBrowser(platform);
  const { directory, tenantId, addApplication } = platform;
  userId = (await platform.addUser()).id;
  home = await directory.tenants.create({ displayName: 'Fabrikam', domains: ['fabrikam.example'] });
  const appRoles = [
    {
      id: roleId,
      value: 'Work.All',
      displayName: 'Work',
      description: 'Works.',
      allowedMemberTypes: ['Application'] as const,
      isEnabled: true,
    },
  ];
  const permissionScopes = [scopeOf(readId, 'read', 'User'), scopeOf(writeId, 'write', 'Admin')];
  const api = await addApplication({ permissionScopes, appRoles }, { tenantId, displayName: 'Api', identifierUris: ['api://api'] });
  apiAppId = api.appId;
  const requiredResourceAccess = [
    {
      resourceAppId: apiAppId,
      resourceAccess: [
        { id: readId, type: 'Scope' as const },
        { id: writeId, type: 'Scope' as const },
        { id: roleId, type: 'Role' as const },
      ],
    },
  ];
  const redirectUris = { web: [callback], spa: [], publicClient: [] };
  const signInAudience = 'AzureADMultipleOrgs';
  const app = await addApplication(
    { redirectUris, signInAudience, requiredResourceAccess },
    { tenantId: home.id, displayName: 'Foreign app' },
  );
  appId = app.appId;
});

const ask = (over: Record<string, string | undefined> = {}, tenant = 'organizations') =>
  browser.get(
    authorizeUrl(tenant, {
      client_id: appId,
      response_type: 'code',
      redirect_uri: callback,
      scope: 'openid api://api/read',
      state: 's',
      ...over,
    }),
  );
const principal = () => platform.directory.servicePrincipals.byAppId(platform.tenantId, appId);
const grants = () => {
  const own = principal();
  return own ? platform.directory.permissionGrants.ofClient(platform.tenantId, own.id) : [];
};
const makeAdmin = (role: keyof typeof directoryRoleTemplates) =>
  platform.directory.directoryRoles.assign(platform.tenantId, userId, directoryRoleTemplates[role].id);
const press = (page: Shown, action: string, over: Record<string, string> = {}) => browser.submit(page, { action, ...over });
const adminConsent = (over: Record<string, string> = {}, path = 'adminconsent') =>
  browser.get(
    `/${platform.tenantId}/${path}?${new URLSearchParams({ client_id: appId, redirect_uri: callback, state: 's', ...over }).toString()}`,
  );

describe('consent of a user', () => {
  it('names the application, where it comes from and what it wants; declined, nothing is written', async () => {
    const page = await browser.signIn(await ask());
    expect(page.title).toBe('Permissions requested');
    for (const text of ['Foreign app', 'Fabrikam', 'Contoso', 'May read', 'Lets the app read.', 'ada@contoso.example'])
      expect(page.text).toContain(text);
    expect(page.text).not.toContain('on behalf of your organization');
    const sent = await press(page, 'cancel');
    expect(arrived(sent).get('error')).toBe('access_denied');
    expect(arrived(sent).get('error_description')).toContain('AADSTS65004');
    expect(principal()).toBeUndefined();
    expect(platform.audit).toContainEqual(expect.objectContaining({ step: 'consent', outcome: 'refused', reason: 'AADSTS65004' }));
  });

  it('creates the service principal and a grant for this user alone, and is asked once', async () => {
    const sent = await press(await browser.signIn(await ask()), 'accept');
    expect(arrived(sent).get('code')).toBeTruthy();
    expect(principal()?.appOwnerOrganizationId).toBe(home.id);
    expect(grants()).toMatchObject([{ consentType: 'Principal', principalId: userId, scope: 'read' }]);
    expect(arrived(await ask()).get('code')).toBeTruthy();
    expect((await ask({ prompt: 'consent' })).title).toBe('Permissions requested');
  });

  it('is never given silently', async () => {
    await browser.signIn(await ask());
    const silent = arrived(await ask({ prompt: 'none' }));
    expect(silent.get('error')).toBe('consent_required');
    expect(silent.get('error_description')).toContain('AADSTS65001');
  });

  it('cannot be given for all, nor to what only an administrator may give, whatever the form says', async () => {
    const page = await browser.signIn(await ask());
    expect(arrived(await press(page, 'accept', { organization: 'yes' })).get('error_description')).toContain('AADSTS90094');
    const need = await ask({ scope: 'api://api/write' });
    expect(need).toMatchObject({ status: 403, title: 'Need admin approval' });
    expect(arrived(await press(need, 'accept')).get('error_description')).toContain('AADSTS90094');
    expect(arrived(await press(need, 'need-admin')).get('error')).toBe('access_denied');
    expect(principal()).toBeUndefined();
  });

  it('needs the session that it was asked in', async () => {
    const page = await browser.signIn(await ask());
    await platform.directory.users.setPassword(platform.tenantId, userId, 'Another long password 1');
    expect(await press(page, 'accept')).toMatchObject({ status: 400 });
    expect(principal()).toBeUndefined();
  });

  it('takes no other word than those of its buttons', async () => {
    expect(await press(await browser.signIn(await ask()), 'maybe')).toMatchObject({ status: 400 });
  });

  it('given by an administrator for all holds for all', async () => {
    await makeAdmin('applicationAdministrator');
    const page = await browser.signIn(await ask({ scope: 'api://api/write' }));
    expect(page.text).toContain('on behalf of your organization');
    await press(page, 'accept', { organization: 'yes' });
    expect(grants()).toMatchObject([{ consentType: 'AllPrincipals', scope: 'write' }]);
    await platform.addUser('bob@contoso.example');
    const other = createBrowser(platform);
    const asked = { client_id: appId, response_type: 'code', redirect_uri: callback, scope: 'api://api/write' };
    const sent = await other.signIn(await other.get(authorizeUrl('organizations', asked)), 'bob@contoso.example');
    expect(arrived(sent).get('code')).toBeTruthy();
  });

  it('of an application that wants its users assigned is not enough', async () => {
    await press(await browser.signIn(await ask()), 'accept');
    await platform.directory.servicePrincipals.update(platform.tenantId, principal()!.id, { appRoleAssignmentRequired: true });
    expect(arrived(await ask()).get('error_description')).toContain('AADSTS50105');
  });

  it('is no way in for a disabled application', async () => {
    await press(await browser.signIn(await ask()), 'accept');
    await platform.directory.servicePrincipals.update(platform.tenantId, principal()!.id, { accountEnabled: false });
    const page = await ask();
    expect(page).toMatchObject({ location: undefined });
    expect(page.text).toContain('AADSTS7000112');
  });
});

describe('consent of an administrator', () => {
  it.each<[string, keyof typeof directoryRoleTemplates | undefined]>([
    ['an ordinary user', undefined],
    ['an administrator of users', 'userAdministrator'],
    ['an administrator of groups', 'groupsAdministrator'],
  ])('is not that of %s, whatever the form says', async (_who, role) => {
    if (role) await makeAdmin(role);
    const page = await browser.signIn(await adminConsent());
    expect(page).toMatchObject({ status: 403, title: 'Need admin approval' });
    expect(await press(page, 'accept')).toMatchObject({ status: 403 });
    expect(arrived(await press(page, 'need-admin')).get('error_description')).toContain('AADSTS90094');
    expect(principal()).toBeUndefined();
  });

  it('grants everything that the application registered, once', async () => {
    await makeAdmin('globalAdministrator');
    const page = await browser.signIn(await adminConsent());
    for (const text of ['May read', 'May write', 'Work', 'without a user', 'every user of your directory'])
      expect(page.text).toContain(text);
    const sent = arrived(await press(page, 'accept'));
    expect(Object.fromEntries(sent)).toEqual({ admin_consent: 'True', tenant: platform.tenantId, state: 's' });
    await press(await adminConsent(), 'accept');
    expect(grants()).toMatchObject([{ consentType: 'AllPrincipals', scope: 'read write' }]);
    expect(platform.directory.appRoleAssignments.ofPrincipal(platform.tenantId, principal()!.id)).toMatchObject([{ appRoleId: roleId }]);
  });

  it('declined is told to the application', async () => {
    await makeAdmin('globalAdministrator');
    const sent = arrived(await press(await browser.signIn(await adminConsent()), 'cancel'));
    expect(sent.get('error_description')).toContain('AADSTS65004');
    expect(principal()).toBeUndefined();
  });

  it('to application roles of Microsoft Graph is beyond an administrator of applications', async () => {
    const { directory, tenantId } = platform;
    const graph = directory.servicePrincipals.findResource(tenantId, graphAppId)!.resource;
    const application = directory.applications.anywhere(appId)!;
    const requiredResourceAccess = [{ resourceAppId: graphAppId, resourceAccess: [{ id: graph.appRoles[0]!.id, type: 'Role' as const }] }];
    await directory.applications.update(home.id, application.id, { requiredResourceAccess });
    await makeAdmin('applicationAdministrator');
    expect((await browser.signIn(await adminConsent())).status).toBe(403);
    await makeAdmin('privilegedRoleAdministrator');
    expect((await adminConsent()).title).toBe('Permissions requested');
  });

  it('may ask for single scopes at version 2', async () => {
    await makeAdmin('cloudApplicationAdministrator');
    const page = await browser.signIn(await adminConsent({ scope: 'api://api/read' }, 'v2.0/adminconsent'));
    expect(page.text).not.toContain('May write');
    await press(page, 'accept');
    expect(grants()).toMatchObject([{ consentType: 'AllPrincipals', scope: 'read' }]);
  });

  it('leads to registered addresses only, and without one to a page', async () => {
    expect(await adminConsent({ redirect_uri: 'https://evil.example' })).toMatchObject({ status: 400, location: undefined });
    await makeAdmin('globalAdministrator');
    const page = await browser.signIn(await browser.get(`/${platform.tenantId}/adminconsent?client_id=${appId}`), undefined, password);
    expect((await press(page, 'accept')).title).toBe('Consent granted');
  });
});
