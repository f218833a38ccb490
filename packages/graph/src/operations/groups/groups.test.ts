import { beforeAll, describe, expect, it } from 'vitest';
import { createWorld, eventual, noSuchId, type Asked, type Who, type World } from '../../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const denied = { status: 403, code: 'Authorization_RequestDenied' };
const post = (body: unknown, as: Who = { user: 'gail' }): Asked => ({ method: 'POST', body, as });
const patch = (body: unknown, as: Who = { user: 'gail' }): Asked => ({ method: 'PATCH', body, as });
const newGroup = (more: object = {}) => ({
  displayName: 'Operators',
  mailNickname: 'operators',
  mailEnabled: false,
  securityEnabled: true,
  ...more,
});
const url = (id: string, set = 'directoryObjects') => `https://graph.microsoft.com/v1.0/${set}/${id}`;
const reference = (id: string, set?: string) => ({ '@odata.id': url(id, set) });

describe('POST /groups refuses', () => {
  it.each<[string, object, string]>([
    ['no name', { displayName: undefined }, "A value is required for property 'displayName' of resource 'Group'."],
    ['no nickname', { mailNickname: undefined }, "A value is required for property 'mailNickname' of resource 'Group'."],
    ['no mailEnabled', { mailEnabled: undefined }, "A value is required for property 'mailEnabled' of resource 'Group'."],
    ['no securityEnabled', { securityEnabled: undefined }, "A value is required for property 'securityEnabled' of resource 'Group'."],
    ['mail', { mailEnabled: true }, 'Only security groups'],
    ['no security', { securityEnabled: false }, 'Only security groups'],
    ['Microsoft 365', { groupTypes: ['Unified'] }, 'Only security groups'],
    ['a bad nickname', { mailNickname: 'a b' }, "Invalid value specified for property 'mailNickname' of resource 'Group'."],
    ['an unknown property', { planet: 'x' }, "Invalid property 'planet'."],
    ['members that are no list', { 'members@odata.bind': 'x' }, "Invalid value specified for property 'members' of resource 'Group'."],
    [
      'members elsewhere',
      { 'members@odata.bind': [`https://evil.example/v1.0/users/${noSuchId}`] },
      "Invalid URL specified for '@odata.id'.",
    ],
    ['too many members', { 'members@odata.bind': Array.from({ length: 21 }, () => url(noSuchId)) }, 'exceeds the limit of 20'],
  ])('%s', async (_what, more, message) => {
    expect(await world.ask('groups', post(newGroup(more)))).toMatchObject({ status: 400, message: expect.stringContaining(message) });
  });

  it('groups that could hold directory roles, and unknown members', async () => {
    expect(await world.ask('groups', post(newGroup({ isAssignableToRole: true })))).toMatchObject({ status: 501 });
    expect(await world.ask('groups', post(newGroup({ 'members@odata.bind': [url(noSuchId)] })))).toMatchObject({ status: 404 });
    expect(await world.ask('groups', post(newGroup({ 'owners@odata.bind': [url(world.idOf('bob'), 'groups')] })))).toMatchObject({
      status: 404,
    });
  });

  it('applications without the role', async () => {
    expect(await world.ask('groups', post(newGroup(), { app: 'api', roles: ['GroupMember.ReadWrite.All'] }))).toMatchObject(denied);
    expect(await world.ask('groups', post(newGroup(), { user: 'ada', scp: 'Group.Read.All' }))).toMatchObject(denied);
  });
});

