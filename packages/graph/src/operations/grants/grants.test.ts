import { graphAppId } from '@podpass/directory';
import { newGuid } from '@podpass/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from '../applications/testing/world.ts';

let world: World;
let client: string;
let api: string;
let graph: string;
const [appRole, userRole, offRole] = [newGuid(), newGuid(), newGuid()];
const [graphRead, noRole] = ['7ab1d382-f21e-4acd-a863-ba3e13f7da61', '00000000-0000-0000-0000-000000000000'];

beforeAll(async () => {
  world = await openWorld();
  const principal = async (body: Record<string, unknown>) => {
    const made = await ask('POST applications', { as: 'alice', body });
    return String((await ask('POST servicePrincipals', { as: 'alice', body: { appId: made.body['appId'] } })).body['id']);
  };
  const role = (id: string, type: string, isEnabled = true) => ({
    id,
    value: `V.${id.slice(0, 4)}${type}`,
    displayName: 'r',
    description: 'r',
    allowedMemberTypes: [type],
    isEnabled,
  });
  client = await principal({ displayName: 'client' });
  api = await principal({
    displayName: 'api',
    appRoles: [role(appRole, 'Application'), role(userRole, 'User'), role(offRole, 'Application', false)],
  });
  graph = String((await ask(`GET servicePrincipals(appId='${graphAppId}')`)).body['id']);
});
const ask: World['ask'] = (...parts) => world.ask(...parts);

const assign = (body: Record<string, unknown>, { as = 'admin', path = `servicePrincipals/${client}/appRoleAssignments` } = {}) =>
  ask(`POST ${path}`, { as, body: { principalId: client, resourceId: api, appRoleId: appRole, ...body } });

describe('app role assignments that are refused', () => {
  it.each<[string, () => Promise<unknown>, number, RegExp]>([
    ['an unknown role', () => assign({ appRoleId: newGuid() }), 400, /not found on application/],
    ['a role that is disabled', () => assign({ appRoleId: offRole }), 400, /not found on application/],
    ['a role for users', () => assign({ appRoleId: userRole }), 400, /not found on application/],
    ['no role, though there are some', () => assign({ appRoleId: noRole }), 400, /not found on application/],
    ['an unknown resource', () => assign({ resourceId: newGuid() }), 404, /does not exist/],
    ['another principal than the path’s', () => assign({ principalId: world.users.bob.id }), 400, /Not a valid reference update/],
    ['another resource than the path’s', () => assign({}, { path: `servicePrincipals/${client}/appRoleAssignedTo` }), 400, /reference/],
    ['an unknown principal', () => assign({ principalId: newGuid() }, { path: `servicePrincipals/${api}/appRoleAssignedTo` }), 404, /./],
    [
      'a principal of another tenant',
      () => assign({ principalId: world.users.eve.id, appRoleId: userRole }, { path: `servicePrincipals/${api}/appRoleAssignedTo` }),
      404,
      /./,
    ],
    ['no role id', () => assign({ appRoleId: null }), 400, /appRoleId/],
    ['an unknown property', () => assign({ colour: 'red' }), 400, /Invalid property/],
  ])('%s', async (_, run, status, message) => {
    expect(await run()).toMatchObject({ status, message: expect.stringMatching(message) as string });
  });

  it.each([
    ['bob', 'an API that he does not own', () => ({})],
    ['app:Application.ReadWrite.All', 'anything', () => ({})],
    ['app:Directory.ReadWrite.All', 'anything', () => ({})],
    ['alice', 'Microsoft Graph', () => ({ resourceId: graph, appRoleId: graphRead })],
    ['appAdmin', 'Microsoft Graph', () => ({ resourceId: graph, appRoleId: graphRead })],
  ])('by %s at %s', async (as, _, body) => {
    expect(await assign(body(), { as })).toMatchObject({ status: 403, code: 'Authorization_RequestDenied' });
    expect(world.directory.appRoleAssignments.ofPrincipal(world.tenantId, client)).toEqual([]);
  });

  it('by an administrator of another tenant', async () => {
    expect(await assign({}, { as: 'eve' })).toMatchObject({ status: 404 });
  });
});

