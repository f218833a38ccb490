import { beforeAll, describe, expect, it } from 'vitest';
import { createWorld, noSuchId, type Asked, type World } from './testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const app = (...roles: readonly string[]): Asked => ({ as: { app: 'api', roles } });
const ada = (scp?: string): Asked => ({ as: { user: 'ada', ...(scp === undefined ? {} : { scp }) } });

describe('refusals', () => {
  it.each<[string, string, Asked, number, string]>([
    ['no token', 'me', { as: 'nobody' }, 401, 'InvalidAuthenticationToken'],
    ['no token, before the path', 'nonsense', { as: 'nobody' }, 401, 'InvalidAuthenticationToken'],
    ['an expired token', 'me', { as: 'nobody', headers: { authorization: 'late' } }, 401, 'InvalidAuthenticationToken'],
    ['a token for another resource', 'me', { as: 'nobody', headers: { authorization: 'x' } }, 401, 'InvalidAuthenticationToken'],
    ['a user who is gone', 'users', { as: { user: noSuchId } }, 401, 'Authorization_IdentityNotFound'],
    ['an application that is gone', 'users', { as: { app: noSuchId, roles: ['User.Read.All'] } }, 401, 'Authorization_IdentityNotFound'],
    ['me for an application', 'me', app('Directory.Read.All'), 400, 'BadRequest'],
    ['a relation of me for an application', 'me/memberOf', app('Directory.Read.All'), 400, 'BadRequest'],
    ['users for an application without roles', 'users', app(), 403, 'Authorization_RequestDenied'],
    ['one that does not exist, without the right to ask', `users/${noSuchId}`, app(), 403, 'Authorization_RequestDenied'],
    ['service principals for an application without roles', 'servicePrincipals', app(), 403, 'Authorization_RequestDenied'],
    ['users with a token for the sign-in only', 'users', ada('User.Read'), 403, 'Authorization_RequestDenied'],
    ['a scope that only begins like one', 'users', ada('User.Read.AllX'), 403, 'Authorization_RequestDenied'],
    [
      'roles in a token of a user',
      'users',
      { as: { user: 'ada', scp: '', claims: { roles: ['User.Read.All'] } } },
      403,
      'Authorization_RequestDenied',
    ],
    [
      'scopes in a token of an application',
      'users',
      { as: { app: 'api', claims: { scp: 'User.Read.All' } } },
      403,
      'Authorization_RequestDenied',
    ],
    ['roles as a text', 'users', { as: { app: 'api', claims: { roles: 'User.Read.All' } } }, 403, 'Authorization_RequestDenied'],
    [
      'an administrator by the token only',
      'users',
      { ...ada(), method: 'POST', as: { user: 'ada', claims: { wids: ['62e90394-69f5-4237-9190-012177145e10'], idtyp: 'app' } } },
      403,
      'Authorization_RequestDenied',
    ],
    ['an unknown user', 'users/nobody@contoso.example', {}, 404, 'Request_ResourceNotFound'],
    ['an unknown group', `groups/${noSuchId}`, {}, 404, 'Request_ResourceNotFound'],
    ['an id that is none', 'groups/operators', {}, 400, 'Request_BadRequest'],
    ['an unknown segment', 'nonsense', {}, 400, 'BadRequest'],
    ['no segment', '', {}, 400, 'BadRequest'],
    ['what Graph has and this does not', 'devices', {}, 501, 'NotImplemented'],
    ['a navigation that is not offered', 'me/manager', {}, 501, 'NotImplemented'],
    ['a method that is not offered', 'me', { method: 'DELETE' }, 501, 'NotImplemented'],
    ['GET of an action', 'directoryObjects/getByIds', {}, 501, 'NotImplemented'],
    ['an empty key', "users('')", {}, 400, 'BadRequest'],
    ['a malformed path', 'users/%E0%A4%A', {}, 400, 'BadRequest'],
    ['an unknown option', 'users?$skip=1', {}, 400, 'Request_UnsupportedQuery'],
    ['an unknown navigation', 'users?$expand=manager', {}, 400, 'BadRequest'],
    ['an unknown property', 'me?$select=objectId', {}, 400, 'BadRequest'],
    ['a property that never leaves', 'me?$select=passwordHash', {}, 400, 'BadRequest'],
    ['a filter on what never leaves', "users?$filter=startswith(passwordHash,'a')", {}, 400, 'BadRequest'],
    ['a password profile', 'users?$select=passwordProfile', {}, 400, 'BadRequest'],
  ])('%s', async (_what, path, asked, ...[status, code]) => {
    const answer = await world.ask(path, asked);
    expect(answer).toMatchObject({ status, code });
    expect(answer.body).toMatchObject({
      error: { innerError: { date: expect.any(String), 'request-id': expect.any(String), 'client-request-id': expect.any(String) } },
    });
  });

  it('a version that is none, and beta', async () => {
    const { surface } = world;
    const exchange = { id: 'i', method: 'GET', host: 'h', authority: 'h', query: new URLSearchParams(), body: Buffer.alloc(0) };
    const rest = {
      headers: { authorization: '{"user":"ada"}' },
      peer: { address: '', certificate: undefined },
      signal: AbortSignal.timeout(60_000),
    };
    expect(await surface.handle({ ...exchange, ...rest, path: '/v2.0/me' })).toMatchObject({ status: 400 });
    expect(await surface.handle({ ...exchange, ...rest, path: '/beta/me' })).toMatchObject({ status: 501 });
  });

  it('a user or an application that was disabled since', async () => {
    const { directory, tenantId, ask } = world;
    const gone = await directory.users.create({
      tenantId,
      userPrincipalName: 'gone@contoso.example',
      displayName: 'Gone',
      password: 'Correct-horse-7',
    });
    await directory.users.update(tenantId, gone.id, { accountEnabled: false });
    expect(await ask('users', { as: { user: gone.id } })).toMatchObject({ status: 401, code: 'Authorization_IdentityDisabled' });
    const { servicePrincipal } = await directory.applications.create({ tenantId, displayName: 'off' });
    await directory.servicePrincipals.update(tenantId, servicePrincipal.id, { accountEnabled: false });
    const as = { app: servicePrincipal.id, roles: ['User.Read.All'] };
    expect(await ask('users', { as })).toMatchObject({ status: 401, code: 'Authorization_IdentityDisabled' });
  });

  it.each([
    ['body-too-large', 413],
    ['headers-too-large', 431],
    ['malformed-request', 400],
    ['bad-path', 400],
    ['timeout', 408],
    ['internal', 500],
  ] as const)('the fault %s has a Graph body and status %i', (kind, status) => {
    expect(world.surface.fault({ kind, message: 'hidden' })).toMatchObject({
      status,
      body: { error: { code: expect.any(String), message: expect.not.stringContaining('hidden') } },
    });
  });

  it('a fault that brings its status keeps it', () => {
    expect(world.surface.fault({ kind: 'malformed-request', message: 'hidden', status: 421 }).status).toBe(421);
  });
});

