import type { Application, User } from '@podpass/directory';
import { newGuid } from '@podpass/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { armScope, azureCli, createPlatform, password, passwordForm, vaultScope, type Platform } from '../testing/platform.ts';
import { memberRoleTemplate } from '../wire.ts';

let platform: Platform;
let user: User;
beforeEach(async () => {
  platform = await createPlatform();
  user = await platform.addUser();
});
const claimsOf = (token: unknown) => platform.readToken(token).claims;
const userClaims = async (scope: string) => {
  const answer = await platform.post(passwordForm({ scope }));
  if (answer.status !== 200) throw new Error(answer.text);
  return claimsOf(answer.body['access_token']);
};
const appClaims = async (app: { readonly appId: string; readonly secret: string }, scope: string) => {
  const answer = await platform.post({ grant_type: 'client_credentials', client_id: app.appId, client_secret: app.secret, scope });
  if (answer.status !== 200) throw new Error(answer.text);
  return claimsOf(answer.body['access_token']);
};
const identityClaims = async (scope: string) => claimsOf((await platform.exchange({}, { scope })).body['access_token']);
const addApi = (properties: Partial<Application> = {}) =>
  platform.addApplication({ permissionScopes: scopes, ...properties }, { identifierUris: ['api://backend'] });
const names = (claims: object) => Object.keys(claims).toSorted();
const times = ['exp', 'iat', 'nbf', 'uti'];
const firstApp = ['appid', 'appidacr', 'aud', 'idp', 'idtyp', 'iss', 'oid', 'sub', 'tid', 'ver', ...times];
const secondApp = ['azp', 'azpacr', 'aud', 'idp', 'idtyp', 'iss', 'oid', 'sub', 'tid', 'ver', ...times];
const person = ['aud', 'idtyp', 'iss', 'name', 'oid', 'scp', 'sub', 'tid', 'ver', ...times];
const firstUser = [...person, 'acr', 'amr', 'appid', 'appidacr', 'ipaddr', 'unique_name', 'upn'];
const secondUser = [...person, 'azp', 'azpacr', 'preferred_username'];
const scopes = [
  {
    id: newGuid(),
    value: 'read',
    type: 'User',
    adminConsentDisplayName: 'read',
    adminConsentDescription: 'read',
    isEnabled: true,
  },
] as const;

