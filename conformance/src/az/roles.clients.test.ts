import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { createAzWorld, type AzWorld } from './world.ts';

const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';

describe.skipIf(!clientsAvailable)('az role', () => {
  let world: AzWorld;
  let scope: string;
  let me: string;
  let identity: { clientId: string; principalId: string; id: string };

  beforeAll(async () => {
    world = await createAzWorld('az-roles');
    scope = `/subscriptions/${world.platform.admin.subscriptionId}/resourceGroups/${world.group}`;
    me = await world.query('id', 'ad', 'signed-in-user', 'show');
    identity = (await world.az('identity', 'create', '-g', world.group, '-n', 'who')) as typeof identity;
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const assignment = (verb: string, ...more: string[]) => ['role', 'assignment', verb, ...more];

  it('definitions: by name, all of them, and the one that does not exist', async () => {
    expect(await world.az('role', 'definition', 'list', '--name', 'Key Vault Secrets User')).toMatchObject([
      {
        name: '4633458b-17de-408a-b874-0445c86b69e6',
        roleName: 'Key Vault Secrets User',
        roleType: 'BuiltInRole',
        permissions: [
          {
            actions: [],
            dataActions: ['Microsoft.KeyVault/vaults/secrets/getSecret/action', 'Microsoft.KeyVault/vaults/secrets/readMetadata/action'],
          },
        ],
      },
    ]);
    const names = await world.query('[].roleName', 'role', 'definition', 'list');
    for (const name of ['Owner', 'Contributor', 'Reader', 'Key Vault Secrets Officer', 'Managed Identity Operator'])
      expect(names).toContain(`"${name}"`);
    expect(await world.az('role', 'definition', 'list', '--name', 'Emperor')).toEqual([]);
    expect(await world.refused(1, ...assignment('create', '--assignee', me, '--role', 'Emperor', '--scope', scope))).toContain(
      "Role 'Emperor' doesn't exist.",
    );
  });

  it('--assignee with an object id, and the role by name', async () => {
    const made = await world.az(...assignment('create', '--assignee', me, '--role', 'Reader', '--scope', scope));
    expect(made).toMatchObject({ principalId: me, principalType: 'User', scope, roleDefinitionId: expect.stringContaining(reader) });
    // Made again it is the same one.
    expect(await world.az(...assignment('create', '--assignee', me, '--role', 'Reader', '--scope', scope))).toMatchObject({
      name: (made as { name: string }).name,
    });
    expect(await world.az(...assignment('list', '--scope', scope, '--assignee', me))).toMatchObject([
      { principalName: world.platform.admin.userPrincipalName, roleDefinitionName: 'Reader' },
    ]);
  });

  it('--assignee with a name and with a client id', async () => {
    await world.az(
      ...assignment('create', '--assignee', world.platform.admin.userPrincipalName, '--role', 'Key Vault Reader', '--scope', scope),
    );
    expect(
      await world.az(...assignment('create', '--assignee', identity.clientId, '--role', 'Key Vault Reader', '--scope', scope)),
    ).toMatchObject({
      principalId: identity.principalId,
      principalType: 'ServicePrincipal',
    });
  });

  it('--assignee-object-id with its type, and the role by id', async () => {
    expect(
      await world.az(
        ...assignment(
          'create',
          '--assignee-object-id',
          identity.principalId,
          '--assignee-principal-type',
          'ServicePrincipal',
          '--role',
          reader,
          '--scope',
          scope,
        ),
      ),
    ).toMatchObject({ principalId: identity.principalId, roleDefinitionId: expect.stringContaining(reader) });
    expect(
      await world.refused(
        1,
        ...assignment(
          'create',
          '--assignee-object-id',
          identity.principalId,
          '--assignee-principal-type',
          'User',
          '--role',
          'Owner',
          '--scope',
          scope,
        ),
      ),
    ).toContain('(UnmatchedPrincipalType)');
    const nobody = crypto.randomUUID();
    // A type that is named stands for the look-up: Azure takes such assignments, so that new principals can be assigned at once.
    const early = (await world.az(
      ...assignment(
        'create',
        '--assignee-object-id',
        nobody,
        '--assignee-principal-type',
        'ServicePrincipal',
        '--role',
        'Reader',
        '--scope',
        scope,
      ),
    )) as { id: string };
    await world.az(...assignment('delete', '--ids', early.id));
    expect(await world.refused(1, ...assignment('create', '--assignee', nobody, '--role', 'Reader', '--scope', scope))).toContain(
      `Cannot find user or service principal in graph database for '${nobody}'`,
    );
  });

  it('--assignee that is empty: the older article runs into this', async () => {
    expect((await world.raw(...assignment('create', '--assignee', '', '--role', 'Reader', '--scope', scope))).code).not.toBe(0);
  });

  it('list and delete', async () => {
    const names = () => world.query("sort([].join(' ', [principalType, roleDefinitionName]))", ...assignment('list', '--scope', scope));
    expect(await names()).toBe(
      JSON.stringify(['ServicePrincipal Key Vault Reader', 'ServicePrincipal Reader', 'User Key Vault Reader', 'User Reader']),
    );
    await world.az(...assignment('delete', '--assignee', me, '--role', 'Reader', '--scope', scope));
    await world.az(...assignment('delete', '--assignee', identity.clientId, '--role', reader, '--scope', scope));
    expect(await names()).toBe(JSON.stringify(['ServicePrincipal Key Vault Reader', 'User Key Vault Reader']));
    expect(await world.refused(1, ...assignment('delete', '--assignee', me, '--role', 'Reader', '--scope', scope))).toContain(
      'No matched assignments were found to delete',
    );
    // Deleting who it is about leaves no right behind.
    await world.az('identity', 'delete', '-g', world.group, '-n', 'who');
    expect(
      await world.refused(1, ...assignment('create', '--assignee', identity.clientId, '--role', 'Reader', '--scope', scope)),
    ).toContain('Cannot find user or service principal');
  });

  it('a reader reads, and is refused every write in the words of Azure', async () => {
    const { subscriptionId, servicePrincipal } = world.platform.admin;
    const subscription = `/subscriptions/${subscriptionId}`;
    await world.az(...assignment('create', '--assignee', servicePrincipal.appId, '--role', 'Reader', '--scope', subscription));
    await world.az(...assignment('delete', '--assignee', servicePrincipal.appId, '--role', 'Owner', '--scope', subscription));
    const signedIn = await world.login('--service-principal');
    expect(signedIn.code, said(signedIn)).toBe(0);
    expect(await world.query('[].name', 'group', 'list')).toContain(world.group);
    const refusal = (action: string, at: string) =>
      new RegExp(
        `\\(AuthorizationFailed\\) The client '${servicePrincipal.appId}' with object id '[\\da-f-]{36}' does not have authorization to perform action '${action}' over scope '${at}' or the scope is invalid\\. If access was recently granted, please refresh your credentials\\.`,
        'i',
      );
    expect(await world.refused(1, 'group', 'create', '-n', 'mine', '-l', 'westeurope')).toMatch(
      refusal('Microsoft.Resources/subscriptions/resourcegroups/write', `${subscription}/resourcegroups/mine`),
    );
    expect(await world.refused(1, 'group', 'delete', '-n', world.group, '--yes')).toMatch(
      refusal('Microsoft.Resources/subscriptions/resourcegroups/delete', scope),
    );
    expect(await world.refused(1, 'identity', 'create', '-g', world.group, '-n', 'mine')).toMatch(
      refusal(
        'Microsoft.ManagedIdentity/userAssignedIdentities/write',
        `${scope}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mine`,
      ),
    );
    expect(await world.refused(1, 'keyvault', 'create', '-g', world.group, '-n', `v-${world.suffix}`)).toMatch(
      refusal('Microsoft.KeyVault/vaults/write', `${scope}/providers/Microsoft.KeyVault/vaults/v-${world.suffix}`),
    );
    expect(await world.refused(1, 'aks', 'create', '-g', world.group, '-n', 'mine', '--generate-ssh-keys')).toMatch(
      /\(AuthorizationFailed\)/,
    );
    expect(
      await world.refused(
        1,
        ...assignment(
          'create',
          '--assignee-object-id',
          me,
          '--assignee-principal-type',
          'User',
          '--role',
          'Owner',
          '--scope',
          subscription,
        ),
      ),
    ).toMatch(
      refusal(
        'Microsoft.Authorization/roleAssignments/write',
        `${subscription}/providers/Microsoft.Authorization/roleAssignments/[\\da-f-]{36}`,
      ),
    );
    expect(await world.query('[].name', 'group', 'list')).not.toContain('mine');
  });
});
