import { createClock } from '@podpass/kernel';
import { createMemoryStore } from '@podpass/store';
import { describe, expect, it } from 'vitest';
import { createDirectory } from './directory.ts';
import type { Directory } from './directory-types.ts';
import { FederatedCredentialError } from './federated-credential-error.ts';

const open = async () => {
  const store = createMemoryStore();
  const directory = await createDirectory({ store, clock: createClock() });
  const tenant = await directory.tenants.create({ displayName: 'Contoso', domains: ['contoso.example'] });
  const identity = (name: string) =>
    directory.managedIdentities.create({ tenantId: tenant.id, resourceId: `/identities/${name}`, displayName: name, explicit: true });
  return { store, directory, tenant, identity };
};

const audience = 'api://AzureADTokenExchange';
const draft = (tenantId: string, principalId: string, over: Record<string, unknown> = {}) => ({
  tenantId,
  principalId,
  name: 'web',
  issuer: 'https://issuer.example/a/',
  subject: 'system:serviceaccount:default:web',
  audiences: [audience],
  ...over,
});
const putIn = (directory: Directory) => (credential: ReturnType<typeof draft>) => directory.federatedCredentials.put(credential);
const codeOf = async (pending: Promise<unknown>) =>
  pending.then(
    () => 'accepted',
    (thrown: unknown) => (thrown instanceof FederatedCredentialError ? thrown.code : `other: ${String(thrown)}`),
  );

describe('limits of federated credentials', () => {
  it.each([
    ['a name of two characters', { name: 'ab' }, 'invalid-name'],
    ['a name of 121 characters', { name: 'a'.repeat(121) }, 'invalid-name'],
    ['a name that starts with a sign', { name: '-abc' }, 'invalid-name'],
    ['a name with a slash', { name: 'a/b/c' }, 'invalid-name'],
    ['no issuer', { issuer: '' }, 'missing-properties'],
    ['no subject', { subject: '' }, 'missing-properties'],
    ['an empty audience', { audiences: [''] }, 'missing-properties'],
    ['no audience', { audiences: [] }, 'audience-count'],
    ['two audiences', { audiences: [audience, 'other'] }, 'audience-count'],
    ['an issuer of 601 characters', { issuer: `https://issuer.example/${'a'.repeat(578)}` }, 'value-too-long'],
    ['a subject of 601 characters', { subject: 's'.repeat(601) }, 'value-too-long'],
    ['an audience of 601 characters', { audiences: ['a'.repeat(601)] }, 'value-too-long'],
    ['an http issuer', { issuer: 'http://issuer.example/' }, 'invalid-issuer'],
    ['an issuer that is no URL', { issuer: 'issuer' }, 'invalid-issuer'],
    ['an issuer with a query', { issuer: 'https://issuer.example/?a=b' }, 'invalid-issuer'],
    ['an issuer with credentials', { issuer: 'https://user:word@issuer.example/' }, 'invalid-issuer'],
    ['a name of three characters', { name: 'abc' }, 'accepted'],
    ['a name of 120 characters', { name: `9${'a-_'.repeat(39)}zz` }, 'accepted'],
    ['a subject of 600 characters', { subject: 's'.repeat(600) }, 'accepted'],
    ['an issuer without final slash', { issuer: 'https://issuer.example/a' }, 'accepted'],
  ])('%s: %s', async (_what, over, expected) => {
    const { directory, tenant, identity } = await open();
    const { id } = await identity('one');
    expect(await codeOf(directory.federatedCredentials.put(draft(tenant.id, id, over)))).toBe(expected);
  });

  it('refuses an identity that does not exist, and one of another tenant', async () => {
    const { directory, tenant, identity } = await open();
    const other = await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
    const { id } = await identity('one');
    expect(await codeOf(directory.federatedCredentials.put(draft(tenant.id, '00000000-0000-4000-8000-000000000000')))).toBe(
      'identity-not-found',
    );
    expect(await codeOf(directory.federatedCredentials.put(draft(other.id, id)))).toBe('identity-not-found');
  });

  it('keeps issuer and subject unique within the identity, case-sensitively', async () => {
    const { directory, tenant, identity } = await open();
    const [one, two] = [await identity('one'), await identity('two')];
    const put = putIn(directory);
    await put(draft(tenant.id, one.id));
    expect(await codeOf(put(draft(tenant.id, one.id, { name: 'twin' })))).toBe('duplicate');
    expect(await codeOf(put(draft(tenant.id, one.id, { name: 'slashless', issuer: 'https://issuer.example/a' })))).toBe('accepted');
    expect(await codeOf(put(draft(tenant.id, one.id, { name: 'cased', subject: 'System:serviceaccount:default:web' })))).toBe('accepted');
    expect(await codeOf(put(draft(tenant.id, two.id)))).toBe('accepted');
  });

  it('takes 20 credentials and no more, but still replaces one of them', async () => {
    const { directory, tenant, identity } = await open();
    const { id } = await identity('one');
    const put = putIn(directory);
    for (let index = 0; index < 20; index += 1) await put(draft(tenant.id, id, { name: `name-${index}`, subject: `subject-${index}` }));
    expect(await codeOf(put(draft(tenant.id, id, { name: 'one-more', subject: 'one-more' })))).toBe('too-many');
    expect(await put(draft(tenant.id, id, { name: 'NAME-3', subject: 'changed' }))).toMatchObject({
      created: false,
      credential: { name: 'name-3', subject: 'changed' },
    });
    expect(directory.federatedCredentials.list(tenant.id, id)).toHaveLength(20);
  });

  it('refuses the slower of two writes at once under one identity, and none under two', async () => {
    const { directory, tenant, identity } = await open();
    const [one, two] = [await identity('one'), await identity('two')];
    const put = putIn(directory);
    const codes = await Promise.all([
      codeOf(put(draft(tenant.id, one.id, { name: 'first', subject: 'a' }))),
      codeOf(put(draft(tenant.id, one.id, { name: 'second', subject: 'b' }))),
      codeOf(put(draft(tenant.id, two.id))),
    ]);
    expect(codes.toSorted()).toEqual(['accepted', 'accepted', 'concurrent-writes']);
    expect(codes[2]).toBe('accepted');
  });
});