describe('app role assignments', () => {
  it.each(['alice', 'appAdmin', 'admin', 'app:AppRoleAssignment.ReadWrite.All'])('are made by %s, once, and taken away', async (as) => {
    const made = await assign({}, { as });
    expect(made).toMatchObject({
      status: 201,
      body: {
        principalId: client,
        principalType: 'ServicePrincipal',
        principalDisplayName: 'client',
        resourceId: api,
        resourceDisplayName: 'api',
        appRoleId: appRole,
      },
    });
    expect(await assign({}, { as })).toMatchObject({ status: 400, message: 'Permission being assigned already exists on the object' });
    const id = String(made.body['id']);
    for (const path of [`servicePrincipals/${client}/appRoleAssignments`, `servicePrincipals/${api}/appRoleAssignedTo`]) {
      expect((await ask(`GET ${path}`)).value).toMatchObject([{ id }]);
      expect((await ask(`GET ${path}/${id}`)).body).toMatchObject({ id });
    }
    expect((await ask(`GET servicePrincipals/${client}/appRoleAssignments?$filter=resourceId eq ${api}`)).value).toHaveLength(1);
    expect(await ask(`DELETE servicePrincipals/${api}/appRoleAssignments/${id}`)).toMatchObject({ status: 404 });
    expect(await ask(`DELETE servicePrincipals/${client}/appRoleAssignments/${id}`, { as: 'bob' })).toMatchObject({ status: 403 });
    expect(await ask(`DELETE servicePrincipals/${client}/appRoleAssignments/${id}`, { as })).toMatchObject({ status: 204 });
    expect((await ask(`GET servicePrincipals/${client}/appRoleAssignments`)).value).toEqual([]);
  });

  it.each(['admin', 'app:AppRoleAssignment.ReadWrite.All'])('at Microsoft Graph are made by %s', async (as) => {
    const made = await assign({ resourceId: graph, appRoleId: graphRead }, { as, path: `servicePrincipals/${graph}/appRoleAssignedTo` });
    expect(made).toMatchObject({ status: 201 });
    expect(world.directory.appRoleAssignments.rolesOf(world.tenantId, client, graph)).toEqual(['Directory.Read.All']);
    const path = `servicePrincipals/${graph}/appRoleAssignedTo/${String(made.body['id'])}`;
    expect(await ask(`DELETE ${path}`, { as: 'appAdmin' })).toMatchObject({ status: 403 });
    expect(await ask(`DELETE ${path}`, { as })).toMatchObject({ status: 204 });
  });

  it('are given to users and groups, who see their own', async () => {
    const { bob } = world.users;
    const group = await world.directory.groups.create({ tenantId: world.tenantId, displayName: 'team', mailNickname: 'team' });
    const toBob = await assign({ principalId: bob.id, appRoleId: userRole }, { path: `users/${bob.id}/appRoleAssignments` });
    expect(toBob).toMatchObject({ status: 201, body: { principalType: 'User', principalDisplayName: 'bob' } });
    const toGroup = await assign({ principalId: group.id, appRoleId: userRole }, { path: `groups/${group.id}/appRoleAssignments` });
    expect(toGroup).toMatchObject({ status: 201, body: { principalType: 'Group' } });
    expect((await ask('GET me/appRoleAssignments', { as: 'bob' })).value).toMatchObject([{ appRoleId: userRole }]);
    expect((await ask(`GET groups/${group.id}/appRoleAssignments`)).value).toHaveLength(1);
    expect((await ask(`GET servicePrincipals/${api}/appRoleAssignedTo?$filter=principalId eq ${bob.id}`)).value).toHaveLength(1);
    expect(await ask(`DELETE users/${bob.id}/appRoleAssignments/${String(toBob.body['id'])}`)).toMatchObject({ status: 204 });
  });

  it('without a role go to resources that have none', async () => {
    const body = { principalId: api, resourceId: client, appRoleId: noRole };
    expect(await assign(body, { path: `servicePrincipals/${client}/appRoleAssignedTo` })).toMatchObject({ status: 201 });
  });
});

