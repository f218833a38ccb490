import { newGuid } from '@podpass/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { createWorld, eventual, type World } from '../../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
const ask: World['ask'] = (...parts) => world.ask(...parts);

const create = async (body: Record<string, unknown> = {}, as = 'ada') => {
  const made = await ask('applications', { method: 'POST', as, body: { displayName: 'app', ...body } });
  expect(made).toMatchObject({ status: 201 });
  return made.body as { id: string; appId: string };
};
const role = (id: string, further: Record<string, unknown> = {}) => ({
  id,
  value: 'Read',
  displayName: 'Read',
  description: 'Reads.',
  allowedMemberTypes: ['Application'],
  isEnabled: true,
  ...further,
});
const scope = (id: string, further: Record<string, unknown> = {}) => ({
  id,
  value: 'access',
  type: 'User',
  adminConsentDisplayName: 'Access',
  adminConsentDescription: 'Accesses.',
  isEnabled: true,
  ...further,
});

describe('bodies that are refused', () => {
  const id = newGuid();
  it.each<[string, Record<string, unknown>, number, RegExp]>([
    ['no name', { displayName: null }, 400, /displayName/],
    ['an unknown property', { colour: 'red' }, 400, /^Invalid property 'colour'\.$/],
    ['an unknown member', { web: { colour: 'red' } }, 400, /^Invalid property 'colour'\.$/],
    ['a prototype', { ['__proto__x']: {} }, 400, /Invalid property/],
    ['a name that is no text', { displayName: ['x'] }, 400, /displayName/],
    ['a long name', { displayName: 'x'.repeat(257) }, 400, /displayName/],
    ['an id of its own', { appId: id }, 400, /read-only/],
    ['optional claims', { optionalClaims: { idToken: [{ name: 'email' }] } }, 501, /optionalClaims/],
    ['token encryption', { tokenEncryptionKeyId: id }, 501, /tokenEncryptionKeyId/],
    ['a service reference', { serviceManagementReference: 'x' }, 501, /serviceManagementReference/],
    ['known clients', { api: { knownClientApplications: [id] } }, 501, /knownClientApplications/],
    ['personal accounts', { signInAudience: 'PersonalMicrosoftAccount' }, 501, /signInAudience/],
    ['an unknown audience', { signInAudience: 'Everyone' }, 400, /signInAudience/],
    ['a redirect over http', { web: { redirectUris: ['http://a.example/'] } }, 400, /redirectUris/],
    ['a redirect with wildcard', { web: { redirectUris: ['https://*.a.example/'] } }, 400, /redirectUris/],
    ['a redirect with fragment', { spa: { redirectUris: ['https://a.example/#x'] } }, 400, /redirectUris/],
    ['a redirect with credentials', { web: { redirectUris: ['https://u:p@a.example/'] } }, 400, /redirectUris/],
    ['a script as redirect', { publicClient: { redirectUris: ['javascript:alert(1)'] } }, 400, /redirectUris/],
    ['an own scheme for the web', { web: { redirectUris: ['myapp://x'] } }, 400, /redirectUris/],
    ['a redirect twice', { web: { redirectUris: ['https://a.example/', 'https://a.example/'] } }, 400, /duplicate/],
    ['a script as home page', { web: { homePageUrl: 'javascript:alert(1)' } }, 400, /homePageUrl/],
    ['too many redirects', { web: { redirectUris: Array.from({ length: 257 }, (_, n) => `https://a.example/${String(n)}`) } }, 400, /256/],
    ['token version 3', { api: { requestedAccessTokenVersion: 3 } }, 400, /requestedAccessTokenVersion/],
    ['a role without id', { appRoles: [{ ...role(id), id: undefined }] }, 400, /id/],
    ['a role for robots', { appRoles: [role(id, { allowedMemberTypes: ['Robot'] })] }, 400, /allowedMemberTypes/],
    ['a role for nobody', { appRoles: [role(id, { allowedMemberTypes: [] })] }, 400, /allowedMemberTypes/],
    ['a role value with blanks', { appRoles: [role(id, { value: 'a b' })] }, 400, /value/],
    ['roles with one id', { appRoles: [role(id), role(id, { value: 'Write' })] }, 400, /duplicate/],
    ['roles with one value', { appRoles: [role(id), role(newGuid())] }, 400, /duplicate/],
    ['a role and a scope with one id', { appRoles: [role(id)], api: { oauth2PermissionScopes: [scope(id)] } }, 400, /duplicate/],
    ['a scope with a quote', { api: { oauth2PermissionScopes: [scope(id, { value: 'a"b' })] } }, 400, /value/],
    [
      'a client for a scope that is none',
      { api: { preAuthorizedApplications: [{ appId: id, delegatedPermissionIds: [id] }] } },
      400,
      /expose/,
    ],
    [
      'a permission twice',
      {
        requiredResourceAccess: [
          {
            resourceAppId: id,
            resourceAccess: [
              { id, type: 'Role' },
              { id, type: 'Role' },
            ],
          },
        ],
      },
      400,
      /duplicate/,
    ],
    ['an access of another type', { requiredResourceAccess: [{ resourceAppId: id, resourceAccess: [{ id, type: 'All' }] }] }, 400, /type/],
    ['a foreign domain', { identifierUris: ['https://evil.example'] }, 400, /verified domain/],
    ['a domain that only ends alike', { identifierUris: ['https://notcontoso.example'] }, 400, /verified domain/],
    ['a name without domain', { identifierUris: ['api://backend'] }, 400, /verified domain/],
    ['the client id of another', { identifierUris: [`api://${id}`] }, 400, /verified domain/],
    [
      'the client id of another, with version 2',
      { identifierUris: [`api://${id}`], api: { requestedAccessTokenVersion: 2 } },
      400,
      /verified domain/,
    ],
    [
      "one of Microsoft's names, with version 2",
      { identifierUris: ['https://GRAPH.microsoft.com/'], api: { requestedAccessTokenVersion: 2 } },
      400,
      /already exists/,
    ],
    ['no URI', { identifierUris: ['backend'], api: { requestedAccessTokenVersion: 2 } }, 400, /identifierUris/],
  ])('%s', async (_, body, status, message) => {
    const answer = await ask('applications', { method: 'POST', body: { displayName: 'app', ...body } });
    expect(answer).toMatchObject({ status, message: expect.stringMatching(message) as string });
  });

  it('leaves nothing behind', async () => {
    expect((await ask("applications?$filter=displayName eq 'app'")).value).toEqual([]);
  });
});