describe('life of federated credentials', () => {
  it('are found at once, in order of names, and gone with their identity', async () => {
    const { directory, tenant, identity, store } = await open();
    const { id } = await identity('one');
    const put = putIn(directory);
    const { federatedCredentials } = directory;
    expect(federatedCredentials.namesIssuer('https://issuer.example/a/')).toBe(false);
    await put(draft(tenant.id, id, { name: 'beta', subject: 'b' }));
    expect(await put(draft(tenant.id, id, { name: 'Alpha', subject: 'a' }))).toMatchObject({ created: true });
    expect(federatedCredentials.list(tenant.id, id).map(({ name }) => name)).toEqual(['Alpha', 'beta']);
    expect(federatedCredentials.get(tenant.id.toUpperCase(), id, 'ALPHA')?.subject).toBe('a');
    expect(federatedCredentials.namesIssuer('https://issuer.example/a/')).toBe(true);
    expect(federatedCredentials.namesIssuer('https://issuer.example/a')).toBe(false);
    expect(federatedCredentials.namesIssuer('https://ISSUER.example/a/')).toBe(false);
    const reopened = await createDirectory({ store, clock: createClock() });
    expect(reopened.federatedCredentials.list(tenant.id, id)).toHaveLength(2);
    expect(await directory.managedIdentities.delete(tenant.id, id)).toBe(true);
    expect(await directory.managedIdentities.delete(tenant.id, id)).toBe(false);
    expect(federatedCredentials.list(tenant.id, id)).toEqual([]);
    expect(federatedCredentials.namesIssuer('https://issuer.example/a/')).toBe(false);
    expect(reopened.federatedCredentials.list(tenant.id, id)).toEqual([]);
    expect(directory.principalType(tenant.id, id)).toBeUndefined();
  });

  it('are deleted once', async () => {
    const { directory, tenant, identity } = await open();
    const { id } = await identity('one');
    await directory.federatedCredentials.put(draft(tenant.id, id));
    expect(await directory.federatedCredentials.delete(tenant.id, id, 'WEB')).toBe(true);
    expect(await directory.federatedCredentials.delete(tenant.id, id, 'web')).toBe(false);
  });

  it('never outlive an identity that is deleted while one is written', async () => {
    const { directory, tenant, identity } = await open();
    const { id } = await identity('one');
    await Promise.all([
      codeOf(directory.federatedCredentials.put(draft(tenant.id, id))),
      directory.managedIdentities.delete(tenant.id, id),
    ]);
    expect(directory.servicePrincipals.byId(tenant.id, id)).toBeUndefined();
    expect(directory.federatedCredentials.list(tenant.id, id)).toEqual([]);
  });
});