describe('access tokens', () => {
  it.each([1, 2] as const)('of version %d say who and for whom, and nothing else', async (version) => {
    const api = await addApi({ requestedAccessTokenVersion: version, permissionScopes: scopes });
    const client = await platform.addApplication();
    const scope = 'api://backend/.default';
    const issuer =
      version === 1 ? `https://sts.windows.net/${platform.tenantId}/` : `https://login.microsoftonline.com/${platform.tenantId}/v2.0`;
    const common = { aud: version === 1 ? 'api://backend' : api.appId, iss: issuer, tid: platform.tenantId, ver: `${version}.0` };
    const idp = `https://sts.windows.net/${platform.tenantId}/`;
    const [application, identity, human] = [await appClaims(client, scope), await identityClaims(scope), await userClaims(scope)];
    const [asClient, proof] = version === 1 ? ['appid', 'appidacr'] : ['azp', 'azpacr'];
    expect(application).toMatchObject({ ...common, idp, [asClient]: client.appId, [proof]: '1', oid: client.principal.id });
    expect(identity).toMatchObject({ ...common, idp, [asClient]: platform.identity.appId, [proof]: '2', sub: platform.identity.id });
    expect(identity['xms_mirid']).toBe(platform.identity.resourceId);
    expect(human).toMatchObject({ ...common, [asClient]: azureCli, [proof]: '0', oid: user.id, scp: 'read', name: 'Ada' });
    expect(names(application)).toEqual((version === 1 ? firstApp : secondApp).toSorted());
    expect(names(identity)).toEqual([...(version === 1 ? firstApp : secondApp), 'xms_ficinfo', 'xms_mirid'].toSorted());
    expect(names(human)).toEqual((version === 1 ? firstUser : secondUser).toSorted());
  });

  it.each([
    [armScope, 'https://management.core.windows.net/'],
    [vaultScope, 'https://vault.azure.net'],
    ['https://graph.microsoft.com/.default', 'https://graph.microsoft.com'],
  ])('for %s are of version 1 at either endpoint', async (scope, aud) => {
    expect(await userClaims(scope)).toMatchObject({ aud, ver: '1.0' });
    expect(await identityClaims(scope)).toMatchObject({ aud, ver: '1.0' });
    const resource = scope.slice(0, -'/.default'.length);
    const first = await platform.post({ ...platform.federated(await platform.issuer.sign(platform.claims())), resource }, { version: 1 });
    expect(claimsOf(first.body['access_token'])).toMatchObject({ aud, ver: '1.0' });
  });

  it('live about a day, an hour, or a little longer', async () => {
    const life = ({ exp, iat, nbf }: Readonly<Record<string, unknown>>) => [Number(exp) - Number(iat), Number(nbf) - Number(iat)];
    expect(life(await identityClaims(vaultScope))).toEqual([86_399, 0]);
    expect(life(await appClaims(await platform.addApplication(), vaultScope))).toEqual([3599, 0]);
    const [user_ = 0] = life(await userClaims(vaultScope));
    expect(user_).toBeGreaterThanOrEqual(3600);
    expect(user_).toBeLessThan(5400);
  });

  it("keep a user's subject apart between resources, and stable at one", async () => {
    const [first, again, other] = [await userClaims(vaultScope), await userClaims(vaultScope), await userClaims(armScope)];
    expect(first['sub']).toBe(again['sub']);
    expect(new Set([first['sub'], other['sub'], user.id]).size).toBe(3);
  });

  it('name the key twice in the header, as Entra does, and can be verified', async () => {
    const { body } = await platform.exchange();
    const { header } = platform.readToken(body['access_token']);
    expect(header).toMatchObject({ typ: 'JWT', alg: 'RS256', x5t: header['kid'] });
    const accept = { audiences: ['https://vault.azure.net'], tenantId: platform.tenantId };
    const verified = await platform.verifier.verify(`Bearer ${String(body['access_token'])}`, accept);
    expect(verified).toMatchObject({ caller: { objectId: platform.identity.id, managedIdentity: platform.identity.resourceId } });
  });

  it('tell a federated credential from the metadata endpoint and from a certificate', async () => {
    expect(await identityClaims(vaultScope)).toHaveProperty('xms_ficinfo');
    const { service, tenantId, identity } = platform;
    const request = { tenantId, principalId: identity.id, resource: 'https://vault.azure.net' };
    const { token, notBefore, expiry } = await service.managedIdentityToken(request);
    expect(claimsOf(token)).toMatchObject({ appidacr: '2', oid: identity.id, nbf: notBefore, exp: expiry });
    expect(claimsOf(token)).not.toHaveProperty('xms_ficinfo');
    await expect(service.managedIdentityToken({ ...request, principalId: newGuid() })).rejects.toMatchObject({ code: 'not-found' });
    await expect(service.managedIdentityToken({ ...request, resource: 'https://unknown.example' })).rejects.toMatchObject({
      code: 'invalid',
    });
    const { principal } = await platform.addApplication();
    await expect(service.managedIdentityToken({ ...request, principalId: principal.id })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('roles', () => {
  const role = (value: string, member: 'User' | 'Application') => ({
    id: newGuid(),
    value,
    displayName: value,
    description: value,
    allowedMemberTypes: [member],
    isEnabled: true,
  });
  const readers = role('Readers', 'Application');
  const writers = role('Writers', 'User');
  const open = async () => {
    const api = await addApi({ appRoles: [readers, writers], permissionScopes: scopes });
    const client = await platform.addApplication();
    const assign = (principalId: string, appRoleId: string) =>
      platform.directory.appRoleAssignments.create({ tenantId: platform.tenantId, principalId, resourceId: api.principal.id, appRoleId });
    const require = () =>
      platform.directory.servicePrincipals.update(platform.tenantId, api.principal.id, { appRoleAssignmentRequired: true });
    return { api, client, assign, require };
  };

  it('are left out when there are none, and demanded when the resource wants them', async () => {
    const { client, require } = await open();
    expect(await appClaims(client, 'api://backend/.default')).not.toHaveProperty('roles');
    await require();
    const fields = { grant_type: 'client_credentials', client_id: client.appId, client_secret: client.secret };
    expect(await platform.post({ ...fields, scope: 'api://backend/.default' })).toMatchObject({ code: 501051 });
    expect(await platform.post(passwordForm({ scope: 'api://backend/.default' }))).toMatchObject({ code: 50105 });
  });

  it('of applications and users, and of their groups', async () => {
    const { api, client, assign, require } = await open();
    await require();
    await assign(client.principal.id, readers.id);
    expect(await appClaims(client, 'api://backend/.default')).toMatchObject({ roles: ['Readers'] });
    const group = await platform.addGroup('writers', [user.id]);
    await assign(group.id, writers.id);
    expect(await userClaims('api://backend/.default')).toMatchObject({ roles: ['Writers'], aud: 'api://backend' });
    expect(await appClaims(api, `${api.appId}/.default`)).not.toHaveProperty('roles');
  });
});

describe('groups', () => {
  const addGroups = async (count: number) => {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) ids.push((await platform.addGroup(`g${index}`, [user.id])).id);
    return ids.toSorted();
  };

  it('are in tokens only when the resource asks for them', async () => {
    await addGroups(1);
    await addApi({ groupMembershipClaims: null, permissionScopes: scopes });
    const claims = await userClaims('api://backend/.default');
    expect(claims).not.toHaveProperty('groups');
    expect(claims).not.toHaveProperty('wids');
  });

  it('are there for Azure Resource Manager, nested ones included, with the directory roles', async () => {
    const [id = ''] = await addGroups(1);
    const outer = await platform.addGroup('outer', [id]);
    const { directory, tenantId } = platform;
    const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10';
    await directory.directoryRoles.assign(tenantId, user.id, globalAdministrator);
    const claims = await userClaims(armScope);
    expect(claims['groups']).toEqual([id, outer.id].toSorted());
    expect(claims['wids']).toEqual([globalAdministrator, memberRoleTemplate]);
    expect(await identityClaims(armScope)).not.toHaveProperty('groups');
  });

  it('are those that are assigned to the application, for ApplicationGroup', async () => {
    const api = await addApi({ groupMembershipClaims: 'ApplicationGroup', permissionScopes: scopes });
    const [first = ''] = await addGroups(2);
    const { directory, tenantId } = platform;
    expect(await userClaims('api://backend/.default')).not.toHaveProperty('groups');
    const appRoleId = '00000000-0000-0000-0000-000000000000';
    await directory.appRoleAssignments.create({ tenantId, principalId: first, resourceId: api.principal.id, appRoleId });
    expect(await userClaims('api://backend/.default')).toMatchObject({ groups: [first] });
  });

  it('are 200 at most: beyond them the token says where to ask', async () => {
    await addApi({ groupMembershipClaims: 'SecurityGroup', permissionScopes: scopes });
    const ids = await addGroups(200);
    const full = await userClaims('api://backend/.default');
    expect(full['groups']).toEqual(ids);
    expect(full).not.toHaveProperty('_claim_names');
    await platform.addGroup('another', [user.id]);
    const over = await userClaims('api://backend/.default');
    expect(over).not.toHaveProperty('groups');
    expect(over).toMatchObject({
      _claim_names: { groups: 'src1' },
      _claim_sources: { src1: { endpoint: `https://graph.microsoft.com/v1.0/users/${user.id}/getMemberObjects` } },
    });
  });
});

describe('ID tokens', () => {
  const idClaims = async (scope: string, over: Partial<Application> = {}, version: 1 | 2 = 2) => {
    const app = await platform.addApplication(over);
    const fields = { grant_type: 'password', client_id: app.appId, client_secret: app.secret, username: 'ada@contoso.example', password };
    const asked = version === 1 ? { resource: app.appId } : { scope: `${app.appId}/.default ${scope}` };
    const answer = await platform.post({ ...fields, ...asked }, { version });
    if (answer.status !== 200) throw new Error(answer.text);
    return { app, claims: claimsOf(answer.body['id_token']) };
  };

  it('of version 2 say who the user is only with the scope profile, and the address only with email', async () => {
    await platform.directory.users.update(platform.tenantId, user.id, { mail: 'ada@mail.example' });
    const { app, claims } = await idClaims('openid');
    expect(names(claims)).toEqual(['aud', 'exp', 'iat', 'iss', 'nbf', 'sub', 'tid', 'uti', 'ver']);
    expect(claims).toMatchObject({ aud: app.appId, iss: `https://login.microsoftonline.com/${platform.tenantId}/v2.0`, ver: '2.0' });
    const full = await idClaims('openid profile email');
    expect(full.claims).toMatchObject({ name: 'Ada', oid: user.id, preferred_username: 'ada@contoso.example', email: 'ada@mail.example' });
  });

  it('of version 1 name the user and the method', async () => {
    const { claims } = await idClaims('', {}, 1);
    const iss = `https://sts.windows.net/${platform.tenantId}/`;
    expect(claims).toMatchObject({ iss, upn: 'ada@contoso.example', unique_name: 'ada@contoso.example', amr: ['pwd'], ver: '1.0' });
  });

  it('carry the groups that the client itself asks for', async () => {
    const { id } = await platform.addGroup('readers', [user.id]);
    expect((await idClaims('openid')).claims).not.toHaveProperty('groups');
    expect((await idClaims('openid', { groupMembershipClaims: 'SecurityGroup' })).claims).toMatchObject({ groups: [id] });
  });
});