describe('groups', () => {
  it('members create groups, own them, and manage them; other members do not', async () => {
    const { ask, idOf, directory, tenantId } = world;
    const { status, body } = await ask('groups', post(newGroup({ description: 'who operate' }), { user: 'ada' }));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      displayName: 'Operators',
      securityEnabled: true,
      mailEnabled: false,
      groupTypes: [],
      description: 'who operate',
    });
    expect(body['securityIdentifier']).toMatch(/^S-1-12-1(-\d+){4}$/);
    const path = `groups/${String(body['id'])}`;
    expect(directory.owners.of(tenantId, String(body['id']))).toEqual([idOf('ada')]);

    for (const user of ['bob', 'alan', 'petra', 'rita']) {
      expect(await ask(path, patch({ displayName: 'Mine' }, { user }))).toMatchObject(denied);
      expect(await ask(path, { method: 'DELETE', as: { user } })).toMatchObject(denied);
      expect(await ask(`${path}/members/$ref`, post(reference(idOf(user)), { user }))).toMatchObject(denied);
      expect(await ask(`${path}/owners/$ref`, post(reference(idOf(user)), { user }))).toMatchObject(denied);
    }
    expect(await ask(path, patch({ displayName: 'X' }, { user: 'ada', scp: 'GroupMember.ReadWrite.All' }))).toMatchObject(denied);
    expect(await ask(`${path}/members/$ref`, post(reference(idOf('bob')), { user: 'ada' }))).toMatchObject({
      status: 204,
      text: '',
    });
    expect(await ask(path, patch({ displayName: 'Watch', description: null }, { user: 'ada' }))).toMatchObject({ status: 204 });
    expect((await ask(path)).body).toMatchObject({ displayName: 'Watch', description: null });
    for (const user of ['greta', 'ursula']) expect((await ask(path, patch({ description: user }, { user }))).status).toBe(204);
    expect((await ask(path, { method: 'DELETE', as: { user: 'ada' } })).status).toBe(204);
    expect(await ask(path)).toMatchObject({ status: 404, code: 'Request_ResourceNotFound' });
  });

  it('groups of applications and administrators have the owners and members that were named', async () => {
    const { ask, idOf, directory, tenantId } = world;
    const bindings = {
      'owners@odata.bind': [url(idOf('ada'), 'users')],
      'members@odata.bind': [url(idOf('bob')), url(idOf('api'), 'servicePrincipals')],
    };
    const { body } = await ask('groups', post(newGroup(bindings), { app: 'tool', roles: ['Group.Create'] }));
    const id = String(body['id']);
    expect(directory.owners.of(tenantId, id)).toEqual([idOf('ada')]);
    expect(directory.members.of(tenantId, id)).toHaveLength(2);
  });
});

describe('$ref', () => {
  it.each<[string, unknown]>([
    ['no reference', {}],
    ['no url', { '@odata.id': 7 }],
    ['another host', { '@odata.id': `https://evil.example/v1.0/directoryObjects/${noSuchId}` }],
    ['a host that begins like ours', { '@odata.id': `https://graph.microsoft.com.evil.example/v1.0/users/${noSuchId}` }],
    ['a password in the url', { '@odata.id': `https://graph.microsoft.com@evil.example/v1.0/users/${noSuchId}` }],
    ['plain http', { '@odata.id': `http://graph.microsoft.com/v1.0/users/${noSuchId}` }],
    ['an id that is none', reference('ada@contoso.example', 'users')],
    ['another set', reference(noSuchId, 'devices')],
    ['a property of objects', reference(noSuchId, 'constructor')],
    ['a deeper path', { '@odata.id': `${url(noSuchId)}/members` }],
    ['a query', { '@odata.id': `${url(noSuchId)}?x=1` }],
  ])('refuses %s', async (_what, body) => {
    const { id } = await world.group('refs');
    expect(await world.ask(`groups/${id}/members/$ref`, post(body))).toMatchObject({ status: 400, code: 'Request_BadRequest' });
  });

  it('refuses what is there, what does not fit, circles, and what is not there', async () => {
    const { ask, idOf, group, apps } = world;
    const { id } = await group('outer');
    const inner = await group('inner');
    const add = (body: unknown) => ask(`groups/${id}/members/$ref`, post(body));
    expect((await add(reference(idOf('ada'), 'users'))).status).toBe(204);
    expect(await add(reference(idOf('ada')))).toMatchObject({
      status: 400,
      code: 'Request_BadRequest',
      message: "One or more added object references already exist for the following modified properties: 'members'.",
    });
    expect(await add(reference(idOf('ada'), 'groups'))).toMatchObject({ status: 404 });
    expect(await add(reference(noSuchId))).toMatchObject({ status: 404, code: 'Request_ResourceNotFound' });
    expect(await add(reference(apps['api']?.application.id ?? ''))).toMatchObject({ status: 400 });
    expect((await add(reference(inner.id, 'groups'))).status).toBe(204);
    expect(await ask(`groups/${inner.id}/members/$ref`, post(reference(id)))).toMatchObject({ status: 400 });
    expect(await ask(`groups/${id}/members/$ref`, post(reference(id)))).toMatchObject({ status: 400 });
    const remove = (memberId: string) => ask(`groups/${id}/members/${memberId}/$ref`, { method: 'DELETE' });
    expect((await remove(idOf('ada').toUpperCase())).status).toBe(204);
    expect(await remove(idOf('ada'))).toMatchObject({ status: 404 });
  });

  it('PATCH binds members: all or none', async () => {
    const { ask, idOf, group, directory, tenantId } = world;
    const { id } = await group('bound', { members: [idOf('bob')] });
    const both = { 'members@odata.bind': [url(idOf('ada')), url(idOf('bob'))] };
    expect(await ask(`groups/${id}`, patch(both))).toMatchObject({ status: 400, message: expect.stringContaining("'members'") });
    expect(directory.members.of(tenantId, id)).toEqual([idOf('bob')]);
    expect((await ask(`groups/${id}`, patch({ 'members@odata.bind': [url(idOf('ada'), 'users')] }))).status).toBe(204);
    expect(directory.members.of(tenantId, id)).toHaveLength(2);
  });

  it('the last owner who is a user stays', async () => {
    const { ask, idOf, group } = world;
    const { id } = await group('owned', { owners: [idOf('ada')] });
    const remove = (name: string) => ask(`groups/${id}/owners/${idOf(name)}/$ref`, { method: 'DELETE', as: { user: 'ada' } });
    expect((await ask(`groups/${id}/owners/$ref`, post(reference(idOf('api')), { user: 'ada' }))).status).toBe(204);
    expect(await remove('ada')).toMatchObject({ status: 400, message: expect.stringContaining('at least one owner') });
    expect((await ask(`groups/${id}/owners/$ref`, post(reference(idOf('bob')), { user: 'ada' }))).status).toBe(204);
    expect((await remove('ada')).status).toBe(204);
    // He is no owner any more.
    expect(await remove('api')).toMatchObject(denied);
  });
});

