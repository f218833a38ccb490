import { createClock, newGuid } from '@podpass/kernel';
import { createMemoryStore } from '@podpass/store';
import { silentTelemetry } from '@podpass/telemetry';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAuthorization } from './authorization.ts';
import { builtInRoles } from './built-in/index.ts';
import type { Authorization, NewRoleAssignment } from './types.ts';

const tenantId = newGuid();
const [user, robot, outsider, team, division] = [newGuid(), newGuid(), newGuid(), newGuid(), newGuid()];
const types = new Map([
  [user, 'User' as const],
  [robot, 'ServicePrincipal' as const],
  [outsider, 'User' as const],
  [team, 'Group' as const],
  [division, 'Group' as const],
]);
const subscription = `/subscriptions/${newGuid()}`;
const vault = `${subscription}/resourceGroups/rg1/providers/Microsoft.KeyVault/vaults/v1`;
const getSecret = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';
const idOf = (name: string) => builtInRoles.find((role) => role.roleName === name)!.id;

/** Groups of each principal, nested ones included: what the directory answers. */
let memberships: Map<string, readonly string[]>;
let lookups: number;
let authorization: Authorization;

beforeEach(async () => {
  memberships = new Map([
    [user, [team, division]],
    [robot, [team, division]],
    [team, [division]],
  ]);
  lookups = 0;
  authorization = await createAuthorization({
    store: createMemoryStore(),
    clock: createClock(),
    directory: {
      principalType: (tenant, id) => (tenant === tenantId ? types.get(id) : undefined),
      members: {
        transitiveGroupsOf(tenant, id) {
          lookups += 1;
          return tenant === tenantId ? (memberships.get(id.toLowerCase()) ?? []) : [];
        },
      },
    },
    telemetry: silentTelemetry(),
  });
});

const assign = (change: Partial<NewRoleAssignment> = {}) =>
  authorization.assignments.create({
    tenantId,
    name: newGuid(),
    scope: vault,
    roleId: idOf('Key Vault Secrets User'),
    principalId: team,
    ...change,
  });
const ask = (objectId: string, scope = vault, tenant = tenantId) =>
  authorization.check({ caller: { tenantId: tenant, objectId }, action: getSecret, scope, plane: 'data' });

describe('what a group holds is refused', () => {
  it('to others, in other tenants, and elsewhere', async () => {
    await assign();
    expect(ask(outsider).allowed).toBe(false);
    expect(ask(user, vault, newGuid()).allowed).toBe(false);
    expect(ask(user, `${vault}0`).allowed).toBe(false);
    expect(authorization.reaches({ tenantId, objectId: outsider }, subscription)).toBe(false);
    expect(authorization.reaches({ tenantId: newGuid(), objectId: user }, subscription)).toBe(false);
  });

  it('to members as soon as they are no longer members, and to all as soon as the assignment goes', async () => {
    const { assignment } = await assign({ principalId: division });
    expect(ask(user).allowed).toBe(true);
    memberships.set(user, []);
    expect(ask(user).allowed).toBe(false);
    expect(authorization.reaches({ tenantId, objectId: user }, subscription)).toBe(false);
    expect(ask(robot).allowed).toBe(true);
    await authorization.assignments.delete(tenantId, assignment.name);
    expect(ask(robot).allowed).toBe(false);
  });

  it('when its role does not reach so far, and the reason counts the assignments of the groups', async () => {
    await assign({ roleId: idOf('Reader') });
    expect(ask(user)).toEqual({
      allowed: false,
      because: `no role that the principal or one of its groups holds at ${vault} or above allows the data action ${getSecret}`,
    });
    expect(ask(user, subscription).because).toBe(`none of the 1 role assignments of the principal and its groups covers ${subscription}`);
  });

  it.each(['User', 'ServicePrincipal'] as const)('as that of a %s', async (principalType) => {
    await expect(assign({ principalType })).rejects.toMatchObject({ problem: { reason: 'principal-type', actual: 'Group' } });
  });

  it('where the group is of another tenant', async () => {
    await expect(assign({ tenantId: newGuid() })).rejects.toMatchObject({ problem: { reason: 'principal-not-found' } });
  });
});

describe('what a group holds', () => {
  it.each([
    ['a user', user],
    ['a service principal', robot],
  ])('%s holds too, directly and through groups in groups', async (_, member) => {
    const direct = await assign({ principalType: 'Group' });
    expect(ask(member)).toEqual({
      allowed: true,
      because: `role 'Key Vault Secrets User' at ${vault} (assignment ${direct.assignment.name}) of the group ${team}`,
    });
    await authorization.assignments.delete(tenantId, direct.assignment.name);
    const nested = await assign({ principalId: division, scope: subscription });
    expect(ask(member).because).toContain(`(assignment ${nested.assignment.name}) of the group ${division}`);
    expect(authorization.reaches({ tenantId, objectId: member }, subscription)).toBe(true);
  });

  it('adds to what the principal holds itself', async () => {
    await assign({ principalId: user, roleId: idOf('Reader'), scope: subscription });
    expect(ask(user).allowed).toBe(false);
    await assign();
    expect(ask(user).allowed).toBe(true);
    expect(authorization.check({ caller: { tenantId, objectId: user }, action: 'x/read', scope: vault, plane: 'control' }).allowed).toBe(
      true,
    );
  });

  it('costs nobody a look-up where no group holds a role, nor whom an assignment of his own allows', async () => {
    await assign({ principalId: user });
    expect([ask(user).allowed, ask(robot).allowed]).toEqual([true, false]);
    expect(lookups).toBe(0);
    await assign();
    expect(ask(user).allowed).toBe(true);
    expect(lookups).toBe(0);
    expect(ask(robot).allowed).toBe(true);
    expect(lookups).toBe(1);
  });
});

describe('lists', () => {
  const names = (options: { atScope?: boolean; principalId?: string; assignedTo?: string }, scope = vault) =>
    authorization.assignments.listAtScope(tenantId, scope, options).map(({ principalId }) => principalId);

  it('of what is assigned to a principal include its groups; those of the principal itself do not', async () => {
    await assign();
    await assign({ principalId: division, scope: subscription });
    await assign({ principalId: user, roleId: idOf('Reader'), scope: subscription });
    await assign({ principalId: outsider, scope: subscription });
    expect(names({ assignedTo: user })).toEqual([user, team, division]);
    expect(names({ assignedTo: user.toUpperCase(), atScope: true }, subscription)).toEqual([user, division]);
    expect(names({ principalId: user })).toEqual([user]);
    expect(names({ assignedTo: team })).toEqual([team, division]);
    expect(names({ assignedTo: outsider })).toEqual([outsider]);
    expect(names({ assignedTo: newGuid() })).toEqual([]);
    expect(authorization.assignments.listForPrincipal(tenantId, user).map(({ principalId }) => principalId)).toEqual([user]);
  });

  it('keep the assignments of principals that are gone, as Azure does', async () => {
    const late = newGuid();
    types.set(late, 'Group');
    await assign({ principalId: late });
    types.delete(late);
    expect(names({ principalId: late })).toEqual([late]);
  });
});