describe('claims matching expressions', () => {
  const github = 'https://token.actions.githubusercontent.com';
  const value = "claims['sub'] matches 'repo:contoso/*' and claims['repository_owner_id'] eq '42'";
  const expression = (over: Record<string, unknown> = {}) => ({
    name: 'flexible',
    issuer: github,
    subject: undefined,
    claimsMatchingExpression: { value, languageVersion: 1, ...over },
  });

  it.each([
    ['beside a subject', { ...expression(), subject: 's' }, 'subject-and-expression'],
    ['that is empty', expression({ value: '' }), 'missing-properties'],
    ['that does not parse', expression({ value: 'claims' }), 'invalid-expression'],
    ['of 601 characters', expression({ value: `claims['sub'] eq '${'a'.repeat(583)}'` }), 'value-too-long'],
    ['of a later language', expression({ languageVersion: 2 }), 'expression-language'],
    ['for another issuer', { ...expression(), issuer: 'https://issuer.example' }, 'expression-unfit-for-issuer'],
    ['for an issuer that looks alike', { ...expression(), issuer: `${github}.evil.example` }, 'expression-unfit-for-issuer'],
    ['and no subject at all', { subject: undefined }, 'missing-properties'],
    ['in order', expression(), 'accepted'],
  ])('%s: %s', async (_what, over, expected) => {
    const { directory, tenant } = await open();
    const { application } = await directory.applications.create({ tenantId: tenant.id, displayName: 'app' });
    expect(await codeOf(directory.federatedCredentials.put(draft(tenant.id, application.id, over)))).toBe(expected);
  });

  it('are refused to managed identities, and unique in an application', async () => {
    const { directory, tenant, identity } = await open();
    const put = putIn(directory);
    const { application, servicePrincipal } = await directory.applications.create({ tenantId: tenant.id, displayName: 'app' });
    expect(await codeOf(put(draft(tenant.id, (await identity('one')).id, expression())))).toBe('expression-on-managed-identity');
    expect(await codeOf(put(draft(tenant.id, servicePrincipal.id, expression())))).toBe('identity-not-found');
    const { credential } = await put(draft(tenant.id, application.id, expression()));
    expect(credential).toMatchObject({ claimsMatchingExpression: { value, languageVersion: 1 } });
    expect(Object.keys(credential)).not.toContain('subject');
    expect(await codeOf(put(draft(tenant.id, application.id, { ...expression(), name: 'twin' })))).toBe('duplicate');
    expect(await codeOf(put(draft(tenant.id, application.id, { name: 'plain', issuer: github })))).toBe('accepted');
    await put(draft(tenant.id, application.id, { name: 'flexible', issuer: github, subject: 'now a subject' }));
    expect(directory.federatedCredentials.get(tenant.id, application.id, 'flexible')).toMatchObject({
      subject: 'now a subject',
      id: credential.id,
    });
    expect(directory.federatedCredentials.get(tenant.id, application.id, 'flexible')!.claimsMatchingExpression).toBeUndefined();
  });
});

