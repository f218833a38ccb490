import type { AccessTokenVerifier, Caller } from '@podpass/directory';
import { createDirectory } from '@podpass/directory';
import type { Exchange } from '@podpass/http';
import { createClock, isObject, newGuid } from '@podpass/kernel';
import { createMemoryStore } from '@podpass/store';
import { silentTelemetry } from '@podpass/telemetry';
import { beforeAll, describe, expect, it } from 'vitest';
import { createGraph } from './graph.ts';

const open = async () => {
  const clock = createClock();
  const directory = await createDirectory({ store: createMemoryStore(), clock });
  const tenant = await directory.tenants.create({ displayName: 'Contoso', domains: ['contoso.example'] });
  const other = await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
  const tenantId = tenant.id;
  const ada = await directory.users.create({
    tenantId,
    userPrincipalName: 'ada@contoso.example',
    displayName: 'Ada',
    password: 'correct horse',
  });
  const { application, servicePrincipal } = await directory.applications.create({
    tenantId,
    displayName: 'api',
    identifierUris: ['api://backend'],
  });
  await directory.applications.addSecret(tenantId, application.appId);
  const identity = await directory.managedIdentities.create({ tenantId, resourceId: '/identity', displayName: 'web', explicit: true });
  const stranger = await directory.applications.create({ tenantId: other.id, displayName: 'stranger' });
  const base = { tenantId, appId: 'client', issuer: 'i', audience: 'a', managedIdentity: undefined };
  const user: Caller = {
    ...base,
    objectId: ada.id,
    kind: 'user',
    userPrincipalName: ada.userPrincipalName,
    label: 'ada',
    claims: { scp: 'Directory.AccessAsUser.All User.Read' },
  };
  const app: Caller = { ...base, objectId: servicePrincipal.id, kind: 'app', userPrincipalName: undefined, label: 'app', claims: {} };
  const callers: Record<string, Caller> = {
    user,
    app,
    narrow: { ...user, claims: { scp: 'User.Read' } },
    reader: { ...app, claims: { roles: ['Directory.Read.All'] } },
    'user-with-roles': { ...user, claims: { roles: ['Directory.Read.All'] } },
  };
  const verifier: AccessTokenVerifier = {
    async verify(authorization, { audiences }) {
      expect(audiences).toContain('https://graph.microsoft.com');
      if (authorization === undefined) return { failure: { reason: 'missing' } };
      const caller = callers[authorization];
      if (caller) return { caller };
      return { failure: authorization === 'late' ? { reason: 'expired', expiredAt: 0 } : { reason: 'audience', audience: 'x' } };
    },
  };
  const { surface } = createGraph({ directory, verifier, clock, telemetry: silentTelemetry() });
  const ask = async (path: string, options: { as?: string; method?: string; body?: string } = {}) => {
    const url = new URL(`https://graph.microsoft.com/${path}`);
    const exchange: Exchange = {
      id: newGuid(),
      method: options.method ?? 'GET',
      host: url.hostname,
      authority: url.host,
      path: url.pathname,
      query: url.searchParams,
      headers: options.as === '' ? {} : { authorization: options.as ?? 'user' },
      body: Buffer.from(options.body ?? ''),
      peer: { address: '127.0.0.1', certificate: undefined },
      signal: AbortSignal.timeout(60_000),
    };
    const answer = await surface.handle(exchange);
    const body: Record<string, unknown> = isObject(answer.body) ? answer.body : {};
    const error = isObject(body['error']) ? body['error'] : undefined;
    return {
      status: answer.status,
      headers: answer.headers ?? {},
      body,
      code: error?.['code'],
      value: body['value'],
    };
  };
  return { directory, tenantId, ada, application, servicePrincipal, identity, stranger, surface, ask };
};

let graph: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  graph = await open();
});
const guid = '00000000-0000-4000-8000-000000000000';
const getByIds = (body: unknown, as?: string) =>
  graph.ask('v1.0/directoryObjects/getByIds', {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(as === undefined ? {} : { as }),
  });

