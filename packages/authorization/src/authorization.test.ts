import { createClock, newGuid } from '@podpass/kernel';
import { createMemoryStore, type Store } from '@podpass/store';
import { silentTelemetry } from '@podpass/telemetry';
import { beforeEach, describe, expect, it } from 'vitest';
import { builtInRoles } from './built-in/index.ts';
import { createAuthorization } from './authorization.ts';
import { RoleAssignmentError } from './errors.ts';
import type { Authorization, NewRoleAssignment } from './types.ts';

const tenantId = newGuid();
const user = newGuid();
const robot = newGuid();
const principals = new Map([
  [user, 'User' as const],
  [robot, 'ServicePrincipal' as const],
]);
const subscription = `/subscriptions/${newGuid()}`;
const vault = `${subscription}/resourceGroups/rg1/providers/Microsoft.KeyVault/vaults/v1`;
const getSecret = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';

const idOf = (name: string) => builtInRoles.find((role) => role.roleName === name)!.id;
const assignment = (change: Partial<NewRoleAssignment> = {}): NewRoleAssignment => ({
  tenantId,
  name: newGuid(),
  scope: vault,
  roleId: idOf('Key Vault Secrets User'),
  principalId: user,
  ...change,
});

let store: Store;
let authorization: Authorization;
const open = () =>
  createAuthorization({
    store,
    clock: createClock(),
    directory: { principalType: (_, id) => principals.get(id), members: { transitiveGroupsOf: () => [] } },
    telemetry: silentTelemetry(),
  });

beforeEach(async () => {
  store = createMemoryStore();
  authorization = await open();
});

const reason = async (wanted: NewRoleAssignment) => {
  const thrown: unknown = await authorization.assignments.create(wanted).catch((error: unknown) => error);
  return thrown instanceof RoleAssignmentError ? thrown.problem.reason : thrown;
};

const ask = (objectId: string, action: string, scope: string, plane: 'control' | 'data' = 'control') =>
  authorization.check({ caller: { tenantId, objectId }, action, scope, plane }).allowed;

describe('assignments, refused', () => {
  it.each<[string, Partial<NewRoleAssignment>, string]>([
    ['an unknown principal', { principalId: newGuid() }, 'principal-not-found'],
    ['a principal of another type', { principalType: 'ServicePrincipal' }, 'principal-type'],
    ['an unknown role', { roleId: newGuid() }, 'definition-not-found'],
    ['a name that is no GUID', { name: 'owner' }, 'bad-name'],
    ['a scope that is none', { scope: 'vaults/v1' }, 'bad-scope'],
    ['a condition', { condition: 'true' }, 'condition'],
  ])('%s', async (_, change, expected) => {
    expect(await reason(assignment(change))).toBe(expected);
  });

  it('a second one of the same principal, role and scope, with the name of the first', async () => {
    const first = assignment();
    await authorization.assignments.create(first);
    const thrown: unknown = await authorization.assignments
      .create(assignment({ scope: vault.toUpperCase() }))
      .catch((error: unknown) => error);
    expect(thrown).toMatchObject({ problem: { reason: 'exists', name: first.name } });
  });

  it('one of two equal ones that are made at the same moment', async () => {
    const outcomes = await Promise.allSettled([
      authorization.assignments.create(assignment()),
      authorization.assignments.create(assignment()),
    ]);
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(authorization.assignments.listForPrincipal(tenantId, user)).toHaveLength(1);
  });

  it('a change of principal or scope under the same name', async () => {
    const first = assignment();
    await authorization.assignments.create(first);
    expect(await reason({ ...first, principalId: robot })).toBe('update-not-permitted');
    expect(await reason({ ...first, scope: subscription })).toBe('update-not-permitted');
  });
});

describe('access, refused', () => {
  it('without any assignment, and says so', () => {
    const verdict = authorization.check({ caller: { tenantId, objectId: user }, action: getSecret, scope: vault, plane: 'data' });
    expect(verdict).toMatchObject({ allowed: false });
    expect(verdict.because).toContain('holds no role assignment');
  });

  it('to the control plane by data roles and to the data plane by control roles', async () => {
    await authorization.assignments.create(assignment());
    await authorization.assignments.create(assignment({ principalId: robot, roleId: idOf('Owner'), scope: subscription }));
    expect(ask(user, 'Microsoft.KeyVault/vaults/read', vault)).toBe(false);
    expect(ask(robot, getSecret, vault, 'data')).toBe(false);
  });

  it('to a vault whose name begins alike, to another secret, to another tenant', async () => {
    await authorization.assignments.create(assignment());
    await authorization.assignments.create(assignment({ principalId: robot, scope: `${vault}/secrets/a` }));
    expect(ask(user, getSecret, `${vault}0/secrets/a`, 'data')).toBe(false);
    expect(ask(robot, getSecret, `${vault}/secrets/b`, 'data')).toBe(false);
    expect(
      authorization.check({ caller: { tenantId: newGuid(), objectId: user }, action: getSecret, scope: vault, plane: 'data' }).allowed,
    ).toBe(false);
  });

  it('to role assignments for contributors', async () => {
    await authorization.assignments.create(assignment({ roleId: idOf('Contributor'), scope: subscription }));
    expect(ask(user, 'Microsoft.Authorization/roleAssignments/write', vault)).toBe(false);
    expect(ask(user, 'Microsoft.KeyVault/vaults/write', vault)).toBe(true);
  });

  it('as soon as the assignment, or what it hung on, is deleted', async () => {
    const first = assignment();
    await authorization.assignments.create(first);
    await authorization.assignments.delete(tenantId, first.name);
    expect(ask(user, getSecret, vault, 'data')).toBe(false);
    await authorization.assignments.create(assignment({ scope: `${vault}/secrets/a` }));
    await authorization.assignments.create(assignment({ scope: `${vault}0` }));
    expect(await authorization.assignments.deleteUnder(tenantId, vault)).toBe(1);
    expect(ask(user, getSecret, `${vault}/secrets/a`, 'data')).toBe(false);
    expect(await authorization.assignments.create(assignment())).toMatchObject({ created: true });
  });
});

