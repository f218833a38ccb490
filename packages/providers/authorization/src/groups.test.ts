import { type ProviderDefinition } from '@podpass/arm';
import { createTestArm, type TestArm } from '@podpass/arm/testing';
import { createAuthorization, type Authorization } from '@podpass/authorization';
import { createClock, newGuid } from '@podpass/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorizationProvider } from './index.ts';

const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';

let test: TestArm;
let authorization: Authorization;
let user: string;
let robot: string;
let team: string;
let division: string;

beforeEach(async () => {
  const providers: ProviderDefinition[] = [];
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
        roleId: owner,
        principalId: administrator,
        principalType: 'User',
      });
      return authorization;
    },
  });
  const { tenantId, directory } = test;
  user = (await directory.users.create({ tenantId, userPrincipalName: 'u@example.test', displayName: 'U', password: 'Long-enough-1!' })).id;
  robot = (await directory.managedIdentities.create({ tenantId, resourceId: '/x', displayName: 'r', explicit: true })).id;
  const group = async (name: string) => (await directory.groups.create({ tenantId, displayName: name, mailNickname: name })).id;
  [team, division] = [await group('team'), await group('division')];
  await directory.members.add(tenantId, team, user);
  await directory.members.add(tenantId, team, robot);
  await directory.members.add(tenantId, division, team);
});
afterEach(async () => {
  await authorization.close();
  await test.close();
});

const assignments = () => `${test.home}/providers/Microsoft.Authorization/roleAssignments`;
/** What `az role assignment create --assignee-object-id ID --assignee-principal-type TYPE` sends. */
const assign = (principalId: string, principalType?: string) =>
  test.call('PUT', `${assignments()}/${newGuid()}`, {
    properties: {
      principalId,
      ...(principalType === undefined ? {} : { principalType }),
      roleDefinitionId: `${test.home}/providers/Microsoft.Authorization/roleDefinitions/${reader}`,
    },
  });
const reads = async (as: string) => (await test.call('GET', assignments(), undefined, { as })).status;
const principals = async (filter: string) =>
  (await test.call('GET', `${assignments()}?$filter=${encodeURIComponent(filter)}`))
    .list('value')
    .map((each) => (each['properties'] as Record<string, unknown>)['principalId']);

describe('a role for a group is refused', () => {
  it.each(['User', 'ServicePrincipal'])('when the group is called a %s', async (type) => {
    const answer = await assign(team, type);
    expect([answer.status, answer.at('error', 'code')]).toEqual([400, 'UnmatchedPrincipalType']);
    expect(answer.at('error', 'message')).toContain("has type 'Group'");
  });

  it('when a user is called a group', async () => {
    expect((await assign(user, 'Group')).at('error', 'code')).toBe('UnmatchedPrincipalType');
  });

  it('when nobody knows it and its type is not given', async () => {
    expect((await assign(newGuid())).at('error', 'code')).toBe('PrincipalNotFound');
  });
});

describe('a role for a group', () => {
  it.each([['Group'], [undefined]])('is shown as one, type given as %s', async (type) => {
    const made = await assign(team, type);
    expect([made.status, made.at('properties', 'principalType')]).toEqual([201, 'Group']);
  });

  it('lets members in, users and service principals, through nested groups too, until they leave', async () => {
    expect([await reads(user), await reads(robot)]).toEqual([403, 403]);
    await assign(division, 'Group');
    expect([await reads(user), await reads(robot)]).toEqual([200, 200]);
    await test.directory.members.remove(test.tenantId, team, user);
    expect([await reads(user), await reads(robot)]).toEqual([403, 200]);
    await test.directory.members.remove(test.tenantId, division, team);
    expect(await reads(robot)).toBe(403);
  });

  it('ends with the group, while its assignment stays for someone to remove', async () => {
    const name = (await assign(team, 'Group')).text('name');
    expect(await reads(user)).toBe(200);
    await test.directory.groups.delete(test.tenantId, team);
    expect(await reads(user)).toBe(403);
    expect(await principals(`principalId eq '${team}'`)).toEqual([team]);
    expect((await test.call('DELETE', `${assignments()}/${name}`)).status).toBe(200);
  });

  it('is found by assignedTo of its members and not by their principalId', async () => {
    await assign(team, 'Group');
    await assign(division, 'Group');
    await assign(user, 'User');
    expect(new Set(await principals(`assignedTo('${user}')`))).toEqual(new Set([user, team, division]));
    expect(await principals(`principalId eq '${user}'`)).toEqual([user]);
    expect(new Set(await principals(`atScope() and assignedTo('${robot}')`))).toEqual(new Set([team, division]));
    await test.directory.members.remove(test.tenantId, team, robot);
    expect(await principals(`assignedTo('${robot}')`)).toEqual([]);
  });
});

it('keeps the assignments of deleted users and managed identities, as Azure does', async () => {
  await assign(user, 'User');
  await assign(robot, 'ServicePrincipal');
  await test.directory.users.delete(test.tenantId, user);
  await test.directory.managedIdentities.delete(test.tenantId, robot);
  expect(await principals(`principalId eq '${user}'`)).toEqual([user]);
  expect(await principals(`principalId eq '${robot}'`)).toEqual([robot]);
});

it('keeps the roles of one tenant from the principals of another', async () => {
  await assign(team, 'Group');
  const other = await test.directory.tenants.create({ displayName: 'Other', domains: ['other.test'] });
  for (const as of [user, robot, test.administrator]) {
    const answer = await test.call('GET', assignments(), undefined, { as, tenant: other.id });
    expect([answer.status, answer.at('error', 'code')]).toEqual([401, 'InvalidAuthenticationTokenTenant']);
  }
});
