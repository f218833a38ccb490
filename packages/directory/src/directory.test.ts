import { createEnvelope, verifyPassword } from '@podpass/crypto';
import { createClock, randomOctets } from '@podpass/kernel';
import { createMemoryStore } from '@podpass/store';
import { describe, expect, it } from 'vitest';
import { createDirectory } from './directory.ts';

const open = async () => {
  const store = createMemoryStore();
  const clock = createClock();
  const envelope = createEnvelope(randomOctets(32));
  const directory = await createDirectory({ store, clock, envelope });
  const tenant = await directory.tenants.create({ displayName: 'Contoso', domains: ['Contoso.example', 'fabrikam.example'] });
  return { store, clock, envelope, directory, tenant };
};
const password = 'Correct horse 1';

describe('names', () => {
  it.each([
    ['no domain', []],
    ['a domain without a dot', ['contoso']],
    ['a domain with a blank', ['con toso.example']],
  ])('a tenant with %s is invalid', async (_what, domains) => {
    const { directory } = await open();
    await expect(directory.tenants.create({ displayName: 'x', domains })).rejects.toMatchObject({ code: 'invalid' });
  });

  it('a domain belongs to one tenant, and so does a tenant id', async () => {
    const { directory, tenant } = await open();
    await expect(directory.tenants.create({ displayName: 'x', domains: ['CONTOSO.example'] })).rejects.toMatchObject({ code: 'conflict' });
    await expect(directory.tenants.create({ displayName: 'x', domains: ['new.example'], id: tenant.id })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(directory.tenants.find('new.example')).toBeUndefined();
    expect(directory.tenants.find('FABRIKAM.example')).toBe(directory.tenants.find(tenant.id.toUpperCase()));
  });

  it.each([
    ['no domain', 'ada'],
    ['a foreign domain', 'ada@other.example'],
    ['two signs', 'a@b@contoso.example'],
    ['a blank', 'a da@contoso.example'],
    ['a quote at the start', "'ada@contoso.example"],
    ['too many characters', `${'a'.repeat(100)}@contoso.example`],
  ])('a user name with %s is invalid', async (_what, userPrincipalName) => {
    const { directory, tenant } = await open();
    const user = { tenantId: tenant.id, userPrincipalName, displayName: 'Ada', password };
    await expect(directory.users.create(user)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('a user name is taken once, whatever its case', async () => {
    const { directory, tenant } = await open();
    const user = { tenantId: tenant.id, userPrincipalName: 'Ada@contoso.example', displayName: 'Ada', password };
    const created = await directory.users.create(user);
    await expect(directory.users.create({ ...user, userPrincipalName: 'ada@CONTOSO.example' })).rejects.toMatchObject({ code: 'conflict' });
    expect(directory.users.byPrincipalName(tenant.id, 'ADA@contoso.example')).toEqual(created);
    expect(directory.principalType(tenant.id, created.id)).toBe('User');
  });

  it('a client id and an identifier URI are taken once', async () => {
    const { directory, tenant } = await open();
    const first = await directory.applications.create({ tenantId: tenant.id, displayName: 'api', identifierUris: ['api://backend'] });
    const again = { tenantId: tenant.id, displayName: 'x' };
    await expect(directory.applications.create({ ...again, appId: first.application.appId })).rejects.toMatchObject({ code: 'conflict' });
    await expect(directory.applications.create({ ...again, identifierUris: ['API://backend/'] })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(directory.applications.create({ ...again, identifierUris: ['ftp://x'] })).rejects.toMatchObject({ code: 'invalid' });
    expect(directory.servicePrincipals.findResource(tenant.id, 'api://BACKEND/')?.principal).toEqual(first.servicePrincipal);
    expect(directory.servicePrincipals.byName(tenant.id, 'api://backend')).toEqual(first.servicePrincipal);
  });

  it('a resource has one managed identity', async () => {
    const { directory, tenant } = await open();
    const identity = { tenantId: tenant.id, resourceId: '/subscriptions/s/i', displayName: 'i', explicit: true };
    const created = await directory.managedIdentities.create(identity);
    await expect(directory.managedIdentities.create({ ...identity, resourceId: '/SUBSCRIPTIONS/s/i' })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(created).toMatchObject({ servicePrincipalType: 'ManagedIdentity', alternativeNames: ['isExplicit=True', '/subscriptions/s/i'] });
    expect(created.servicePrincipalNames[0]).toBe(created.appId);
    await directory.managedIdentities.delete(tenant.id, created.id);
    expect((await directory.managedIdentities.create(identity)).id).not.toBe(created.id);
  });
});

describe('tenants never see each other', () => {
  it('finds objects in their own tenant only', async () => {
    const { directory, tenant } = await open();
    const other = await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
    const { application, servicePrincipal } = await directory.applications.create({ tenantId: tenant.id, displayName: 'api' });
    expect(directory.applications.byAppId(other.id, application.appId)).toBeUndefined();
    expect(directory.servicePrincipals.byId(other.id, servicePrincipal.id)).toBeUndefined();
    expect(directory.servicePrincipals.byAppId(other.id, application.appId)).toBeUndefined();
    expect(directory.servicePrincipals.list(other.id).filter((each) => each.appOwnerOrganizationId === other.id)).toEqual([]);
  });
});

describe('secrets', () => {
  it('exist as hashes only, sealed in the store', async () => {
    const { directory, tenant, store } = await open();
    const { application } = await directory.applications.create({ tenantId: tenant.id, displayName: 'api' });
    const { secretText, keyId } = await directory.applications.addSecret(tenant.id, application.appId, { displayName: 'ci', days: 1 });
    const second = await directory.applications.addSecret(tenant.id, application.appId, { secret: 'chosen' });
    await directory.users.create({ tenantId: tenant.id, userPrincipalName: 'ada@contoso.example', displayName: 'Ada', password });
    const { secrets } = directory.applications.byAppId(tenant.id, application.appId)!;
    expect(secrets.map((secret) => secret.keyId)).toEqual([keyId, second.keyId]);
    expect(secrets[0]!.hint).toBe(secretText.slice(0, 3));
    expect(await verifyPassword(secretText, secrets[0]!.secretHash)).toBe(true);
    const { items } = await store.list('directory/');
    const stored = Buffer.concat(items.map(({ value }) => value)).toString('latin1');
    for (const hidden of [secretText, 'scrypt', 'chosen', password]) expect(stored).not.toContain(hidden);
  });

  it('are kept when two are added at once', async () => {
    const { directory, tenant } = await open();
    const { application } = await directory.applications.create({ tenantId: tenant.id, displayName: 'api' });
    const add = (secret: string) => directory.applications.addSecret(tenant.id, application.appId, { secret });
    await Promise.all([add('one'), add('two')]);
    expect(directory.applications.byAppId(tenant.id, application.appId)!.secrets).toHaveLength(2);
  });

  it('cannot be opened under another master key', async () => {
    const { directory, tenant, store, clock } = await open();
    await directory.applications.create({ tenantId: tenant.id, displayName: 'api' });
    await expect(createDirectory({ store, clock, envelope: createEnvelope(randomOctets(32)) })).rejects.toMatchObject({ code: 'corrupt' });
  });
});