describe('memberships', () => {
  const nest = async () => {
    const inner = await world.group('nest inner', { members: [world.idOf('ada'), world.idOf('gail')] });
    const outer = await world.group('nest outer', { members: [inner.id, world.idOf('bob'), world.idOf('api')] });
    return { inner, outer };
  };

  it('lists say of what kind each is; casts and transitive ones count', async () => {
    const { ask, idOf } = world;
    const { inner, outer } = await nest();
    const members = await ask(`groups/${outer.id}/members`, { as: { user: 'ada' } });
    expect(members.body['@odata.context']).toBe('https://graph.microsoft.com/v1.0/$metadata#directoryObjects');
    expect(Object.fromEntries(members.value.map((one) => [one['id'], one['@odata.type']]))).toEqual({
      [inner.id]: '#microsoft.graph.group',
      [idOf('bob')]: '#microsoft.graph.user',
      [idOf('api')]: '#microsoft.graph.servicePrincipal',
    });
    expect((await ask(`groups/${outer.id}/members/microsoft.graph.user`)).value).toMatchObject([
      { userPrincipalName: 'bob@contoso.example' },
    ]);
    expect((await ask(`groups/${outer.id}/members/microsoft.graph.user/$count`, { headers: eventual })).text).toBe('1');
    expect((await ask(`groups/${outer.id}/members/$count`, { headers: eventual })).text).toBe('3');
    expect((await ask(`groups/${outer.id}/transitiveMembers?$select=id`)).value).toHaveLength(5);
    expect((await ask(`groups/${outer.id}/members?$select=userPrincipalName`)).value).toContainEqual({
      '@odata.type': '#microsoft.graph.user',
      userPrincipalName: 'bob@contoso.example',
    });
    expect(await ask(`groups/${outer.id}/members?$select=planet`)).toMatchObject({ status: 400 });
    expect(await ask(`groups/${outer.id}/members?$filter=displayName eq 'Bob'`)).toMatchObject({
      status: 400,
      code: 'Request_UnsupportedQuery',
    });
    const filtered = await ask(`groups/${outer.id}/members?$filter=startswith(displayName,'b')&$count=true`, { headers: eventual });
    expect(filtered.value).toMatchObject([{ id: idOf('bob') }]);
    expect((await ask(`groups/${outer.id}?$expand=members($select=id)`)).body['members']).toHaveLength(3);
  });

  it('memberOf and the actions beside it, with directory roles where Graph has them', async () => {
    const { ask, idOf } = world;
    const { inner, outer } = await nest();
    const as = { user: 'gail' };
    const groupIds = [outer.id, noSuchId, inner.id.toUpperCase()];
    const idsOf = async (path: string) => (await ask(path, { as })).value.map((one) => one['@odata.type'] ?? one['id']);
    expect(await idsOf('me/memberOf')).toEqual(expect.arrayContaining(['#microsoft.graph.group', '#microsoft.graph.directoryRole']));
    expect(await idsOf('me/memberOf/microsoft.graph.directoryRole')).toHaveLength(1);
    expect((await ask('me/transitiveMemberOf/microsoft.graph.group', { as })).value.map(({ id }) => id)).toEqual(
      expect.arrayContaining([inner.id, outer.id]),
    );
    for (const prefix of ['me', `users/${idOf('gail')}`, 'users/gail@contoso.example', `directoryObjects/${idOf('gail')}`]) {
      const all = await ask(`${prefix}/getMemberGroups`, post({ securityEnabledOnly: false }));
      expect(all.body['@odata.context']).toBe('https://graph.microsoft.com/v1.0/$metadata#Collection(Edm.String)');
      expect(all.body['value']).toEqual(expect.arrayContaining([inner.id, outer.id]));
      const objects = await ask(`${prefix}/getMemberObjects`, post({ securityEnabledOnly: false }));
      expect(objects.body['value']).toHaveLength((all.body['value'] as unknown[]).length + 1);
      expect((await ask(`${prefix}/checkMemberGroups`, post({ groupIds }))).body['value']).toEqual([outer.id, inner.id]);
    }
    expect((await ask(`groups/${inner.id}/getMemberGroups`, post({}))).body['value']).toEqual([outer.id]);
    expect((await ask(`groups/${inner.id}/memberOf`)).value).toMatchObject([{ id: outer.id, '@odata.type': '#microsoft.graph.group' }]);
    for (const bad of [
      {},
      { groupIds: [] },
      { groupIds: ['x'] },
      { groupIds: 'x' },
      { groupIds: Array.from({ length: 21 }, () => noSuchId) },
    ]) {
      expect(await ask('me/checkMemberGroups', post(bad))).toMatchObject({ status: 400 });
    }
    expect(await ask('me/getMemberGroups', post({ securityEnabledOnly: 'yes' }))).toMatchObject({ status: 400 });
  });

  it('ownedObjects', async () => {
    const { ask, idOf, group } = world;
    const { id } = await group('clara owns', { owners: [idOf('clara')] });
    expect((await ask('me/ownedObjects', { as: { user: 'clara' } })).value).toMatchObject([
      { id, '@odata.type': '#microsoft.graph.group' },
    ]);
    expect((await ask(`users/${idOf('clara')}/ownedObjects`)).value).toHaveLength(1);
  });
});

