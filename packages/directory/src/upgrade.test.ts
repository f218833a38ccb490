import { createEnvelope } from '@podpass/crypto';
import { createClock, newGuid, randomOctets } from '@podpass/kernel';
import { collection, createMemoryStore } from '@podpass/store';
import { describe, expect, it } from 'vitest';
import { createDirectory } from './directory.ts';
import { firstPartyApplications, graphAppId } from './first-party/index.ts';
import { claims, joined } from './keys.ts';
import { outcomeOf } from './testing/open.ts';

const createdDateTime = '2026-03-04T05:06:07.000Z';

/** A store as version 0.1 left it: a tenant with one object of each kind, in the forms and under the keys of then. */
const oldStore = async ({ sealing }: { sealing: boolean }) => {
  const store = createMemoryStore();
  const envelope = createEnvelope(randomOctets(32));
  const sealed = sealing ? { sealed: envelope } : {};
  const table = (name: string, options: object = {}) => collection<object>(store, { prefix: `directory/${name}`, ...options });
  const [tenantId, userId, appId, applicationId, principalId, identityId, identityAppId] = Array.from({ length: 7 }, newGuid) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const secret = { keyId: newGuid(), hint: 'abc', secretHash: 'scrypt$…', startDateTime: createdDateTime, endDateTime: createdDateTime };
  await table('tenants').put(tenantId, { id: tenantId, displayName: 'Contoso', domains: ['contoso.example'] });
  const user = { id: userId, tenantId, userPrincipalName: 'ada@contoso.example', displayName: 'Ada', accountEnabled: true };
  await table('users', sealed).put(joined(tenantId, userId), { ...user, passwordHash: 'scrypt$…', createdDateTime });
  const application = { id: applicationId, tenantId, appId, displayName: 'api', secrets: [secret], identifierUris: ['api://api'] };
  await table('applications', sealed).put(joined(tenantId, appId), { ...application, createdDateTime });
  const principal = (id: string, own: string, over: object) => ({
    id,
    tenantId,
    appId: own,
    displayName: 'x',
    servicePrincipalNames: [own],
    alternativeNames: [],
    accountEnabled: true,
    createdDateTime,
    ...over,
  });
  const principals = table('service-principals');
  const names = { servicePrincipalType: 'Application', servicePrincipalNames: [appId, 'api://api'] };
  await principals.put(joined(tenantId, principalId), principal(principalId, appId, names));
  const managed = { servicePrincipalType: 'ManagedIdentity', resourceId: '/identities/web' };
  await principals.put(joined(tenantId, identityId), principal(identityId, identityAppId, managed));
  const credential = { tenantId, principalId: identityId, name: 'Web', issuer: 'https://issuer.example', subject: 's', audiences: ['a'] };
  await table('federated-credentials').put(joined(tenantId, identityId, 'Web'), { ...credential, createdDateTime });
  const claimed = [claims.tenant(tenantId), claims.domain('contoso.example'), claims.appId(appId), claims.appId(identityAppId)];
  const others = [claims.identifierUri(tenantId, 'api://api'), claims.userPrincipalName(tenantId, 'ada@contoso.example')];
  for (const name of [...claimed, ...others, claims.managedIdentity('/identities/web')]) await table('names').put(name, {});
  const open = () => createDirectory({ store, clock: createClock(), ...(sealing ? { envelope } : {}) });
  return { store, open, tenantId, userId, appId, applicationId, principalId, identityId };
};

describe('a store of version 0.1', () => {
  it.each([true, false])('opens with all that is new filled in (sealed at rest: %s)', async (sealing) => {
    const old = await oldStore({ sealing });
    const { tenantId, appId } = old;
    const directory = await old.open();
    expect(directory.tenants.find('contoso.example')).toMatchObject({ id: tenantId, createdDateTime: '1970-01-01T00:00:00.000Z' });
    expect(directory.users.byId(tenantId, old.userId)).toMatchObject({
      forceChangePasswordNextSignIn: false,
      signInSessionsValidFromDateTime: createdDateTime,
    });
    const application = directory.applications.byAppId(tenantId, appId)!;
    expect(directory.applications.byId(tenantId, old.applicationId)).toBe(application);
    expect(directory.applications.anywhere(appId)).toBe(application);
    expect(await directory.applications.page(tenantId, { limit: 5 })).toEqual([application]);
    expect(directory.applications.count(tenantId)).toBe(1);
    expect(application).toMatchObject({
      signInAudience: 'AzureADMyOrg',
      certificates: [],
      appRoles: [],
      redirectUris: { web: [], spa: [], publicClient: [] },
      isFallbackPublicClient: false,
      requestedAccessTokenVersion: 2,
    });
    expect(application.secrets).toHaveLength(1);
    expect(directory.servicePrincipals.byId(tenantId, old.principalId)).toMatchObject({
      appOwnerOrganizationId: tenantId,
      appRoleAssignmentRequired: false,
      secrets: [],
      tags: [],
    });
    expect(directory.servicePrincipals.byId(tenantId, old.identityId)?.appOwnerOrganizationId).toBeUndefined();
    const [credential] = directory.federatedCredentials.list(tenantId, old.identityId);
    expect(credential).toMatchObject({ name: 'Web', createdDateTime, modifiedDateTime: createdDateTime });
    expect(credential!.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const again = await old.open();
    expect(again.federatedCredentials.byId(tenantId, old.identityId, credential!.id.toUpperCase())).toEqual(credential);
  });

  it('gets the service principals of Microsoft’s APIs, once, also when two open it together', async () => {
    const { open, tenantId, store } = await oldStore({ sealing: true });
    const [directory] = await Promise.all([open(), open()]);
    expect(directory.servicePrincipals.count(tenantId)).toBe(2 + firstPartyApplications.length);
    const { revision } = store;
    await open();
    expect(store.revision).toBe(revision);
    expect(directory.servicePrincipals.findResource(tenantId, 'https://graph.microsoft.com')?.resource.appId).toBe(graphAppId);
  });

  it('goes on being written', async () => {
    const { open, tenantId, appId, applicationId, principalId, identityId, userId } = await oldStore({ sealing: true });
    const directory = await open();
    await directory.applications.addSecret(tenantId, appId, { secret: 'new' });
    expect(directory.applications.byId(tenantId, applicationId)!.secrets).toHaveLength(2);
    await directory.applications.update(tenantId, applicationId, { identifierUris: [], displayName: 'renamed' });
    expect(directory.servicePrincipals.byId(tenantId, principalId)).toMatchObject({
      displayName: 'renamed',
      servicePrincipalNames: [appId],
    });
    await directory.credentials.addSecret({ tenantId, kind: 'servicePrincipal', id: principalId });
    expect(await outcomeOf(directory.servicePrincipals.create(tenantId, appId))).toBe('conflict servicePrincipalNames');
    const draft = { tenantId, principalId: identityId, name: 'WEB', issuer: 'https://issuer.example', audiences: ['a'] };
    const before = directory.federatedCredentials.get(tenantId, identityId, 'web')!;
    const { credential, created } = await directory.federatedCredentials.put({ ...draft, subject: 'other' });
    expect(created).toBe(false);
    expect(credential).toMatchObject({ id: before.id, name: 'Web', createdDateTime });
    await directory.users.update(tenantId, userId, { userPrincipalName: 'bob@contoso.example' });
    expect(await directory.applications.delete(tenantId, applicationId)).toBe(true);
    const again = await open();
    expect(again.applications.list(tenantId)).toEqual([]);
    expect(again.users.byPrincipalName(tenantId, 'bob@contoso.example')?.id).toBe(userId);
  });
});