describe('who may', () => {
  it('lets no ordinary user touch what another owns', async () => {
    const { id } = await create();
    const body = { displayName: 'mine' };
    const tries = [
      ask(`applications/${id}`, { method: 'PATCH', as: 'bob', body }),
      ask(`applications/${id}`, { method: 'DELETE', as: 'bob' }),
      ask(`applications/${id}/addPassword`, { method: 'POST', as: 'bob', body: {} }),
      ask(`applications/${id}/removePassword`, { method: 'POST', as: 'bob', body: { keyId: newGuid() } }),
      ask(`applications/${id}/owners/$ref`, { method: 'POST', as: 'bob', body: reference(world.idOf('bob')) }),
      ask(`applications/${id}/owners/${world.idOf('ada')}/$ref`, { method: 'DELETE', as: 'bob' }),
      ask(`applications/${id}/federatedIdentityCredentials`, { method: 'POST', as: 'bob', body: {} }),
      ask(`applications/${id}`, { method: 'PATCH', as: 'app:Application.ReadWrite.OwnedBy', body }),
      ask(`applications/${id}`, { method: 'PATCH', as: 'app:Application.Read.All', body }),
      ask(`applications/${id}`, { method: 'PATCH', as: { user: 'gail', scp: 'Application.Read.All' }, body }),
    ];
    for (const answer of await Promise.all(tries)) expect(answer).toMatchObject({ status: 403, code: 'Authorization_RequestDenied' });
    expect((await ask(`applications/${id}`)).body).toMatchObject({ displayName: 'app', passwordCredentials: [] });
  });

  it('hides the applications of other tenants', async () => {
    const { id, appId } = await create();
    expect(await ask(`applications/${id}`, { as: 'eve' })).toMatchObject({ status: 404 });
    expect(await ask(`applications(appId='${appId}')`, { as: 'eve' })).toMatchObject({ status: 404 });
    expect(await ask(`applications/${id}`, { method: 'DELETE', as: 'eve' })).toMatchObject({ status: 404 });
    expect((await ask(`applications?$filter=appId eq '${appId}'`, { as: 'eve' })).value).toEqual([]);
  });

  it('lets no ordinary user make an application for another', async () => {
    const body = { displayName: 'gift', 'owners@odata.bind': [reference(world.idOf('bob'))['@odata.id']] };
    expect(await ask('applications', { method: 'POST', as: 'ada', body })).toMatchObject({ status: 403 });
    const made = await ask('applications', { method: 'POST', as: 'alan', body });
    expect((await ask(`applications/${String(made.body['id'])}/owners`)).value.map(({ id }) => id)).toEqual([world.idOf('bob')]);
  });

  it.each([
    ['ada', 'ada'],
    ['gail', 'gail'],
    ['alan', undefined],
    ['app:Application.ReadWrite.OwnedBy', 'tool'],
    ['app:Application.ReadWrite.All', undefined],
  ] as const)('makes %s own what it makes: %s', async (as, owner) => {
    const { id } = await create({}, as);
    const owners = (await ask(`applications/${id}/owners`)).value.map((object) => object['id']);
    expect(owners).toEqual(owner === undefined ? [] : [world.idOf(owner)]);
    expect(await ask(`applications/${id}`, { method: 'PATCH', as, body: { notes: 'x' } })).toMatchObject({ status: 204 });
  });
});

