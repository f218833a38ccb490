import { describe, expect, it } from 'vitest';
import { appRole, guid, nobody, openDirectory, outcomeOf, scope } from './testing/open.ts';

type Case = readonly [string, object, string];

const access = (count: number, resource = 1) => ({
  resourceAppId: guid(resource),
  resourceAccess: Array.from({ length: count }, (_, index) => ({ id: guid(index), type: 'Scope' })),
});

const cases: readonly Case[] = [
  ['an empty name', { displayName: '' }, 'invalid displayName'],
  ['a name of 257 characters', { displayName: 'a'.repeat(257) }, 'invalid displayName'],
  ['no name', { displayName: undefined }, 'invalid displayName'],
  ['an audience of persons', { signInAudience: 'PersonalMicrosoftAccount' }, 'invalid signInAudience'],
  ['a token version of 3', { requestedAccessTokenVersion: 3 }, 'invalid requestedAccessTokenVersion'],
  ['group claims of its own', { groupMembershipClaims: 'Everything' }, 'invalid groupMembershipClaims'],
  ['a home page of script', { homePageUrl: 'javascript:alert(1)' }, 'invalid web.homePageUrl'],
  ['a log-out page in clear text', { logoutUrl: 'http://app.example' }, 'invalid web.logoutUrl'],
  ['secrets', { secrets: [] }, 'invalid secrets'],
  ['another client id', { appId: nobody }, 'invalid appId'],
  ['a tag twice', { tags: ['a', 'a'] }, 'invalid tags'],
  [
    'a redirect URI in clear text',
    { redirectUris: { web: ['http://a.example'], spa: [], publicClient: [] } },
    'invalid web.redirectUris InvalidRedirectUri',
  ],
  ['an identifier URI of another scheme', { identifierUris: ['ftp://x'] }, 'invalid identifierUris InvalidAppIdUri'],
  ['an identifier URI with a query', { identifierUris: ['api://x?y'] }, 'invalid identifierUris InvalidAppIdUri'],
  ['an identifier URI of 256 characters', { identifierUris: [`api://${'a'.repeat(250)}`] }, 'invalid identifierUris'],
  ['an identifier URI twice', { identifierUris: ['api://x', 'API://X/'] }, 'invalid identifierUris'],
  ["another client's id as URI", { identifierUris: [`api://${nobody}`] }, 'invalid identifierUris HostNameNotOnVerifiedDomain'],
  ["another client's id in a URI", { identifierUris: [`api://${nobody}/x`] }, 'invalid identifierUris HostNameNotOnVerifiedDomain'],
  ["Key Vault's name", { identifierUris: ['https://VAULT.azure.net/'] }, 'conflict identifierUris'],
  ['a name of a managed identity', { identifierUris: ['https://identity.azure.net/abc='] }, 'conflict identifierUris'],
  ['the name of the token exchange', { identifierUris: ['api://azureadtokenexchange'] }, 'conflict identifierUris'],
  ['a role without a GUID', { appRoles: [appRole('x')] }, 'invalid appRoles'],
  ['a role id twice', { appRoles: [appRole(guid(1)), appRole(guid(1), { value: 'b' })] }, 'invalid appRoles DuplicateId'],
  [
    'a role value twice',
    { appRoles: [appRole(guid(1), { value: 'a' }), appRole(guid(2), { value: 'a' })] },
    'invalid appRoles DuplicateValue',
  ],
  ['a role value with a blank', { appRoles: [appRole(guid(1), { value: 'a b' })] }, 'invalid appRoles'],
  ['a role value with a leading dot', { appRoles: [appRole(guid(1), { value: '.a' })] }, 'invalid appRoles'],
  ['a role for nobody', { appRoles: [appRole(guid(1), { allowedMemberTypes: [] })] }, 'invalid appRoles'],
  ['a scope without a value', { permissionScopes: [{ ...scope(guid(1)), value: null }] }, 'invalid api.oauth2PermissionScopes'],
  ['a scope of a third type', { permissionScopes: [{ ...scope(guid(1)), type: 'Both' }] }, 'invalid api.oauth2PermissionScopes'],
  [
    'a role and a scope of one id',
    { appRoles: [appRole(guid(1))], permissionScopes: [scope(guid(1))] },
    'invalid api.oauth2PermissionScopes DuplicateId',
  ],
  [
    'pre-authorization for a scope that is not there',
    { preAuthorizedApplications: [{ appId: nobody, delegatedPermissionIds: [guid(9)] }] },
    'invalid api.preAuthorizedApplications InvalidPermissionId',
  ],
  [
    'pre-authorization of no client',
    { preAuthorizedApplications: [{ appId: 'x', delegatedPermissionIds: [] }] },
    'invalid api.preAuthorizedApplications',
  ],
  [
    'access of a third kind',
    { requiredResourceAccess: [{ resourceAppId: nobody, resourceAccess: [{ id: nobody, type: 'All' }] }] },
    'invalid requiredResourceAccess',
  ],
  ['access to a resource twice', { requiredResourceAccess: [access(1), access(1)] }, 'invalid requiredResourceAccess'],
  ['401 required permissions', { requiredResourceAccess: [access(401)] }, 'invalid requiredResourceAccess'],
  [
    '51 required resources',
    { requiredResourceAccess: Array.from({ length: 51 }, (_, index) => access(1, index)) },
    'invalid requiredResourceAccess',
  ],
  [
    '1201 entries in all',
    { appRoles: Array.from({ length: 1201 }, (_, index) => appRole(guid(index), { value: `v${index}` })) },
    'invalid appRoles',
  ],
  [
    'too many entries of several kinds',
    {
      appRoles: Array.from({ length: 1000 }, (_, index) => appRole(guid(index), { value: `v${index}` })),
      requiredResourceAccess: [access(201)],
    },
    'invalid application',
  ],
  [
    'everything in order',
    { appRoles: [appRole(guid(1))], permissionScopes: [scope(guid(2))], requiredResourceAccess: [access(3)], tags: ['a'] },
    'done',
  ],
];

