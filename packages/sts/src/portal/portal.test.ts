import { directoryRoleTemplates, graphAppId, type Application } from '@podpass/directory';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPlatform, exchangeOf, passwordForm, type Platform } from '../testing/platform.ts';
import { portalHost } from './wire.ts';

const portalScope = '74658136-14ec-4630-ad9b-26e160ff0fc6/.default';
const path = (appId: string, query = '?onBehalfOfAll=true') => `https://${portalHost}/api/RegisteredApplications/${appId}/Consent${query}`;
/** Microsoft Graph: a delegated scope that only administrators grant, and an application role. */
const wish = {
  resourceAppId: graphAppId,
  resourceAccess: [
    { id: '06da0dbc-49e2-44d2-8312-53f166ab848a', type: 'Scope' as const },
    { id: '7ab1d382-f21e-4acd-a863-ba3e13f7da61', type: 'Role' as const },
  ],
};

let platform: Platform;
let application: Application;
beforeEach(async () => {
  platform = await createPlatform();
  ({ application } = await platform.addApplication({ requiredResourceAccess: [wish] }));
});

const person = async (name: string, role?: keyof typeof directoryRoleTemplates) => {
  const user = await platform.addUser(`${name}@contoso.example`);
  if (role) await platform.directory.directoryRoles.assign(platform.tenantId, user.id, directoryRoleTemplates[role].id);
  return user;
};
const tokenOf = async (name: string, fields: Record<string, string> = {}) => {
  const { body } = await platform.post(passwordForm({ username: `${name}@contoso.example`, scope: portalScope, ...fields }));
  return String(body['access_token']);
};
const ask = (token: string | undefined, request: { method?: string; url?: string; served?: boolean } = {}) => {
  const { method = 'POST', url = path(application.appId), served = true } = request;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const surface = platform.service.portal({ verifier: platform.verifier, served });
  return surface.handle(exchangeOf(method, url, { headers }));
};
const granted = () => {
  const { directory, tenantId } = platform;
  const principal = directory.servicePrincipals.byAppId(tenantId, application.appId);
  return {
    scopes: directory.permissionGrants.ofClient(tenantId, principal?.id ?? '').map(({ scope, consentType }) => `${consentType} ${scope}`),
    roles: directory.appRoleAssignments.ofPrincipal(tenantId, principal?.id ?? '').map(({ appRoleId }) => appRoleId),
  };
};
const nothing = { scopes: [], roles: [] };

describe('refused, and nothing granted', () => {
  it.each([
    ['without a token', undefined],
    ['with something that is no token', 'x.y.z'],
  ])('%s: 401', async (_, token) => {
    expect(await ask(token)).toMatchObject({ status: 401 });
    expect(granted()).toEqual(nothing);
  });

  it('a token for another API: 401', async () => {
    await person('gail', 'globalAdministrator');
    const token = await tokenOf('gail', { scope: 'https://graph.microsoft.com/.default' });
    expect(await ask(token)).toMatchObject({ status: 401 });
  });

  it.each([
    ['an ordinary user', undefined],
    ['an administrator of applications, for a role at Graph', 'applicationAdministrator'],
  ] as const)('%s: 403', async (_, role) => {
    await person('otto', role);
    expect(await ask(await tokenOf('otto'))).toMatchObject({ status: 403 });
    expect(granted()).toEqual(nothing);
    expect(platform.audit.at(-1)).toMatchObject({ event: 'admin-consent', outcome: 'refused', reason: 'rights' });
  });

  it('an administrator whose account was disabled meanwhile: 403', async () => {
    const user = await person('gail', 'globalAdministrator');
    const token = await tokenOf('gail');
    await platform.directory.users.update(platform.tenantId, user.id, { accountEnabled: false });
    expect(await ask(token)).toMatchObject({ status: 403 });
    expect(granted()).toEqual(nothing);
  });

  it('an application that holds the token of an administrator: it cannot consent for itself', async () => {
    await person('gail', 'globalAdministrator');
    const fields = { client_id: application.appId, username: 'gail@contoso.example', scope: portalScope };
    const refused = await platform.post(passwordForm(fields));
    expect(refused.body).not.toHaveProperty('access_token');
    expect(granted()).toEqual(nothing);
  });

  it.each([
    ['another path', 404, { url: `https://${portalHost}/api/RegisteredApplications` }],
    ['an application that the tenant does not know', 404, { url: path('5f8c59db-677d-491f-a6b8-5f174b11ec1d') }],
    ['a name that is no id', 404, { url: path('..%2F..') }],
    ['another method', 405, { method: 'GET' }],
    ['consent for oneself', 400, { url: path('5f8c59db-677d-491f-a6b8-5f174b11ec1d', '') }],
  ])('%s: %d', async (_, status, request) => {
    await person('gail', 'globalAdministrator');
    expect(await ask(await tokenOf('gail'), request)).toMatchObject({ status });
    expect(granted()).toEqual(nothing);
  });

  it('a wish for a resource that is not there: 400, and not half of it', async () => {
    await person('gail', 'globalAdministrator');
    await platform.directory.applications.update(platform.tenantId, application.id, {
      requiredResourceAccess: [wish, { resourceAppId: '5f8c59db-677d-491f-a6b8-5f174b11ec1d', resourceAccess: [] }],
    });
    expect(await ask(await tokenOf('gail'))).toMatchObject({ status: 400 });
    expect(granted()).toEqual(nothing);
  });

  it('the host is not served by an authority that may not name it', () => {
    expect(platform.service.portal({ verifier: platform.verifier, served: false }).serves(portalHost)).toBe(false);
    expect(platform.service.portal({ verifier: platform.verifier, served: true }).serves('login.microsoftonline.com')).toBe(false);
  });
});

it('a Global Administrator grants all that the application asks for, once and again', async () => {
  const user = await person('gail', 'globalAdministrator');
  const token = await tokenOf('gail');
  const all = { scopes: ['AllPrincipals Directory.Read.All'], roles: ['7ab1d382-f21e-4acd-a863-ba3e13f7da61'] };
  for (const _ of [1, 2]) {
    expect(await ask(token)).toMatchObject({ status: 204 });
    expect(granted()).toEqual(all);
  }
  expect(platform.audit.at(-1)).toMatchObject({
    event: 'admin-consent',
    outcome: 'granted',
    principal: user.id,
    client: application.appId,
  });
});