describe('credentials of applications', () => {
  it('are found by id, described within bounds, and do not collide with changes of the application', async () => {
    const { directory, tenant } = await open();
    const put = putIn(directory);
    const { application } = await directory.applications.create({ tenantId: tenant.id, displayName: 'app' });
    const described = (length: number) => draft(tenant.id, application.id, { description: 'd'.repeat(length) });
    expect(await codeOf(put(described(601)))).toBe('value-too-long');
    const [{ credential }] = await Promise.all([
      put(described(600)),
      directory.applications.update(tenant.id, application.id, { displayName: 'renamed' }),
    ]);
    expect(directory.federatedCredentials.byId(tenant.id, application.id, credential.id.toUpperCase())).toBe(
      directory.federatedCredentials.get(tenant.id, application.id, 'web'),
    );
    expect(directory.federatedCredentials.byId(tenant.id, credential.id, credential.id)).toBeUndefined();
    expect(directory.applications.byId(tenant.id, application.id)?.displayName).toBe('renamed');
  });
});

describe('propagation', () => {
  it.each([-1, 600_001, 0.5, Number.NaN])('of %s milliseconds is refused', async (federatedCredentials) => {
    const { directory } = await open();
    await expect(directory.propagation.set({ federatedCredentials })).rejects.toMatchObject({ code: 'invalid' });
    expect(directory.propagation.federatedCredentials()).toBe(0);
  });

  it('brings credentials into force after the delay, and is kept', async () => {
    const { directory, tenant, identity, store } = await open();
    const clock = createClock();
    clock.freeze(1_900_000_000_000);
    const later = await createDirectory({ store, clock });
    const { id } = await identity('one');
    const inForce = () => later.federatedCredentials.inForce(tenant.id, id);
    const names = () => inForce().map(({ name }) => name);
    await later.federatedCredentials.put(draft(tenant.id, id, { name: 'old', subject: 'a' }));
    expect(inForce()).toBe(later.federatedCredentials.list(tenant.id, id));
    await later.propagation.set({ federatedCredentials: 60_000 });
    expect(directory.propagation.federatedCredentials()).toBe(60_000);
    expect(names()).toEqual([]);
    clock.setOffset(clock.state.offset + 60_000);
    await later.federatedCredentials.put(draft(tenant.id, id, { name: 'new', subject: 'b' }));
    expect(names()).toEqual(['old']);
    expect(inForce()).toBe(inForce());
    clock.setOffset(clock.state.offset + 59_999);
    expect(names()).toEqual(['old']);
    clock.setOffset(clock.state.offset + 1);
    expect(names()).toEqual(['new', 'old']);
    expect(inForce()).toBe(later.federatedCredentials.list(tenant.id, id));
    clock.setOffset(clock.state.offset - 1);
    expect(names()).toEqual(['old']);
    await later.propagation.set({ federatedCredentials: 0 });
    expect(names()).toEqual(['new', 'old']);
  });
});

describe('replacing one credential', () => {
  it('does not bring back what was deleted before, or while it is written', async () => {
    const { directory, tenant, identity } = await open();
    const { id } = await identity('one');
    const { federatedCredentials } = directory;
    const { credential } = await federatedCredentials.put(draft(tenant.id, id));
    const replaces = credential.id;
    const replacing = codeOf(federatedCredentials.put(draft(tenant.id, id, { replaces, subject: 'other' })));
    expect(await federatedCredentials.delete(tenant.id, id, 'web')).toBe(true);
    expect(await replacing).toBe('identity-not-found');
    expect(federatedCredentials.list(tenant.id, id)).toEqual([]);
    expect(await codeOf(federatedCredentials.put(draft(tenant.id, id, { replaces })))).toBe('identity-not-found');
    const again = await federatedCredentials.put(draft(tenant.id, id));
    expect(await codeOf(federatedCredentials.put(draft(tenant.id, id, { replaces })))).toBe('identity-not-found');
    expect(await codeOf(federatedCredentials.put(draft(tenant.id, id, { replaces: again.credential.id, subject: 'new' })))).toBe(
      'accepted',
    );
    expect(federatedCredentials.get(tenant.id, id, 'web')).toMatchObject({ id: again.credential.id, subject: 'new' });
  });
});