describe('access', () => {
  it.each([
    ['the root', '/'],
    ['the subscription', subscription],
    ['the resource group', `${subscription}/resourcegroups/RG1`],
    ['the vault', vault],
    ['the secret', `${vault}/secrets/a`],
  ])('reaches a secret from %s', async (_, scope) => {
    await authorization.assignments.create(assignment({ scope }));
    expect(ask(user, getSecret, `${vault}/secrets/a`, 'data')).toBe(true);
  });

  it('is the union of all roles: what one takes away, another can give', async () => {
    await authorization.assignments.create(assignment({ roleId: idOf('Contributor'), scope: subscription }));
    await authorization.assignments.create(assignment({ roleId: idOf('User Access Administrator'), scope: subscription }));
    expect(ask(user, 'Microsoft.Authorization/roleAssignments/write', vault)).toBe(true);
  });

  it('lets a Managed Identity Operator assign an identity', async () => {
    await authorization.assignments.create(assignment({ roleId: idOf('Managed Identity Operator'), scope: subscription }));
    expect(ask(user, 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action', `${subscription}/resourceGroups/rg1`)).toBe(true);
    expect(ask(user, 'Microsoft.ManagedIdentity/userAssignedIdentities/write', `${subscription}/resourceGroups/rg1`)).toBe(false);
  });

  it('accepts an unknown principal whose type is given, as Azure does', async () => {
    const late = newGuid();
    await authorization.assignments.create(assignment({ principalId: late, principalType: 'ServicePrincipal' }));
    expect(ask(late, getSecret, vault, 'data')).toBe(true);
  });

  it('survives a restart', async () => {
    await authorization.assignments.create(assignment());
    await authorization.close();
    authorization = await open();
    expect(ask(user, getSecret, vault, 'data')).toBe(true);
  });
});

describe('lists', () => {
  it('hold what applies at a scope, and below it when asked', async () => {
    await authorization.assignments.create(assignment({ scope: subscription }));
    await authorization.assignments.create(assignment({ scope: `${vault}/secrets/a` }));
    expect(authorization.assignments.listAtScope(tenantId, vault)).toHaveLength(2);
    expect(authorization.assignments.listAtScope(tenantId, vault, { atScope: true })).toHaveLength(1);
  });

  it('tell who sees a subscription at all', async () => {
    expect(authorization.reaches({ tenantId, objectId: user }, subscription)).toBe(false);
    await authorization.assignments.create(assignment({ scope: `${vault}/secrets/a` }));
    expect(authorization.reaches({ tenantId, objectId: user }, subscription)).toBe(true);
  });
});

describe('built-in roles', () => {
  it('have unique lower-case ids and unique names', () => {
    expect(new Set(builtInRoles.map((role) => role.id)).size).toBe(builtInRoles.length);
    expect(new Set(builtInRoles.map((role) => role.roleName)).size).toBe(builtInRoles.length);
    expect(builtInRoles.filter((role) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(role.id))).toEqual([]);
  });

  it('are found by id and name in any case', () => {
    expect(authorization.definitions.byId('4633458B-17DE-408A-B874-0445C86B69E6')?.roleName).toBe('Key Vault Secrets User');
    expect(authorization.definitions.byName('key vault secrets user')?.id).toBe('4633458b-17de-408a-b874-0445c86b69e6');
  });

  it.each<[string, string, readonly string[], readonly string[]]>([
    [
      'Managed Identity Operator',
      'f1a07417-d97a-45cb-824c-7a7467783830',
      [
        'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
        'Microsoft.ManagedIdentity/userAssignedIdentities/a/assign/action',
        'Microsoft.ManagedIdentity/userAssignedIdentities/read',
      ],
      ['Microsoft.ManagedIdentity/userAssignedIdentities/write', 'Microsoft.Compute/virtualMachineScaleSets/write'],
    ],
    [
      'Virtual Machine Contributor',
      '9980e02c-c2be-4d73-94e8-173b1dc7cf3c',
      ['Microsoft.Compute/virtualMachineScaleSets/write', 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read'],
      ['Microsoft.ManagedIdentity/userAssignedIdentities/assign/action', 'Microsoft.ContainerService/managedClusters/write'],
    ],
    [
      'Resource Policy Contributor',
      '36243c78-bf99-498c-9df9-86d9f8d28608',
      ['Microsoft.Authorization/policyAssignments/write', 'Microsoft.PolicyInsights/policyStates/read', 'Microsoft.Compute/disks/read'],
      ['Microsoft.Authorization/roleAssignments/write', 'Microsoft.Compute/disks/write'],
    ],
  ])('%s allows what it is for, and no more', async (name, id, allowed, refused) => {
    expect(idOf(name)).toBe(id);
    await authorization.assignments.create(assignment({ scope: subscription, roleId: id }));
    expect(allowed.filter((action) => !ask(user, action, vault))).toEqual([]);
    expect(refused.filter((action) => ask(user, action, vault))).toEqual([]);
  });
});
