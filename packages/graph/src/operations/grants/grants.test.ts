import { graphAppId } from '@podpass/directory';
import { newGuid } from '@podpass/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Who, type World } from '../../testing/world.ts';

let world: World;
let client: string;
let api: string;
let graph: string;
const [appRole, userRole, offRole] = [newGuid(), newGuid(), newGuid()];
const [graphRead, noRole] = ['7ab1d382-f21e-4acd-a863-ba3e13f7da61', '00000000-0000-0000-0000-000000000000'];

beforeAll(async () => {
  world = await createWorld();
  const principal = async (body: Record<string, unknown>) => {
    const made = await ask('applications', { method: 'POST', as: 'ada', body });
    return String((await ask('servicePrincipals', { method: 'POST', as: 'ada', body: { appId: made.body['appId'] } })).body['id']);
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
  graph = String((await ask(`servicePrincipals(appId='${graphAppId}')`)).body['id']);
});
const ask: World['ask'] = (...parts) => world.ask(...parts);

const assign = (body: Record<string, unknown>, { as = 'gail', path = `servicePrincipals/${client}/appRoleAssignments` } = {}) =>
  ask(`${path}`, { method: 'POST', as, body: { principalId: client, resourceId: api, appRoleId: appRole, ...body } });

describe('app role assignments that are refused', () => {
  it.each<[string, () => Promise<unknown>, number, RegExp]>([
    ['an unknown role', () => assign({ appRoleId: newGuid() }), 400, /not found on application/],
    ['a role that is disabled', () => assign({ appRoleId: offRole }), 400, /not found on application/],
    ['a role for users', () => assign({ appRoleId: userRole }), 400, /not found on application/],
    ['no role, though there are some', () => assign({ appRoleId: noRole }), 400, /not found on application/],
    ['an unknown resource', () => assign({ resourceId: newGuid() }), 404, /does not exist/],
    ['another principal than the path’s', () => assign({ principalId: world.idOf('bob') }), 400, /Not a valid reference update/],
    ['another resource than the path’s', () => assign({}, { path: `servicePrincipals/${client}/appRoleAssignedTo` }), 400, /reference/],
    ['an unknown principal', () => assign({ principalId: newGuid() }, { path: `servicePrincipals/${api}/appRoleAssignedTo` }), 404, /./],
    [
      'a principal of another tenant',
      () => assign({ principalId: world.idOf('eve'), appRoleId: userRole }, { path: `servicePrincipals/${api}/appRoleAssignedTo` }),
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
    ['ada', 'Microsoft Graph', () => ({ resourceId: graph, appRoleId: graphRead })],
    ['alan', 'Microsoft Graph', () => ({ resourceId: graph, appRoleId: graphRead })],
  ])('by %s at %s', async (as, _, body) => {
    expect(await assign(body(), { as })).toMatchObject({ status: 403, code: 'Authorization_RequestDenied' });
    expect(world.directory.appRoleAssignments.ofPrincipal(world.tenantId, client)).toEqual([]);
  });

  it('by an administrator of another tenant', async () => {
    expect(await assign({}, { as: 'eve' })).toMatchObject({ status: 404 });
  });
});

describe('app role assignments', () => {
  it.each(['ada', 'alan', 'gail', 'app:AppRoleAssignment.ReadWrite.All'])('are made by %s, once, and taken away', async (as) => {
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
      expect((await ask(`${path}`)).value).toMatchObject([{ id }]);
      expect((await ask(`${path}/${id}`)).body).toMatchObject({ id });
    }
    expect((await ask(`servicePrincipals/${client}/appRoleAssignments?$filter=resourceId eq ${api}`)).value).toHaveLength(1);
    expect(await ask(`servicePrincipals/${api}/appRoleAssignments/${id}`, { method: 'DELETE' })).toMatchObject({ status: 404 });
    expect(await ask(`servicePrincipals/${client}/appRoleAssignments/${id}`, { method: 'DELETE', as: 'bob' })).toMatchObject({
      status: 403,
    });
    expect(await ask(`servicePrincipals/${client}/appRoleAssignments/${id}`, { method: 'DELETE', as })).toMatchObject({ status: 204 });
    expect((await ask(`servicePrincipals/${client}/appRoleAssignments`)).value).toEqual([]);
  });

  it.each(['gail', 'app:AppRoleAssignment.ReadWrite.All'])('at Microsoft Graph are made by %s', async (as) => {
    const made = await assign({ resourceId: graph, appRoleId: graphRead }, { as, path: `servicePrincipals/${graph}/appRoleAssignedTo` });
    expect(made).toMatchObject({ status: 201 });
    expect(world.directory.appRoleAssignments.rolesOf(world.tenantId, client, graph)).toEqual(['Directory.Read.All']);
    const path = `servicePrincipals/${graph}/appRoleAssignedTo/${String(made.body['id'])}`;
    expect(await ask(`${path}`, { method: 'DELETE', as: 'alan' })).toMatchObject({ status: 403 });
    expect(await ask(`${path}`, { method: 'DELETE', as })).toMatchObject({ status: 204 });
  });

  it('are given to users and groups, who see their own', async () => {
    const bob = world.idOf('bob');
    const group = await world.directory.groups.create({ tenantId: world.tenantId, displayName: 'team', mailNickname: 'team' });
    const toBob = await assign({ principalId: bob, appRoleId: userRole }, { path: `users/${bob}/appRoleAssignments` });
    expect(toBob).toMatchObject({ status: 201, body: { principalType: 'User', principalDisplayName: 'Bob' } });
    const toGroup = await assign({ principalId: group.id, appRoleId: userRole }, { path: `groups/${group.id}/appRoleAssignments` });
    expect(toGroup).toMatchObject({ status: 201, body: { principalType: 'Group' } });
    expect((await ask('me/appRoleAssignments', { as: 'bob' })).value).toMatchObject([{ appRoleId: userRole }]);
    expect((await ask(`groups/${group.id}/appRoleAssignments`)).value).toHaveLength(1);
    expect((await ask(`servicePrincipals/${api}/appRoleAssignedTo?$filter=principalId eq ${bob}`)).value).toHaveLength(1);
    expect(await ask(`users/${bob}/appRoleAssignments/${String(toBob.body['id'])}`, { method: 'DELETE' })).toMatchObject({
      status: 204,
    });
  });

  it('without a role go to resources that have none', async () => {
    const body = { principalId: api, resourceId: client, appRoleId: noRole };
    expect(await assign(body, { path: `servicePrincipals/${client}/appRoleAssignedTo` })).toMatchObject({ status: 201 });
  });
});

describe('delegated permission grants', () => {
  const grant = (further: Record<string, unknown> = {}, as: Who = 'gail') =>
    ask('oauth2PermissionGrants', {
      method: 'POST',
      as,
      body: { clientId: client, consentType: 'AllPrincipals', principalId: null, resourceId: graph, scope: 'User.Read', ...further },
    });

  it.each<[string, () => Record<string, unknown>, number, RegExp]>([
    ['an unknown client', () => ({ clientId: newGuid() }), 404, /does not exist/],
    ['an unknown resource', () => ({ resourceId: newGuid() }), 404, /does not exist/],
    ['an unknown user', () => ({ consentType: 'Principal', principalId: newGuid() }), 404, /does not exist/],
    ['a user of another tenant', () => ({ consentType: 'Principal', principalId: world.idOf('eve') }), 404, /does not exist/],
    ['one user, unnamed', () => ({ consentType: 'Principal' }), 400, /principalId/],
    ['all users, and one by name', () => ({ principalId: world.idOf('bob') }), 400, /principalId/],
    ['another type', () => ({ consentType: 'Everybody' }), 400, /consentType/],
    ['no type', () => ({ consentType: undefined }), 400, /consentType/],
    ['scopes that are no text', () => ({ scope: ['User.Read'] }), 400, /scope/],
    ['an unknown property', () => ({ colour: 'red' }), 400, /Invalid property/],
  ])('are refused with %s', async (_, further, status, message) => {
    expect(await grant(further())).toMatchObject({ status, message: expect.stringMatching(message) as string });
  });

  it.each<Who>(['ada', 'bob', 'app:Application.ReadWrite.All', { user: 'gail', scp: 'Application.Read.All' }])(
    'are not for %j to make',
    async (as) => {
      expect(await grant({}, as)).toMatchObject({ status: 403 });
      expect((await ask('oauth2PermissionGrants')).value).toEqual([]);
    },
  );

  it.each(['gail', 'alan', 'app:DelegatedPermissionGrant.ReadWrite.All'])('are made, changed and taken away by %s', async (as) => {
    const made = await grant({ scope: ' User.Read   User.Read Mail.Read ' }, as);
    expect(made).toMatchObject({ status: 201, body: { scope: 'User.Read Mail.Read', principalId: null, consentType: 'AllPrincipals' } });
    expect(await grant({}, as)).toMatchObject({
      status: 409,
      code: 'Request_MultipleObjectsWithSameKeyValue',
      message: 'Permission entry already exists.',
    });
    const id = String(made.body['id']);
    const other = await grant({ consentType: 'Principal', principalId: world.idOf('bob') }, as);
    expect(other).toMatchObject({ status: 201 });
    expect((await ask(`oauth2PermissionGrants?$filter=clientId eq '${client}'`)).value).toHaveLength(2);
    expect((await ask(`oauth2PermissionGrants?$filter=clientId eq '${client}' and consentType eq 'Principal'`)).value).toHaveLength(1);
    expect((await ask(`servicePrincipals/${client}/oauth2PermissionGrants`)).value).toHaveLength(2);
    expect((await ask(`users/${world.idOf('bob')}/oauth2PermissionGrants`)).value).toHaveLength(1);
    expect(await ask(`oauth2PermissionGrants/${id}`, { method: 'PATCH', as, body: { clientId: api } })).toMatchObject({ status: 400 });
    expect(await ask(`oauth2PermissionGrants/${id}`, { method: 'PATCH', as: 'bob', body: { scope: 'x' } })).toMatchObject({ status: 403 });
    expect(await ask(`oauth2PermissionGrants/${id}`, { method: 'PATCH', as, body: { scope: 'User.Read.All' } })).toMatchObject({
      status: 204,
    });
    expect((await ask(`oauth2PermissionGrants/${id}`)).body).toMatchObject({ scope: 'User.Read.All' });
    expect(await ask(`oauth2PermissionGrants/${id}`, { method: 'DELETE', as: 'eve' })).toMatchObject({ status: 404 });
    // The Azure CLI spells the collection in another way here.
    expect(await ask(`oAuth2PermissionGrants/${id}`, { method: 'DELETE', as })).toMatchObject({ status: 204 });
    expect(await ask(`oauth2PermissionGrants/${String(other.body['id'])}`, { method: 'DELETE', as })).toMatchObject({ status: 204 });
  });
});