describe('refusals', () => {
  it.each<[string, string, { as?: string; method?: string }, number, string]>([
    ['no token', 'v1.0/me', { as: '' }, 401, 'InvalidAuthenticationToken'],
    ['no token, before the path', 'v1.0/nonsense', { as: '' }, 401, 'InvalidAuthenticationToken'],
    ['an expired token', 'v1.0/me', { as: 'late' }, 401, 'InvalidAuthenticationToken'],
    ['a token for another resource', 'v1.0/me', { as: 'wrong' }, 401, 'InvalidAuthenticationToken'],
    ['me for an application', 'v1.0/me', { as: 'app' }, 400, 'BadRequest'],
    ['users for an application without roles', 'v1.0/users', { as: 'app' }, 403, 'Authorization_RequestDenied'],
    ['one user for an application without roles', `v1.0/users/${guid}`, { as: 'app' }, 403, 'Authorization_RequestDenied'],
    ['service principals for an application without roles', 'v1.0/servicePrincipals', { as: 'app' }, 403, 'Authorization_RequestDenied'],
    ['users with a token for the sign-in only', 'v1.0/users', { as: 'narrow' }, 403, 'Authorization_RequestDenied'],
    ['roles in a token of a user', 'v1.0/users', { as: 'user-with-roles' }, 403, 'Authorization_RequestDenied'],
    ['an unknown user', 'v1.0/users/bob@contoso.example', {}, 404, 'Request_ResourceNotFound'],
    ['an unknown principal', `v1.0/servicePrincipals/${guid}`, {}, 404, 'Request_ResourceNotFound'],
    ['an unknown segment', 'v1.0/nonsense', {}, 400, 'BadRequest'],
    ['an unknown version', 'v2.0/me', {}, 400, 'BadRequest'],
    ['no path', '', {}, 400, 'BadRequest'],
    ['beta', 'beta/me', {}, 501, 'NotImplemented'],
    ['groups', 'v1.0/groups', {}, 501, 'NotImplemented'],
    ['applications', 'v1.0/applications', { method: 'POST' }, 501, 'NotImplemented'],
    ['a navigation', 'v1.0/me/memberOf', {}, 501, 'NotImplemented'],
    ['a change', 'v1.0/me', { method: 'PATCH' }, 501, 'NotImplemented'],
    ['a new user', 'v1.0/users', { method: 'POST' }, 501, 'NotImplemented'],
    ['GET of an action', 'v1.0/directoryObjects/getByIds', {}, 501, 'NotImplemented'],
    ['a filter that is not understood', "v1.0/users?$filter=startswith(displayName,'A')", {}, 400, 'Request_UnsupportedQuery'],
    ['a filter on another property', "v1.0/users?$filter=displayName eq 'Ada'", {}, 400, 'Request_UnsupportedQuery'],
    [
      'a collection filter on a plain property',
      "v1.0/servicePrincipals?$filter=appId/any(c:c eq 'x')",
      {},
      400,
      'Request_UnsupportedQuery',
    ],
    ['a plain filter on a collection', "v1.0/servicePrincipals?$filter=servicePrincipalNames eq 'x'", {}, 400, 'Request_UnsupportedQuery'],
    ['an empty filter', 'v1.0/users?$filter=', {}, 400, 'Request_UnsupportedQuery'],
    ['two filters', "v1.0/users?$filter=id eq 'a'&$filter=id eq 'b'", {}, 400, 'Request_UnsupportedQuery'],
    ['an unknown option', 'v1.0/users?$expand=manager', {}, 400, 'Request_UnsupportedQuery'],
    ['a page of nothing', 'v1.0/users?$top=0', {}, 400, 'Request_BadRequest'],
    ['a page too large', 'v1.0/users?$top=1000', {}, 400, 'Request_BadRequest'],
    ['a page that is no number', 'v1.0/users?$top=1e2', {}, 400, 'Request_BadRequest'],
    ['an unknown property', 'v1.0/me?$select=objectId', {}, 400, 'BadRequest'],
    ['a property that never leaves', 'v1.0/me?$select=passwordHash', {}, 400, 'BadRequest'],
    ['an empty selection', 'v1.0/me?$select=', {}, 400, 'Request_UnsupportedQuery'],
    ['a malformed path', 'v1.0/users/%E0%A4%A', {}, 400, 'BadRequest'],
  ])('%s', async (_what, path, options, ...[status, code]) => {
    const answer = await graph.ask(path, options);
    expect(answer).toMatchObject({ status, code });
    expect(answer.body).toMatchObject({
      error: { innerError: { date: expect.any(String), 'request-id': expect.any(String), 'client-request-id': expect.any(String) } },
    });
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{', 'Request_BadRequest'],
    ['an array', [], 'Request_BadRequest'],
    ['no ids', {}, 'Request_BadRequest'],
    ['empty ids', { ids: [] }, 'Request_BadRequest'],
    ['an id that is no GUID', { ids: ['ada@contoso.example'] }, 'Request_BadRequest'],
    ['ids that are no text', { ids: [7] }, 'Request_BadRequest'],
    ['too many ids', { ids: Array.from({ length: 1001 }, () => guid) }, 'Request_BadRequest'],
    ['an unknown type', { ids: [guid], types: ['planet'] }, 'Request_BadRequest'],
    ['types that are no list', { ids: [guid], types: 'user' }, 'Request_BadRequest'],
  ])('getByIds with %s', async (_what, body, code) => {
    expect(await getByIds(body)).toMatchObject({ status: 400, code });
  });

  it('getByIds without permission', async () => {
    expect(await getByIds({ ids: [guid] }, 'app')).toMatchObject({ status: 403 });
  });

  it.each([
    ['body-too-large', 413],
    ['headers-too-large', 431],
    ['malformed-request', 400],
    ['bad-path', 400],
    ['timeout', 408],
    ['internal', 500],
  ] as const)('the fault %s has a Graph body and status %i', (kind, status) => {
    expect(graph.surface.fault({ kind, message: 'hidden' })).toMatchObject({
      status,
      body: { error: { code: expect.any(String), message: expect.not.stringContaining('hidden') } },
    });
  });

  it('a fault that brings its status keeps it', () => {
    expect(graph.surface.fault({ kind: 'malformed-request', message: 'hidden', status: 421 }).status).toBe(421);
  });
});

describe('tenants never see each other', () => {
  it('neither by id, nor by name, nor by list', async () => {
    const { stranger, ask } = graph;
    const { id, appId } = stranger.servicePrincipal;
    expect(await ask(`v1.0/servicePrincipals/${id}`)).toMatchObject({ status: 404 });
    expect((await ask(`v1.0/servicePrincipals?$filter=appId eq '${appId}'`)).value).toEqual([]);
    expect((await ask(`v1.0/servicePrincipals?$filter=servicePrincipalNames/any(c:c eq '${appId}')`)).value).toEqual([]);
    expect((await getByIds({ ids: [id] })).value).toEqual([]);
    expect(JSON.stringify((await ask('v1.0/servicePrincipals')).value)).not.toContain('stranger');
  });
});

describe('answers', () => {
  it('me is the signed-in user, without hash and without objectId', async () => {
    const { ada, ask } = graph;
    const { status, body } = await ask('v1.0/me');
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
      id: ada.id,
    });
    expect((await ask('v1.0/me', { as: 'narrow' })).status).toBe(200);
  });

  it('users by name and id', async () => {
    const { ada, ask } = graph;
    expect((await ask("v1.0/users?$filter=userPrincipalName eq 'ADA@contoso.example'")).value).toMatchObject([{ id: ada.id }]);
    expect((await ask("v1.0/users?$filter=userPrincipalName eq 'nobody@contoso.example'")).value).toEqual([]);
    for (const key of [ada.id, ada.id.toUpperCase(), 'ada@contoso.example', 'ADA%40contoso.example']) {
      expect((await ask(`V1.0/Users/${key}`)).body).toMatchObject({ id: ada.id });
    }
    expect((await ask('v1.0/users', { as: 'reader' })).value).toHaveLength(1);
  });

  it('service principals by name, client id and id', async () => {
    const { identity, servicePrincipal, ask } = graph;
    for (const name of [identity.appId, identity.servicePrincipalNames[1]]) {
      const filter = encodeURIComponent(`servicePrincipalNames/any(c:c eq '${name}')`);
      expect((await ask(`v1.0/servicePrincipals?$filter=${filter}`)).value).toMatchObject([
        { id: identity.id, servicePrincipalType: 'ManagedIdentity' },
      ]);
    }
    expect((await ask("v1.0/servicePrincipals?$filter=servicePrincipalNames/any(c:c eq 'api://backend')")).value).toMatchObject([
      { id: servicePrincipal.id },
    ]);
    expect((await ask(`v1.0/servicePrincipals?$filter=appId eq '${identity.appId}'`)).value).toMatchObject([{ appId: identity.appId }]);
    const one = await ask(`v1.0/servicePrincipals/${identity.id}`);
    expect(one.body).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#servicePrincipals/$entity',
      alternativeNames: ['isExplicit=True', '/identity'],
    });
    expect(JSON.stringify(one.body)).not.toContain('scrypt');
  });

  it('lists come in pages', async () => {
    const { ask, directory, tenantId } = graph;
    const seen: unknown[] = [];
    let path: string | undefined = 'v1.0/servicePrincipals?$top=1&$select=id';
    while (path !== undefined && seen.length < 10) {
      const { body, value } = await ask(path);
      seen.push(...(value as unknown[]));
      const next = body['@odata.nextLink'];
      path = typeof next === 'string' ? next.replace('https://graph.microsoft.com/', '') : undefined;
    }
    expect(seen).toEqual(
      directory.servicePrincipals
        .list(tenantId)
        .map(({ id }) => ({ id }))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
  });

  it('$select gives what was asked, in whatever case', async () => {
    const { ask, ada } = graph;
    expect((await ask('v1.0/me?$select=ID,accountEnabled')).body).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users(ID,accountEnabled)/$entity',
      id: ada.id,
      accountEnabled: true,
    });
  });

  it('getByIds tells users from service principals, and honours types', async () => {
    const { ada, identity } = graph;
    const ids = [ada.id, identity.id.toUpperCase(), guid, ada.id];
    const all = await getByIds({ ids, types: ['user', 'group', 'servicePrincipal', 'directoryObjectPartnerReference'] });
    expect(all.value).toMatchObject([
      { '@odata.type': '#microsoft.graph.user', id: ada.id, userPrincipalName: ada.userPrincipalName },
      { '@odata.type': '#microsoft.graph.servicePrincipal', id: identity.id, servicePrincipalNames: identity.servicePrincipalNames },
    ]);
    expect((await getByIds({ ids, types: ['servicePrincipal'] })).value).toMatchObject([{ id: identity.id }]);
    expect((await getByIds({ ids, types: ['group'] })).value).toEqual([]);
    expect((await getByIds({ ids })).value).toHaveLength(2);
  });
});