describe('tenants never see each other', () => {
  it('neither by id, nor by name, nor by list, nor by reference', async () => {
    const { stranger, foreigner, ask, group } = world;
    const { id, appId } = stranger.servicePrincipal;
    expect(await ask(`servicePrincipals/${id}`)).toMatchObject({ status: 404 });
    expect(await ask(`servicePrincipals(appId='${appId}')`)).toMatchObject({ status: 404 });
    expect(await ask(`users/${foreigner.id}`)).toMatchObject({ status: 404 });
    expect(await ask('users/eve@other.example')).toMatchObject({ status: 404 });
    expect(await ask(`directoryObjects/${foreigner.id}`)).toMatchObject({ status: 404 });
    expect((await ask(`servicePrincipals?$filter=appId eq '${appId}'`)).value).toEqual([]);
    expect((await ask(`users?$filter=id eq '${foreigner.id}'`)).value).toEqual([]);
    expect((await ask('directoryObjects/getByIds', { method: 'POST', body: { ids: [id, foreigner.id] } })).value).toEqual([]);
    expect(JSON.stringify((await ask('servicePrincipals')).value)).not.toContain('stranger');
    const { id: groupId } = await group('ours');
    const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${foreigner.id}` };
    expect(await ask(`groups/${groupId}/members/$ref`, { method: 'POST', body: reference })).toMatchObject({ status: 404 });
    expect((await ask('domains')).value.map((domain) => domain['id'])).toEqual(['contoso.example', 'second.example']);
    expect(await ask(`organization/${foreigner.tenantId}`)).toMatchObject({ status: 404 });
  });
});

describe('me', () => {
  it('is the signed-in user, without hash and without objectId', async () => {
    const { users, ask } = world;
    const { status, body } = await ask('me', ada('User.Read'));
    expect(status).toBe(200);
    expect(body).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users/$entity',
      businessPhones: [],
      displayName: 'Ada',
      givenName: null,
      jobTitle: null,
      mail: null,
      mobilePhone: null,
      officeLocation: null,
      preferredLanguage: null,
      surname: null,
      userPrincipalName: 'ada@contoso.example',
      id: users['ada']?.id,
    });
  });

  it('no answer about a user holds a hash, whatever is selected', async () => {
    const all = await world.ask('users?$top=999&$select=*,accountEnabled,identities,signInSessionsValidFromDateTime');
    expect(all.status).toBe(200);
    expect(JSON.stringify(all.body)).not.toMatch(/scrypt|passwordHash/);
  });
});

describe('$batch', () => {
  const batch = (requests: unknown, asked: Asked = {}) => world.ask('$batch', { ...asked, method: 'POST', body: { requests } });
  const request = (id: string, more: object = {}) => ({ id, method: 'GET', url: '/me', ...more });

  it.each<[string, unknown]>([
    ['no list', {}],
    ['an empty list', []],
    ['too many', Array.from({ length: 21 }, (_, index) => request(String(index)))],
    ['a text', ['x']],
    ['no id', [{ method: 'GET', url: '/me' }]],
    ['an id twice', [request('1'), request('1')]],
    ['another method', [request('1', { method: 'TRACE' })]],
    ['an absolute url', [request('1', { url: 'https://graph.microsoft.com/v1.0/me' })]],
    ['a url with a host', [request('1', { url: '//evil.example/me' })]],
    ['headers that are no texts', [request('1', { headers: { a: 1 } })]],
    ['an unknown dependency', [request('1', { dependsOn: ['2'] })]],
    ['a circle', [request('1', { dependsOn: ['2'] }), request('2', { dependsOn: ['1'] })]],
    ['itself as dependency', [request('1', { dependsOn: ['1'] })]],
  ])('refuses %s', async (_what, requests) => {
    expect(await batch(requests)).toMatchObject({ status: 400, code: 'BadRequest' });
  });

  it('needs a token, and its requests cannot bring another', async () => {
    expect(await batch([request('1')], { as: 'nobody' })).toMatchObject({ status: 401 });
    const answered = await batch([request('1', { headers: { Authorization: '{"user":"gail"}' } })], ada());
    expect(answered.body['responses']).toMatchObject([{ status: 200, body: { userPrincipalName: 'ada@contoso.example' } }]);
  });

  it.each(['/$batch', '/%24batch', '/$batc%68', '/$BATCH', '/$batch/'])('does not nest: %s', async (url) => {
    const answered = await batch([request('1', { url, method: 'POST', body: { requests: [request('1')] } })]);
    expect(answered.body['responses']).toMatchObject([{ status: 400 }]);
  });

  it('judges each request by itself, in the order of their dependencies', async () => {
    const answered = await batch(
      [
        request('after', { dependsOn: ['denied'] }),
        request('denied', { method: 'POST', url: '/users', headers: { 'content-type': 'application/json' }, body: {} }),
        request('list', { url: "/users?$filter=displayName ne 'x'&$count=true&$top=1", headers: { ConsistencyLevel: 'eventual' } }),
        request('v', { url: 'users/$count', headers: { ConsistencyLevel: 'eventual' } }),
      ],
      ada(),
    );
    expect(answered.status).toBe(200);
    const responses = answered.body['responses'] as readonly { id: string; status: number; body: unknown }[];
    expect(Object.fromEntries(responses.map(({ id, status }) => [id, status]))).toEqual({ after: 424, denied: 403, list: 200, v: 200 });
  });
});

describe('audit', () => {
  it('has one line for each write and each refusal, and none for reads', async () => {
    const { ask, audited, idOf } = world;
    const from = audited.length;
    await ask('me');
    await ask('me/getMemberGroups', { method: 'POST', body: {} });
    await ask('users', { ...ada(), method: 'POST', body: {} });
    await ask('users', app());
    await ask(`users/${idOf('bob')}`, { method: 'PATCH', body: { jobTitle: 'Boss' } });
    await ask(`users/${idOf('bob')}`, { method: 'PATCH', body: { jobTitle: 7 } });
    expect(audited.slice(from)).toMatchObject([
      { event: 'graph-write', outcome: 'refused', reason: 'denied', operation: 'POST /users', caller: idOf('ada') },
      { event: 'graph-write', outcome: 'refused', reason: 'denied', operation: 'GET /users' },
      { event: 'graph-write', outcome: 'granted', operation: 'PATCH /users/{id}', object: idOf('bob'), caller: idOf('gail') },
      { event: 'graph-write', outcome: 'refused', reason: 'invalidValue' },
    ]);
  });
});