describe('the rules of applications', () => {
  it.each(cases)('%s', async (_what, changes, expected) => {
    const { directory, tenantId, application } = await openDirectory();
    const { application: app } = await application('api');
    expect(await outcomeOf(directory.applications.update(tenantId, app.id, changes))).toBe(expected);
    const wanted = expected === 'done' ? { ...app, ...changes } : app;
    expect(directory.applications.byId(tenantId, app.id)).toEqual(wanted);
  });

  it.each(cases.filter(([, changes]) => !('appId' in changes) && !('displayName' in changes)))(
    'hold for new ones, too: %s',
    async (_what, given, expected) => {
      const { directory, tenantId } = await openDirectory();
      const { identifierUris = [], ...properties } = given as { identifierUris?: readonly string[] };
      expect(
        await outcomeOf(directory.applications.create({ tenantId, displayName: 'new', identifierUris, properties: properties as object })),
      ).toBe(expected);
    },
  );

  it('a permission must be disabled before it is removed', async () => {
    const { directory, tenantId, application } = await openDirectory();
    const properties = { appRoles: [appRole(guid(1)), appRole(guid(2))], permissionScopes: [scope(guid(3))] };
    const { application: app } = await application('api', { properties });
    const update = (changes: object) => outcomeOf(directory.applications.update(tenantId, app.id, changes));
    const refused = 'CannotDeleteOrUpdateEnabledEntitlement';
    expect(await update({ appRoles: [appRole(guid(1))] })).toBe(`invalid appRoles ${refused}`);
    expect(await update({ permissionScopes: [] })).toBe(`invalid api.oauth2PermissionScopes ${refused}`);
    expect(await update({ appRoles: [appRole(guid(1)), appRole(guid(2), { isEnabled: false })] })).toBe('done');
    expect(await update({ appRoles: [appRole(guid(1))] })).toBe('done');
    expect(directory.applications.byId(tenantId, app.id)!.appRoles.map(({ id }) => id)).toEqual([guid(1)]);
  });
});

describe('names of applications', () => {
  it('client ids are the platform’s: no second application, nor one of Microsoft’s', async () => {
    const { directory, application, otherId } = await openDirectory();
    const { application: app } = await application('api');
    const elsewhere = { tenantId: otherId, displayName: 'x' };
    expect(await outcomeOf(directory.applications.create({ ...elsewhere, appId: app.appId.toUpperCase() }))).toBe('conflict appId');
    expect(await outcomeOf(directory.applications.create({ ...elsewhere, appId: '00000003-0000-0000-C000-000000000000' }))).toBe(
      'conflict appId',
    );
    expect(await outcomeOf(directory.applications.create({ ...elsewhere, appId: 'x' }))).toBe('invalid appId');
    expect(directory.applications.anywhere(app.appId.toUpperCase())).toEqual(app);
    expect(directory.applications.byAppId(otherId, app.appId)).toBeUndefined();
  });

  it('identifier URIs move, and go to one of two writers', async () => {
    const { directory, tenantId, application, again } = await openDirectory();
    const replica = await again();
    const { application: one } = await application('one', { identifierUris: ['api://one'] });
    const { application: two, servicePrincipal } = await application('two');
    expect(await outcomeOf(directory.applications.update(tenantId, two.id, { identifierUris: ['API://ONE/'] }))).toBe(
      'conflict identifierUris',
    );
    await directory.applications.update(tenantId, one.id, { identifierUris: [`api://${one.appId}`, `api://${tenantId}/one`] });
    await directory.applications.update(tenantId, two.id, { identifierUris: ['api://one'], displayName: 'second' });
    expect(directory.servicePrincipals.byId(tenantId, servicePrincipal.id)).toMatchObject({
      displayName: 'second',
      servicePrincipalNames: [two.appId, 'api://one'],
    });
    expect(directory.servicePrincipals.findResource(tenantId, 'api://one/')?.resource.appId).toBe(two.appId);
    const outcomes = await Promise.all([
      outcomeOf(directory.applications.update(tenantId, one.id, { identifierUris: ['api://new'] })),
      outcomeOf(replica.applications.update(tenantId, two.id, { identifierUris: ['api://new'] })),
    ]);
    expect(outcomes.toSorted()).toEqual(['conflict identifierUris', 'done']);
  });

  it('an application may be without a service principal', async () => {
    const { directory, tenantId } = await openDirectory();
    const app = await directory.applications.createOnly({ tenantId, displayName: 'bare' });
    expect(directory.applications.byId(tenantId, app.id)).toEqual(app);
    expect(directory.servicePrincipals.byAppId(tenantId, app.appId)).toBeUndefined();
    expect(directory.principalType(tenantId, app.id)).toBeUndefined();
    expect(directory.objectById(tenantId, app.id.toUpperCase())).toEqual({ kind: 'application', value: app });
    const principal = await directory.servicePrincipals.create(tenantId, app.appId);
    expect(directory.principalType(tenantId, principal.id)).toBe('ServicePrincipal');
  });
});
