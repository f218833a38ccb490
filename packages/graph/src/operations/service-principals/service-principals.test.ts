import { graphAppId } from '@podpass/directory';
import { newGuid } from '@podpass/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { certificateOne } from '../applications/testing/certificates.ts';
import { createWorld, type World } from '../../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
const ask: World['ask'] = (...parts) => world.ask(...parts);

const application = async (as = 'ada', body: Record<string, unknown> = {}) =>
  (await ask('applications', { method: 'POST', as, body: { displayName: 'app', ...body } })).body as { id: string; appId: string };
const principal = async (as = 'ada') => {
  const { appId, id } = await application(as);
  const made = await ask('servicePrincipals', { method: 'POST', as, body: { appId, accountEnabled: true } });
  expect(made).toMatchObject({ status: 201 });
  return { id: String(made.body['id']), appId, applicationId: id };
};
const reference = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` });

describe('what is refused', () => {
  it('a principal without application', async () => {
    const appId = newGuid();
    expect(await ask('servicePrincipals', { method: 'POST', body: { appId } })).toMatchObject({
      status: 400,
      code: 'NoBackingApplicationObject',
      message: `The appId '${appId}' of the service principal does not reference a valid application object.`,
    });
    expect(await ask('servicePrincipals', { method: 'POST', body: {} })).toMatchObject({
      status: 400,
      message: expect.stringContaining('appId') as string,
    });
    expect(await ask('servicePrincipals', { method: 'POST', body: { appId: 'x' } })).toMatchObject({ status: 400 });
  });

  it('a principal of the application of another tenant that is for that tenant alone', async () => {
    const { appId } = await application('eve');
    expect(await ask('servicePrincipals', { method: 'POST', body: { appId } })).toMatchObject({ code: 'NoBackingApplicationObject' });
  });

  it('a second principal', async () => {
    const { appId } = await principal();
    expect(await ask('servicePrincipals', { method: 'POST', as: 'ada', body: { appId } })).toMatchObject({
      status: 409,
      code: 'Request_MultipleObjectsWithSameKeyValue',
      message: `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`,
    });
  });

  it("principals of others' applications, of ordinary users", async () => {
    const { appId } = await application('ada');
    for (const as of ['bob', 'app:Application.ReadWrite.OwnedBy']) {
      expect(await ask('servicePrincipals', { method: 'POST', as, body: { appId } })).toMatchObject({ status: 403 });
    }
    expect(await ask('servicePrincipals', { method: 'POST', as: 'alan', body: { appId } })).toMatchObject({ status: 201 });
  });

  it('changes of those who do not own it, and of other tenants', async () => {
    const { id } = await principal();
    const body = { accountEnabled: false };
    expect(await ask(`servicePrincipals/${id}`, { method: 'PATCH', as: 'bob', body })).toMatchObject({ status: 403 });
    expect(await ask(`servicePrincipals/${id}`, { method: 'DELETE', as: 'bob' })).toMatchObject({ status: 403 });
    expect(await ask(`servicePrincipals/${id}/addPassword`, { method: 'POST', as: 'bob', body: {} })).toMatchObject({ status: 403 });
    expect(await ask(`servicePrincipals/${id}`, { method: 'DELETE', as: 'eve' })).toMatchObject({ status: 404 });
    expect((await ask(`servicePrincipals/${id}`)).body).toMatchObject({ accountEnabled: true });
  });

  it('every change of a managed identity', async () => {
    const { tenantId, directory } = world;
    const identity = await directory.managedIdentities.create({ tenantId, resourceId: '/identity', displayName: 'web', explicit: true });
    const path = `servicePrincipals/${identity.id}`;
    const tries = [
      ask(`${path}`, { method: 'PATCH', body: { accountEnabled: false } }),
      ask(`${path}`, { method: 'PATCH', body: { keyCredentials: [{ key: certificateOne, type: 'AsymmetricX509Cert', usage: 'Verify' }] } }),
      ask(`${path}`, { method: 'DELETE' }),
      ask(`${path}/addPassword`, { method: 'POST', body: {} }),
      ask(`${path}/owners/$ref`, { method: 'POST', body: reference(world.idOf('bob')) }),
    ];
    for (const answer of await Promise.all(tries)) expect(answer).toMatchObject({ status: 403 });
    expect((await ask(`${path}`)).body).toMatchObject({
      servicePrincipalType: 'ManagedIdentity',
      appOwnerOrganizationId: null,
      passwordCredentials: [],
      keyCredentials: [],
      accountEnabled: true,
    });
  });

  it("credentials for, and the end of, one of Microsoft's own", async () => {
    const path = `servicePrincipals(appId='${graphAppId}')`;
    const key = { key: certificateOne, type: 'AsymmetricX509Cert', usage: 'Verify' };
    const tries = [
      ask(`${path}/addPassword`, { method: 'POST', body: {} }),
      ask(`${path}`, { method: 'PATCH', body: { keyCredentials: [key] } }),
      ask(`${path}`, { method: 'DELETE' }),
    ];
    for (const answer of await Promise.all(tries)) expect(answer).toMatchObject({ status: 403 });
    expect(await ask(`${path}`)).toMatchObject({ status: 200, body: { passwordCredentials: [], keyCredentials: [] } });
  });

  it('names that belong to others', async () => {
    const { id, appId } = await principal();
    const patch = (servicePrincipalNames: unknown) =>
      ask(`servicePrincipals/${id}`, { method: 'PATCH', as: 'ada', body: { servicePrincipalNames } });
    expect(await patch([appId, 'https://vault.azure.net'])).toMatchObject({ status: 501 });
    expect(await patch([])).toMatchObject({ status: 400 });
    expect(await patch([appId])).toMatchObject({ status: 204 });
  });

  it.each<[string, Record<string, unknown>, number]>([
    ['an unknown property', { colour: 'red' }, 400],
    ['another application', { appId: newGuid() }, 400],
    ['another type', { servicePrincipalType: 'ManagedIdentity' }, 400],
    ['roles, which are the application’s', { appRoles: [{ id: newGuid() }] }, 501],
    ['single sign-on with SAML', { preferredSingleSignOnMode: 'saml' }, 501],
    ['a flag that is text', { accountEnabled: 'false' }, 400],
  ])('an update with %s', async (_, body, status) => {
    const { id } = await principal();
    expect(await ask(`servicePrincipals/${id}`, { method: 'PATCH', body })).toMatchObject({ status });
  });
});

describe('service principals', () => {
  it('show what their application exposes', async () => {
    const roleId = newGuid();
    const scopeId = newGuid();
    const { appId } = await application('ada', {
      web: { redirectUris: ['https://a.example/cb'], homePageUrl: 'https://a.example/' },
      appRoles: [{ id: roleId, value: 'Read', displayName: 'Read', description: 'Reads.', allowedMemberTypes: ['Application'] }],
      api: { oauth2PermissionScopes: [{ id: scopeId, value: 'access', adminConsentDisplayName: 'a', adminConsentDescription: 'b' }] },
    });
    await ask('servicePrincipals', {
      method: 'POST',
      as: 'ada',
      body: { appId, tags: ['t'], notes: 'n', appRoleAssignmentRequired: true },
    });
    expect((await ask(`servicePrincipals(appId='${appId}')`)).body).toMatchObject({
      appId,
      appDisplayName: 'app',
      appOwnerOrganizationId: world.tenantId,
      appRoles: [{ id: roleId, origin: 'Application', isEnabled: true }],
      oauth2PermissionScopes: [{ id: scopeId, value: 'access', type: 'Admin' }],
      replyUrls: ['https://a.example/cb'],
      homepage: 'https://a.example/',
      servicePrincipalType: 'Application',
      tags: ['t'],
      notes: 'n',
      appRoleAssignmentRequired: true,
    });
    const microsoft = await ask(`servicePrincipals?$filter=servicePrincipalNames/any(c:c eq '${graphAppId}')`);
    expect(microsoft.value).toMatchObject([
      {
        displayName: 'Microsoft Graph',
        appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
        signInAudience: 'AzureADMultipleOrgs',
      },
    ]);
    expect(microsoft.text).toContain('AppRoleAssignment.ReadWrite.All');
  });

  it('are made of applications of other tenants that are for all', async () => {
    const { appId } = await application('eve', { signInAudience: 'AzureADMultipleOrgs' });
    const made = await ask('servicePrincipals', { method: 'POST', as: 'gail', body: { appId } });
    expect(made).toMatchObject({ status: 201, body: { appOwnerOrganizationId: world.otherTenantId } });
    expect(await ask('servicePrincipals', { method: 'POST', as: 'bob', body: { appId } })).toMatchObject({ status: 403 });
  });

  it('are changed, found and deleted', async () => {
    const { id, appId } = await principal();
    const body = { accountEnabled: false, tags: ['x'], notes: 'n', appRoleAssignmentRequired: true };
    expect(await ask(`servicePrincipals/${id}`, { method: 'PATCH', as: 'ada', body })).toMatchObject({ status: 204 });
    expect((await ask(`servicePrincipals/${id}`)).body).toMatchObject(body);
    for (const filter of [`appId eq '${appId}'`, `servicePrincipalNames/any(c:c eq '${appId}')`, "tags/any(t:t eq 'x')", `id eq '${id}'`]) {
      expect((await ask(`servicePrincipals?$filter=${encodeURIComponent(filter)}`)).value, filter).toMatchObject([{ id }]);
    }
    expect(await ask(`servicePrincipals/${id}`, { method: 'DELETE', as: 'ada' })).toMatchObject({ status: 204 });
    expect(await ask(`servicePrincipals/${id}`)).toMatchObject({ status: 404 });
    expect(await ask(`applications(appId='${appId}')`)).toMatchObject({ status: 200 });
  });

  it('have owners, and groups that they are in', async () => {
    const { id, applicationId } = await principal();
    expect((await ask(`servicePrincipals/${id}/owners`)).value.map((owner) => owner['id'])).toEqual([world.idOf('ada')]);
    expect(
      await ask(`servicePrincipals/${id}/owners/$ref`, { method: 'POST', as: 'ada', body: reference(world.idOf('bob')) }),
    ).toMatchObject({
      status: 204,
    });
    expect(await ask(`servicePrincipals/${id}`, { method: 'PATCH', as: 'bob', body: { notes: 'mine' } })).toMatchObject({ status: 204 });
    const { tenantId, directory } = world;
    const inner = await directory.groups.create({ tenantId, displayName: 'inner', mailNickname: newGuid(), members: [id] });
    const outer = await directory.groups.create({ tenantId, displayName: 'outer', mailNickname: newGuid(), members: [inner.id] });
    expect((await ask(`servicePrincipals/${id}/memberOf`)).value.map((group) => group['id'])).toEqual([inner.id]);
    expect((await ask(`servicePrincipals/${id}/transitiveMemberOf`)).value).toHaveLength(2);
    const groups = await ask(`servicePrincipals/${id}/getMemberGroups`, { method: 'POST', body: { securityEnabledOnly: true } });
    expect(new Set<unknown>(groups.value)).toEqual(new Set([inner.id, outer.id]));
    await directory.owners.add(tenantId, applicationId, id);
    const owned = await ask(`servicePrincipals/${id}/ownedObjects`);
    expect(owned.value).toMatchObject([{ '@odata.type': '#microsoft.graph.application', id: applicationId }]);
  });
});