const reference = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` });

describe('applications', () => {
  it('are as they were written', async () => {
    const [roleId, scopeId] = [newGuid(), newGuid()];
    const body = {
      displayName: 'full',
      description: 'all of it',
      notes: 'note',
      signInAudience: 'AzureADMultipleOrgs',
      identifierUris: ['api://api.contoso.example/full'],
      isFallbackPublicClient: true,
      groupMembershipClaims: 'SecurityGroup',
      tags: ['one'],
      web: {
        redirectUris: ['https://a.example/cb', 'http://localhost:8080/cb'],
        homePageUrl: 'https://a.example/',
        logoutUrl: 'https://a.example/out',
        implicitGrantSettings: { enableIdTokenIssuance: true, enableAccessTokenIssuance: false },
      },
      spa: { redirectUris: ['https://spa.example/'] },
      publicClient: { redirectUris: ['myapp://auth', 'http://localhost'] },
      api: {
        requestedAccessTokenVersion: 2,
        oauth2PermissionScopes: [scope(scopeId)],
        preAuthorizedApplications: [{ appId: newGuid(), delegatedPermissionIds: [scopeId] }],
      },
      appRoles: [role(roleId)],
      requiredResourceAccess: [{ resourceAppId: newGuid(), resourceAccess: [{ id: newGuid(), type: 'Scope' }] }],
      // What clients send back without having set it.
      optionalClaims: null,
      addIns: [],
      info: { logoUrl: null },
      parentalControlSettings: null,
    };
    const { id, appId } = await create(body);
    const { optionalClaims: _o, addIns: _a, info: _i, parentalControlSettings: _p, ...kept } = body;
    for (const path of [`applications/${id}`, `applications(appId='${appId}')`, `applications('${id}')`]) {
      const { body: read } = await ask(`${path}`);
      expect(read).toMatchObject({ ...kept, id, appId, publisherDomain: 'contoso.example', keyCredentials: [], passwordCredentials: [] });
    }
    expect((await ask(`applications/${id}?$select=appId,web`)).body).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#applications(appId,web)/$entity',
      appId,
      web: expect.objectContaining(kept.web) as unknown,
    });
  });

  it('keep the members that an update does not name', async () => {
    const { id } = await create({
      web: { redirectUris: ['https://a.example/'], homePageUrl: 'https://a.example/' },
      spa: { redirectUris: ['https://s.example/'] },
    });
    const body = { web: { redirectUris: ['https://b.example/'] }, description: null };
    expect(await ask(`applications/${id}`, { method: 'PATCH', as: 'ada', body })).toMatchObject({ status: 204 });
    expect((await ask(`applications/${id}`)).body).toMatchObject({
      web: { redirectUris: ['https://b.example/'], homePageUrl: 'https://a.example/' },
      spa: { redirectUris: ['https://s.example/'] },
    });
  });

  it('lose what null takes away', async () => {
    const { id } = await create({ description: 'd', notes: 'n', web: { homePageUrl: 'https://a.example/' } });
    await ask(`applications/${id}`, { method: 'PATCH', body: { description: null, notes: '', web: { homePageUrl: null } } });
    expect((await ask(`applications/${id}`)).body).toMatchObject({ description: null, notes: null, web: { homePageUrl: null } });
  });

  it('keep a role or a scope until it is disabled', async () => {
    const id = newGuid();
    const application = await create({ appRoles: [role(id)] });
    const patch = (appRoles: unknown) => ask(`applications/${application.id}`, { method: 'PATCH', as: 'ada', body: { appRoles } });
    expect(await patch([])).toMatchObject({ status: 400, code: 'CannotDeleteOrUpdateEnabledEntitlement' });
    expect(await patch([role(id, { isEnabled: false })])).toMatchObject({ status: 204 });
    expect(await patch([])).toMatchObject({ status: 204 });
  });

  it('have identifier URIs that no other has', async () => {
    const uri = 'https://one.contoso.example/';
    await create({ identifierUris: [uri] });
    const second = await create();
    const patch = await ask(`applications/${second.id}`, { method: 'PATCH', body: { identifierUris: [uri] } });
    expect(patch).toMatchObject({ status: 400, message: expect.stringContaining('identifierUris') as string });
    const own = [`api://${second.appId}`, `api://${world.tenantId}/x`, `api://name/${second.appId}`];
    expect(await ask(`applications/${second.id}`, { method: 'PATCH', body: { identifierUris: own } })).toMatchObject({ status: 204 });
    const found = await ask(`applications?$filter=identifierUris/any(s:s eq 'api://${second.appId}')`);
    expect(found.value.map(({ id }) => id)).toEqual([second.id]);
  });

  it('are found by filters and pages', async () => {
    const { id, appId } = await create({ displayName: 'needle', tags: ['sharp'] });
    for (const filter of [
      `appId eq '${appId}'`,
      "startswith(displayName,'need')",
      "displayName eq 'needle'",
      "tags/any(t:t eq 'sharp')",
      `id eq '${id}'`,
    ]) {
      expect((await ask(`applications?$filter=${encodeURIComponent(filter)}`)).value, filter).toMatchObject([{ id }]);
    }
    const first = await ask('applications?$top=1');
    expect(first.value).toHaveLength(1);
    expect(first.body['@odata.nextLink']).toMatch(/skiptoken/);
    expect(Number((await ask('applications/$count', { headers: eventual })).text)).toBeGreaterThan(2);
  });

  it('have owners that can be added once and removed', async () => {
    const { id } = await create();
    const add = (target: string) => ask(`applications/${id}/owners/$ref`, { method: 'POST', as: 'ada', body: reference(target) });
    expect(await add(world.idOf('bob'))).toMatchObject({ status: 204 });
    expect(await add(world.idOf('bob'))).toMatchObject({ status: 400, message: expect.stringContaining("'owners'") as string });
    expect(await add(newGuid())).toMatchObject({ status: 404 });
    expect(await add(id)).toMatchObject({ status: 400, message: expect.stringContaining(`Application_${id}`) as string });
    expect(await add(world.idOf('eve'))).toMatchObject({ status: 404 });
    expect(await ask(`applications/${id}/owners/$ref`, { method: 'POST', body: { '@odata.id': world.idOf('bob') } })).toMatchObject({
      status: 400,
    });
    const owners = await ask(`applications/${id}/owners`);
    expect(owners.value.map((owner) => owner['@odata.type'])).toEqual(['#microsoft.graph.user', '#microsoft.graph.user']);
    expect((await ask(`applications/${id}?$expand=owners`)).body['owners']).toHaveLength(2);
    const remove = () => ask(`applications/${id}/owners/${world.idOf('bob')}/$ref`, { method: 'DELETE', as: 'ada' });
    expect(await remove()).toMatchObject({ status: 204 });
    expect(await remove()).toMatchObject({ status: 404 });
  });

  it('go for good, with their service principal', async () => {
    const { id, appId } = await create();
    const principal = await ask('servicePrincipals', { method: 'POST', as: 'ada', body: { appId } });
    expect(await ask(`applications/${id}`, { method: 'DELETE', as: 'ada' })).toMatchObject({ status: 204 });
    expect(await ask(`applications/${id}`)).toMatchObject({ status: 404, code: 'Request_ResourceNotFound' });
    expect(await ask(`servicePrincipals/${String(principal.body['id'])}`)).toMatchObject({ status: 404 });
    expect(await ask(`applications/${id}`, { method: 'DELETE', as: 'ada' })).toMatchObject({ status: 404 });
  });
});
