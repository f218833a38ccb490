import { describe, expect, it } from 'vitest';
import { firstPartyApplications, firstPartyTenantId, graphAppId } from './first-party/index.ts';
import { appRole, guid, nobody, openDirectory, outcomeOf, scope } from './testing/open.ts';

const multiTenant = { properties: { signInAudience: 'AzureADMultipleOrgs' } } as const;

describe('service principals of other tenants’ applications', () => {
  it('exist for multi-tenant ones only, once, and name their home', async () => {
    const { directory, tenantId, otherId, application } = await openDirectory();
    const { application: closed } = await application('closed');
    const { application: shared } = await application('open', { ...multiTenant, identifierUris: ['api://open'] });
    const create = (appId: string, within = otherId) => outcomeOf(directory.servicePrincipals.create(within, appId));
    expect(await create(closed.appId)).toBe('invalid appId NoBackingApplicationObject');
    expect(await create(nobody)).toBe('invalid appId NoBackingApplicationObject');
    expect(await create(shared.appId, nobody)).toBe('not-found tenantId');
    expect(await create(shared.appId, tenantId)).toBe('conflict servicePrincipalNames');
    expect(await create(graphAppId)).toBe('conflict servicePrincipalNames');
    const guest = await directory.servicePrincipals.create(otherId, shared.appId, { accountEnabled: false, tags: ['x'] });
    expect(guest).toMatchObject({ tenantId: otherId, appOwnerOrganizationId: tenantId, accountEnabled: false, tags: ['x'] });
    expect(await create(shared.appId)).toBe('conflict servicePrincipalNames');
    expect(directory.servicePrincipals.findResource(otherId, 'api://open')).toEqual({
      resource: directory.servicePrincipals.resourceOf(guest),
      principal: guest,
    });
    expect(directory.servicePrincipals.findResource(otherId, closed.appId)).toBeUndefined();
  });

  it('take no name that the tenant has given already, and keep theirs from it', async () => {
    const { directory, otherId, application } = await openDirectory();
    const { application: shared } = await application('open', { ...multiTenant, identifierUris: ['api://backend'] });
    const local = await directory.applications.create({ tenantId: otherId, displayName: 'local', identifierUris: ['api://backend'] });
    expect(await outcomeOf(directory.servicePrincipals.create(otherId, shared.appId))).toBe('conflict servicePrincipalNames');
    await directory.applications.update(otherId, local.application.id, { identifierUris: [] });
    expect(await outcomeOf(directory.servicePrincipals.create(otherId, shared.appId))).toBe('done');
    expect(await outcomeOf(directory.applications.update(otherId, local.application.id, { identifierUris: ['api://backend'] }))).toBe(
      'conflict identifierUris',
    );
  });

  it('keep names that their home gave them when others are added', async () => {
    const { directory, tenantId, otherId, application } = await openDirectory();
    const { application: shared } = await application('open', { ...multiTenant, identifierUris: [`api://${tenantId}/open`] });
    const { id, servicePrincipalNames } = await directory.servicePrincipals.create(otherId, shared.appId);
    const update = (name: string) =>
      outcomeOf(directory.servicePrincipals.update(otherId, id, { servicePrincipalNames: [...servicePrincipalNames, name] }));
    expect(await update(`api://${tenantId}/more`)).toBe('invalid identifierUris HostNameNotOnVerifiedDomain');
    expect(await update('api://alias')).toBe('done');
    expect(directory.servicePrincipals.byName(otherId, `api://${tenantId}/open`)?.id).toBe(id);
  });

  it('are made once by two writers', async () => {
    const { directory, otherId, application, again } = await openDirectory();
    const replica = await again();
    const { application: shared } = await application('open', multiTenant);
    const outcomes = await Promise.all([directory, replica].map((each) => outcomeOf(each.servicePrincipals.create(otherId, shared.appId))));
    expect(outcomes.toSorted()).toEqual(['conflict servicePrincipalNames', 'done']);
  });

  it('outlive the application, exposing nothing, and nobody else gets the client id', async () => {
    const { directory, tenantId, otherId, application } = await openDirectory();
    const { application: shared, servicePrincipal } = await application('open', multiTenant);
    const guest = await directory.servicePrincipals.create(otherId, shared.appId);
    expect(await directory.applications.delete(tenantId, shared.id)).toBe(true);
    expect(directory.servicePrincipals.byId(tenantId, servicePrincipal.id)).toBeUndefined();
    expect(directory.servicePrincipals.byId(otherId, guest.id)).toEqual(guest);
    expect(directory.applications.anywhere(shared.appId)).toBeUndefined();
    expect(directory.servicePrincipals.resourceOf(guest)).toBeUndefined();
    expect(directory.servicePrincipals.findResource(otherId, shared.appId)).toBeUndefined();
    const thief = { tenantId: otherId, displayName: 'thief', appId: shared.appId };
    expect(await outcomeOf(directory.applications.create(thief))).toBe('conflict appId');
  });
});

