import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { armOf, ok, openEdge } from '../wire/azure.ts';
import { createAzWorld, type AzWorld } from './world.ts';

describe.skipIf(!clientsAvailable)('az identity', () => {
  let world: AzWorld;
  const issuer = 'https://issuer.example.com/tenant/';

  beforeAll(async () => {
    world = await createAzWorld('az-identity');
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const identity = (verb: string, ...more: string[]) => ['identity', verb, '-g', world.group, ...more];
  const credential = (verb: string, name: string, ...more: string[]) => [
    'identity',
    'federated-credential',
    verb,
    '-g',
    world.group,
    '--identity-name',
    'one',
    ...(name === '' ? [] : ['--name', name]),
    ...more,
  ];
  const subject = (name: string) => ['--issuer', issuer, '--subject', `system:serviceaccount:default:${name}`];

  it('create, show, list, delete', async () => {
    const { subscriptionId, tenantId } = world.platform.admin;
    const one = {
      id: `/subscriptions/${subscriptionId}/resourcegroups/${world.group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one`,
      name: 'one',
      location: 'westeurope',
      resourceGroup: world.group,
      tenantId,
      clientId: expect.stringMatching(/^[\da-f-]{36}$/),
      principalId: expect.stringMatching(/^[\da-f-]{36}$/),
      type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
    };
    const created = await world.az(...identity('create', '-n', 'one'));
    expect(created).toMatchObject(one);
    expect(await world.az(...identity('show', '-n', 'ONE'))).toEqual(created);
    // Created again it stays who it is.
    expect(await world.az(...identity('create', '-n', 'one'))).toMatchObject({ clientId: (created as { clientId: string }).clientId });
    await world.az(...identity('create', '-n', 'two', '-l', 'northeurope'));
    expect(await world.query('[].name', ...identity('list'))).toBe('["one","two"]');
    await world.az(...identity('delete', '-n', 'two'));
    expect(await world.refused(3, ...identity('show', '-n', 'two'))).toContain(
      `The Resource 'Microsoft.ManagedIdentity/userAssignedIdentities/two' under resource group '${world.group}' was not found.`,
    );
    expect(await world.query('[].name', 'identity', 'list')).toBe('["one"]');
    expect(await world.refused(1, ...identity('create', '-n', 'x'))).toContain("Resource name 'x' is invalid.");
  });

  it('federated credentials: create, show, update, list, delete', async () => {
    const created = await world.az(...credential('create', 'first', ...subject('a')));
    expect(created).toMatchObject({
      name: 'first',
      issuer,
      subject: 'system:serviceaccount:default:a',
      audiences: ['api://AzureADTokenExchange'],
    });
    expect(await world.az(...credential('show', 'first'))).toMatchObject({ name: 'first', issuer });
    expect(await world.az(...credential('update', 'first', ...subject('b'), '--audiences', 'api://Other'))).toMatchObject({
      subject: 'system:serviceaccount:default:b',
      audiences: ['api://Other'],
    });
    await world.az(...credential('create', 'second', ...subject('c')));
    expect(await world.query('[].name', ...credential('list', ''))).toBe('["first","second"]');
    await world.az(...credential('delete', 'second', '--yes'));
    expect(await world.query('[].name', ...credential('list', ''))).toBe('["first"]');
    expect(await world.refused(3, ...credential('show', 'second'))).toContain(
      "The Federated Identity Credential with the name 'second' was not found",
    );
  });

  it('the same issuer and subject twice', async () => {
    expect(await world.refused(1, ...credential('create', 'double', ...subject('b')))).toContain(
      'Issuer and subject combination already exists for this Managed Identity.',
    );
    // Another case is another subject.
    await world.az(...credential('create', 'other-case', ...subject('B')));
  });

  it.each(['ab', '-abc', 'a b c', 'x'.repeat(121)])('the name %j is none', async (name) => {
    expect(await world.refused(1, ...credential('create', '', `--name=${name}`, ...subject(`name-${name.length}`)))).toContain(
      `Federated Identity Credential name '${name}' is invalid.`,
    );
  });

  it('issuers, audiences and subjects within limits', async () => {
    expect(await world.refused(1, ...credential('create', 'plain', '--issuer', 'http://issuer.example.com/', '--subject', 'x'))).toContain(
      'is not a valid https URL',
    );
    expect(await world.refused(1, ...credential('create', 'audiences', ...subject('d'), '--audiences', 'one', 'two'))).toContain(
      'Federated identity credentials must have exactly one audience.',
    );
    expect(await world.refused(1, ...credential('create', 'long', '--issuer', issuer, '--subject', 'x'.repeat(601)))).toContain('600');
    expect(
      await world.refused(
        3,
        'identity',
        'federated-credential',
        'create',
        '-g',
        world.group,
        '--identity-name',
        'nobody',
        '--name',
        'abc',
        ...subject('e'),
      ),
    ).toContain("The parent user-assigned identity doesn't exist.");
  });

  it('twenty is the limit', async () => {
    const arm = await armOf(await openEdge(world.platform.data), world.platform);
    const at = (name: string) =>
      `/subscriptions/${world.platform.admin.subscriptionId}/resourceGroups/${world.group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one/federatedIdentityCredentials/${name}?api-version=2024-11-30`;
    const present = Number(await world.query('length(@)', ...credential('list', '')));
    for (let index = present; index < 20; index += 1)
      ok(
        await arm.send('PUT', at(`bulk-${index}`), {
          properties: { issuer, subject: `bulk-${index}`, audiences: ['api://AzureADTokenExchange'] },
        }),
      );
    expect(await world.refused(1, ...credential('create', 'one-too-many', ...subject('z')))).toContain(
      '(TooManyFederatedIdentityCredentials)',
    );
    expect(await world.query('length(@)', ...credential('list', ''))).toBe('20');
    // Replacing one of them is no addition; deleting one makes room.
    await world.az(...credential('update', 'first', ...subject('y')));
    await world.az(...credential('delete', 'first', '--yes'));
    await world.az(...credential('create', 'one-too-many', ...subject('z')));
  });
});