describe('other objects', () => {
  it('directoryObjects', async () => {
    const { ask, idOf, apps } = world;
    const { id } = await world.group('an object');
    const applicationId = apps['api']?.application.id ?? '';
    const kinds = { [idOf('ada')]: 'user', [id]: 'group', [idOf('api')]: 'servicePrincipal', [applicationId]: 'application' };
    for (const [objectId, kind] of Object.entries(kinds)) {
      expect((await ask(`directoryObjects/${objectId}`)).body).toMatchObject({ id: objectId, '@odata.type': `#microsoft.graph.${kind}` });
    }
    const ids = [...Object.keys(kinds), noSuchId, id.toUpperCase()];
    expect((await ask('directoryObjects/getByIds', post({ ids }))).value).toHaveLength(4);
    expect((await ask('directoryObjects/getByIds', post({ ids, types: ['group', 'user'] }))).value).toHaveLength(2);
    const tooMany = Array.from({ length: 1001 }, () => noSuchId);
    for (const bad of [
      [],
      {},
      { ids: [] },
      { ids: ['x'] },
      { ids: [7] },
      { ids: tooMany },
      { ids, types: ['planet'] },
      { ids, types: 'user' },
    ]) {
      expect(await ask('directoryObjects/getByIds', post(bad))).toMatchObject({ status: 400 });
    }
  });

  it('organization, domains and directory roles', async () => {
    const { ask, tenantId, idOf } = world;
    expect((await ask('organization')).value).toMatchObject([{ id: tenantId, displayName: 'Contoso', tenantType: 'AAD' }]);
    expect((await ask(`organization/${tenantId}`)).body).toMatchObject({
      verifiedDomains: [{ name: 'contoso.example', isDefault: true }, {}],
    });
    expect((await ask('domains/second.example')).body).toMatchObject({ id: 'second.example', isDefault: false, isVerified: true });
    expect(await ask('domains/other.example')).toMatchObject({ status: 404 });
    const templateId = '62e90394-69f5-4237-9190-012177145e10';
    const role = await ask(`directoryRoles(roleTemplateId='${templateId}')`);
    expect(role.body).toMatchObject({ displayName: 'Global Administrator', roleTemplateId: templateId });
    expect((await ask(`directoryRoles/${String(role.body['id'])}/members`)).value).toMatchObject([{ id: idOf('gail') }]);
    expect((await ask('directoryRoles')).value).toHaveLength(7);
    expect(await ask('directoryRoles', post({}))).toMatchObject({ status: 501 });
  });
});