describe('changes of service principals', () => {
  it.each([
    ['a name of Key Vault', ['https://vault.azure.net'], 'conflict identifierUris'],
    ['a name of another application', ['api://taken'], 'conflict servicePrincipalNames'],
    ['another client id', [nobody], 'invalid servicePrincipalNames'],
    ['another client id as URI', [`api://${nobody}`], 'invalid identifierUris HostNameNotOnVerifiedDomain'],
    ['a word', ['word'], 'invalid servicePrincipalNames'],
    ['a name of its own', ['api://alias'], 'done'],
  ])('with %s: %s', async (_what, names, expected) => {
    const { directory, tenantId, application } = await openDirectory();
    await application('other', { identifierUris: ['api://taken'] });
    const { servicePrincipal } = await application('api', { identifierUris: ['api://api'] });
    const servicePrincipalNames = [servicePrincipal.appId, 'api://api', ...names];
    expect(await outcomeOf(directory.servicePrincipals.update(tenantId, servicePrincipal.id, { servicePrincipalNames }))).toBe(expected);
  });

  it('names of its own stay when the application’s change, and are free once dropped', async () => {
    const { directory, tenantId, application } = await openDirectory();
    const { application: app, servicePrincipal } = await application('api', { identifierUris: ['api://one'] });
    const update = (...names: string[]) =>
      directory.servicePrincipals.update(tenantId, servicePrincipal.id, { servicePrincipalNames: [app.appId, ...names] });
    await update('api://one', 'api://alias');
    await directory.applications.update(tenantId, app.id, { identifierUris: ['api://two'] });
    expect(directory.servicePrincipals.byName(tenantId, 'API://alias/')?.servicePrincipalNames).toEqual([
      app.appId,
      'api://two',
      'api://alias',
    ]);
    expect(directory.servicePrincipals.byName(tenantId, 'api://one')).toBeUndefined();
    expect(await outcomeOf(application('x', { identifierUris: ['api://alias'] }))).toBe('conflict identifierUris');
    await update('api://two');
    expect(await outcomeOf(application('x', { identifierUris: ['api://alias'] }))).toBe('done');
  });

  it('refuse what is fixed elsewhere, and the deletion of what is not the tenant’s', async () => {
    const { directory, tenantId, identity, application } = await openDirectory();
    const { servicePrincipals } = directory;
    const graph = servicePrincipals.byAppId(tenantId, graphAppId)!;
    const robot = await identity('robot');
    for (const { id } of [graph, robot]) {
      expect(await outcomeOf(servicePrincipals.update(tenantId, id, { displayName: 'mine' }))).toBe('invalid displayName');
      expect(await outcomeOf(servicePrincipals.update(tenantId, id, { servicePrincipalNames: [] }))).toBe('invalid servicePrincipalNames');
      expect(await outcomeOf(servicePrincipals.delete(tenantId, id))).toBe('invalid servicePrincipalType');
      expect(await servicePrincipals.update(tenantId, id, { accountEnabled: false, notes: 'n' })).toMatchObject({ accountEnabled: false });
    }
    const { servicePrincipal } = await application('api');
    const changed = await servicePrincipals.update(tenantId, servicePrincipal.id, { appRoleAssignmentRequired: true, displayName: 'mine' });
    expect(changed).toMatchObject({ appRoleAssignmentRequired: true, displayName: 'mine' });
    expect(await outcomeOf(servicePrincipals.update(tenantId, servicePrincipal.id, { appId: nobody } as object))).toBe('invalid appId');
    expect(await servicePrincipals.delete(tenantId, servicePrincipal.id)).toBe(true);
    expect(await servicePrincipals.delete(tenantId, servicePrincipal.id)).toBe(false);
    expect(await outcomeOf(servicePrincipals.create(tenantId, servicePrincipal.appId))).toBe('done');
  });
});

describe('resources', () => {
  it('of Microsoft are in every tenant under ids of its own', async () => {
    const { directory, tenantId, otherId } = await openDirectory();
    for (const { appId, identifierUris, displayName } of firstPartyApplications) {
      const found = [tenantId, otherId].map((within) => directory.servicePrincipals.findResource(within, appId)!);
      expect(found[0]!.principal.id).not.toBe(found[1]!.principal.id);
      expect(found[0]!.principal).toMatchObject({ tenantId, displayName, appOwnerOrganizationId: firstPartyTenantId });
      expect(found[0]!.resource).toMatchObject({ appId, firstParty: true });
      for (const uri of identifierUris)
        expect(directory.servicePrincipals.findResource(tenantId, `${uri.toUpperCase()}/`)).toEqual(found[0]);
    }
  });

  it.each(['https://management.azure.com//', 'management.azure.com', 'http://management.azure.com', '', '/', 'api://', `api://${nobody}`])(
    '%j is none',
    async (name) => {
      const { directory, tenantId } = await openDirectory();
      expect(directory.servicePrincipals.findResource(tenantId, name)).toBeUndefined();
    },
  );

  it('expose what the application does, as it is now; managed identities nothing', async () => {
    const { directory, tenantId, application, identity } = await openDirectory();
    const properties = { appRoles: [appRole(guid(1))], permissionScopes: [scope(guid(2))], requestedAccessTokenVersion: 2 } as const;
    const { application: app, servicePrincipal } = await application('api', { properties });
    const found = directory.servicePrincipals.findResource(tenantId, `API://${app.appId}/`)!;
    expect(found).toMatchObject({ principal: servicePrincipal, resource: { ...properties, firstParty: false } });
    expect(directory.servicePrincipals.resourceOf(servicePrincipal)).toBe(found.resource);
    await directory.applications.update(tenantId, app.id, { groupMembershipClaims: 'All' });
    expect(directory.servicePrincipals.findResource(tenantId, app.appId)!.resource.groupMembershipClaims).toBe('All');
    const robot = await identity('robot');
    expect(directory.servicePrincipals.findResource(tenantId, robot.appId)).toBeUndefined();
  });
});
