import { compareCoverage, type ProviderDefinition } from '@podpass/arm';
import { callEveryOperation, createTestArm, type TestArm } from '@podpass/arm/testing';
import { createAuthorization, type Authorization } from '@podpass/authorization';
import { createClock, newGuid } from '@podpass/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorizationCoverage, authorizationProvider } from './index.ts';

const roles = {
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
};

let test: TestArm;
let authorization: Authorization;
let providers: ProviderDefinition[];
let user: string;
let robot: string;
let vault: string;

beforeEach(async () => {
  providers = [];
  test = await createTestArm({
    providers,
    access: async ({ store, directory, administrator, telemetry }) => {
      authorization = await createAuthorization({ store, directory, clock: createClock(), telemetry });
      providers.push(authorizationProvider({ authorization }));
      const [tenant] = directory.tenants.list();
      await authorization.assignments.create({
        tenantId: tenant!.id,
        name: newGuid(),
        scope: '/',
        roleId: roles.owner,
        principalId: administrator,
        principalType: 'User',
      });
      return authorization;
    },
  });
  const { tenantId, directory } = test;
  vault = `${test.home}/resourceGroups/rg1/providers/Microsoft.KeyVault/vaults/v1`;
  await test.seedGroup('rg1');
  await test.seed(
    { id: vault, name: 'v1', type: 'Microsoft.KeyVault/vaults' },
    { id: `${vault}0`, name: 'v10', type: 'Microsoft.KeyVault/vaults' },
  );
  user = (await directory.users.create({ tenantId, userPrincipalName: 'u@example.test', displayName: 'U', password: 'Long-enough-1!' })).id;
  robot = (await directory.managedIdentities.create({ tenantId, resourceId: '/x', displayName: 'r', explicit: true })).id;
});
afterEach(async () => {
  await authorization.close();
  await test.close();
});

const definition = (role: string, scope = test.home) => `${scope}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
const path = (scope: string, name = newGuid()) => `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
const assign = (scope: string, properties: Record<string, unknown> = {}, name?: string, as?: string) =>
  test.call(
    'PUT',
    path(scope, name),
    { properties: { principalId: user, principalType: 'User', roleDefinitionId: definition(roles.secretsUser), ...properties } },
    as === undefined ? {} : { as },
  );

describe('the ledger and access', () => {
  it('equals the registered operations', () => {
    expect(compareCoverage(authorizationProvider({ authorization }), authorizationCoverage)).toEqual({ unlisted: [], unregistered: [] });
  });

  it('refuses every operation to a caller without roles', async () => {
    const outcomes = await callEveryOperation(test, [authorizationProvider({ authorization })], newGuid());
    expect(outcomes.filter(({ code }) => code !== 'AuthorizationFailed')).toEqual([]);
  });

  it('does not let a contributor give roles, nor an owner of one vault those of another', async () => {
    await assign(test.home, { principalId: robot, principalType: 'ServicePrincipal', roleDefinitionId: definition(roles.contributor) });
    expect((await assign(vault, {}, undefined, robot)).at('error', 'code')).toBe('AuthorizationFailed');
    await assign(vault, { roleDefinitionId: definition(roles.owner) });
    expect((await assign(`${vault}0`, {}, undefined, user)).status).toBe(403);
    expect((await assign(`${vault}/secrets/s`, {}, undefined, user)).status).toBe(201);
  });
});