describe('delegated permission grants', () => {
  const grant = (further: Record<string, unknown> = {}, as = 'admin') =>
    ask('POST oauth2PermissionGrants', {
      as,
      body: { clientId: client, consentType: 'AllPrincipals', principalId: null, resourceId: graph, scope: 'User.Read', ...further },
    });

  it.each<[string, () => Record<string, unknown>, number, RegExp]>([
    ['an unknown client', () => ({ clientId: newGuid() }), 404, /does not exist/],
    ['an unknown resource', () => ({ resourceId: newGuid() }), 404, /does not exist/],
    ['an unknown user', () => ({ consentType: 'Principal', principalId: newGuid() }), 404, /does not exist/],
    ['a user of another tenant', () => ({ consentType: 'Principal', principalId: world.users.eve.id }), 404, /does not exist/],
    ['one user, unnamed', () => ({ consentType: 'Principal' }), 400, /principalId/],
    ['all users, and one by name', () => ({ principalId: world.users.bob.id }), 400, /principalId/],
    ['another type', () => ({ consentType: 'Everybody' }), 400, /consentType/],
    ['no type', () => ({ consentType: undefined }), 400, /consentType/],
    ['scopes that are no text', () => ({ scope: ['User.Read'] }), 400, /scope/],
    ['an unknown property', () => ({ colour: 'red' }), 400, /Invalid property/],
  ])('are refused with %s', async (_, further, status, message) => {
    expect(await grant(further())).toMatchObject({ status, message: expect.stringMatching(message) as string });
  });

  it.each(['alice', 'bob', 'app:Application.ReadWrite.All', 'reader'])('are not for %s to make', async (as) => {
    expect(await grant({}, as)).toMatchObject({ status: 403 });
    expect((await ask('GET oauth2PermissionGrants')).value).toEqual([]);
  });

  it.each(['admin', 'appAdmin', 'app:DelegatedPermissionGrant.ReadWrite.All'])('are made, changed and taken away by %s', async (as) => {
    const made = await grant({ scope: ' User.Read   User.Read Mail.Read ' }, as);
    expect(made).toMatchObject({ status: 201, body: { scope: 'User.Read Mail.Read', principalId: null, consentType: 'AllPrincipals' } });
    expect(await grant({}, as)).toMatchObject({
      status: 409,
      code: 'Request_MultipleObjectsWithSameKeyValue',
      message: 'Permission entry already exists.',
    });
    const id = String(made.body['id']);
    const other = await grant({ consentType: 'Principal', principalId: world.users.bob.id }, as);
    expect(other).toMatchObject({ status: 201 });
    expect((await ask(`GET oauth2PermissionGrants?$filter=clientId eq '${client}'`)).value).toHaveLength(2);
    expect((await ask(`GET oauth2PermissionGrants?$filter=clientId eq '${client}' and consentType eq 'Principal'`)).value).toHaveLength(1);
    expect((await ask(`GET servicePrincipals/${client}/oauth2PermissionGrants`)).value).toHaveLength(2);
    expect((await ask(`GET users/${world.users.bob.id}/oauth2PermissionGrants`)).value).toHaveLength(1);
    expect(await ask(`PATCH oauth2PermissionGrants/${id}`, { as, body: { clientId: api } })).toMatchObject({ status: 400 });
    expect(await ask(`PATCH oauth2PermissionGrants/${id}`, { as: 'bob', body: { scope: 'x' } })).toMatchObject({ status: 403 });
    expect(await ask(`PATCH oauth2PermissionGrants/${id}`, { as, body: { scope: 'User.Read.All' } })).toMatchObject({ status: 204 });
    expect((await ask(`GET oauth2PermissionGrants/${id}`)).body).toMatchObject({ scope: 'User.Read.All' });
    expect(await ask(`DELETE oauth2PermissionGrants/${id}`, { as: 'eve' })).toMatchObject({ status: 404 });
    // The Azure CLI spells the collection in another way here.
    expect(await ask(`DELETE oAuth2PermissionGrants/${id}`, { as })).toMatchObject({ status: 204 });
    expect(await ask(`DELETE oauth2PermissionGrants/${String(other.body['id'])}`, { as })).toMatchObject({ status: 204 });
  });
});