describe('assignments, refused', () => {
  it('for a principal that does not exist, in the words of Azure', async () => {
    const principalId = newGuid();
    const answer = await assign(vault, { principalId, principalType: undefined });
    expect([answer.status, answer.at('error', 'code')]).toEqual([400, 'PrincipalNotFound']);
    expect(answer.at('error', 'message')).toMatch(
      new RegExp(
        `^Principal ${principalId.replaceAll('-', '')} does not exist in the directory ${test.tenantId}\\. Check that you have the correct principal ID\\.`,
      ),
    );
  });

  it('for a principal of another type', async () => {
    const answer = await assign(vault, { principalType: 'ServicePrincipal' });
    expect(answer.at('error')).toEqual({
      code: 'UnmatchedPrincipalType',
      message: `The PrincipalId '${user}' has type 'User' , which is different from specified PrinciaplType 'ServicePrincipal'.`,
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a role that does not exist', { roleDefinitionId: definition(newGuid(), '/subscriptions/x') }, '404 RoleDefinitionDoesNotExist'],
    ['a role by name', { roleDefinitionId: 'Owner' }, '400 InvalidRoleDefinitionId'],
    ['a principal that is no GUID', { principalId: 'me' }, '400 InvalidPrincipalId'],
    ['a condition', { condition: "@Resource[x] StringEquals 'y'", conditionVersion: '2.0' }, '400 BadRequestFormat'],
    ['a delegated identity', { delegatedManagedIdentityResourceId: '/x' }, '400 BadRequestFormat'],
    ['no principal', { principalId: undefined }, '400 BadRequestFormat'],
    ['a principal type of the wrong kind', { principalType: 5 }, '400 BadRequestFormat'],
    ['a long description', { description: 'x'.repeat(1025) }, '400 BadRequestFormat'],
  ])('with %s', async (_, properties, expected) => {
    const answer = await assign(vault, properties);
    expect(`${answer.status} ${answer.text('error', 'code')}`).toBe(expected);
  });

  it('under a name that is no GUID', async () => {
    expect((await assign(vault, {}, 'mine')).at('error', 'code')).toBe('InvalidRoleAssignmentId');
  });

  it('at scopes that do not exist', async () => {
    expect((await assign(vault.replace('v1', 'v2'))).at('error', 'code')).toBe('ResourceNotFound');
    expect((await assign(vault.replace('rg1', 'rg2'))).at('error', 'code')).toBe('ResourceGroupNotFound');
    expect((await assign(`/subscriptions/${newGuid()}`)).at('error', 'code')).toBe('SubscriptionNotFound');
    expect((await assign('/nonsense')).at('error', 'code')).toBe('InvalidRequestUri');
    expect((await assign('/providers/Microsoft.Management/managementGroups/mg')).at('error', 'code')).toBe('ManagementGroupNotFound');
  });

  it('twice, with the id of the first without dashes', async () => {
    const name = newGuid();
    await assign(vault, {}, name);
    const answer = await assign(vault.toLowerCase());
    expect(answer.status).toBe(409);
    expect(answer.at('error')).toEqual({
      code: 'RoleAssignmentExists',
      message: `The role assignment already exists. The ID of the conflicting role assignment is ${name.replaceAll('-', '')}.`,
    });
  });

  it('as a change of what cannot change', async () => {
    const name = newGuid();
    await assign(vault, {}, name);
    expect((await assign(vault, { roleDefinitionId: definition(roles.owner) }, name)).at('error', 'code')).toBe(
      'RoleAssignmentUpdateNotPermitted',
    );
    expect((await assign(test.home, {}, name)).at('error', 'code')).toBe('RoleAssignmentUpdateNotPermitted');
  });

  it('a long filter before its patterns spend time on it', async () => {
    const filter = encodeURIComponent(`a${' '.repeat(2001)}b`);
    for (const list of ['roleAssignments', 'roleDefinitions']) {
      const answer = await test.call('GET', `${test.home}/providers/Microsoft.Authorization/${list}?$filter=${filter}`);
      expect([answer.status, answer.at('error', 'code')]).toEqual([400, 'BadRequestFormat']);
    }
  });

  it('in lists with filters that are not known', async () => {
    for (const filter of [
      "principalId eq 'a' or atScope()",
      "roleDefinitionId eq 'x'",
      'atScope() and',
      "assignedTo('a') and assignedTo('b')",
    ]) {
      const answer = await test.call('GET', `${path(vault, '').slice(0, -1)}?$filter=${encodeURIComponent(filter)}`);
      expect([filter, answer.status]).toEqual([filter, 400]);
    }
  });
});

describe('assignments', () => {
  it('have the form that az reads, and the same role id in both lists', async () => {
    const name = newGuid();
    const made = await assign(vault, {}, name);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: `${vault}/providers/Microsoft.Authorization/roleAssignments/${name}`,
      name,
      type: 'Microsoft.Authorization/roleAssignments',
      properties: {
        principalId: user,
        principalType: 'User',
        scope: vault,
        condition: null,
        createdBy: null,
        updatedBy: test.administrator,
      },
    });
    expect(made.at('properties', 'createdOn')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
    const listed = await test.call('GET', `${path(vault, '').slice(0, -1)}?$filter=${encodeURIComponent('atScope()')}`);
    const definitions = await test.call('GET', `${vault}/providers/Microsoft.Authorization/roleDefinitions`);
    const known = new Set(definitions.list('value').map((each) => each['id']));
    expect(listed.list('value')).toHaveLength(2);
    for (const index of [0, 1]) expect(known).toContain(listed.at('value', index, 'properties', 'roleDefinitionId'));
    expect((await test.call('GET', path(vault, name))).at('properties', 'createdBy')).toBe(test.administrator);
    expect((await assign(vault, { description: 'why' }, name)).at('properties', 'description')).toBe('why');
  });

  it('are found by principal in every form that az uses', async () => {
    await assign(vault);
    await assign(test.home, { principalId: robot, principalType: 'ServicePrincipal' });
    const list = async (filter: string, scope = test.home) =>
      (await test.call('GET', `${path(scope, '').slice(0, -1)}?$filter=${encodeURIComponent(filter)}`)).list('value').length;
    expect(await list(`principalId eq '${user}'`)).toBe(1);
    expect(await list(`assignedTo('${user.toUpperCase()}')`)).toBe(1);
    expect(await list(`atScope() and assignedTo('${user}')`)).toBe(0);
    expect(await list(`atScope() and assignedTo('${user}')`, vault)).toBe(1);
    expect(await list('atScope()', vault)).toBe(3);
  });

  it('take single secrets, and lower-case scopes', async () => {
    expect((await assign(`${vault}/secrets/my-secret`)).status).toBe(201);
    expect((await assign(vault.toLowerCase())).status).toBe(201);
  });

  it('are deleted: 200 with a body, then 204; never by way of another scope', async () => {
    const name = newGuid();
    await assign(vault, {}, name);
    expect((await test.call('DELETE', path(test.home, name))).status).toBe(204);
    expect((await test.call('GET', path(test.home, name))).at('error', 'code')).toBe('RoleAssignmentNotFound');
    expect((await test.call('DELETE', path(vault, name))).at('name')).toBe(name);
    expect((await test.call('DELETE', path(vault, name))).status).toBe(204);
  });
});

describe('definitions', () => {
  const find = (filter: string) =>
    test.call('GET', `${test.home}/providers/Microsoft.Authorization/roleDefinitions?$filter=${encodeURIComponent(filter)}`, undefined, {
      apiVersion: '2022-05-01-preview',
    });

  it('are found by name', async () => {
    const [role] = (await find("roleName eq 'Key Vault Secrets User'")).list('value');
    expect(role).toMatchObject({
      id: definition(roles.secretsUser),
      name: roles.secretsUser,
      type: 'Microsoft.Authorization/roleDefinitions',
      properties: { roleName: 'Key Vault Secrets User', type: 'BuiltInRole', assignableScopes: ['/'] },
    });
    expect((await find("roleName eq 'No such role'")).at('value')).toEqual([]);
    expect((await find("type eq 'CustomRole'")).at('value')).toEqual([]);
    expect((await find("name eq 'x'")).status).toBe(400);
    expect((await test.call('GET', definition(roles.owner))).at('properties', 'roleName')).toBe('Owner');
    expect((await test.call('GET', definition(newGuid()))).at('error', 'code')).toBe('RoleDefinitionDoesNotExist');
  });

  it('of one\u2019s own are refused, with a sentence', async () => {
    const answer = await test.call('PUT', definition(newGuid()), { properties: {} });
    expect([answer.status, answer.at('error', 'code')]).toEqual([400, 'CustomRolesNotSupported']);
  });
});
