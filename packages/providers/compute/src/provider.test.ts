import { compareCoverage, groupId, groupType, identityType, scaleSetType, type ScaleSet } from '@podpass/arm';
import { callEveryOperation, createTestArm, type TestArm } from '@podpass/arm/testing';
import { newGuid } from '@podpass/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { computeCoverage, computeProvider } from './index.ts';

const assign = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';
let test: TestArm;
let set: string;
let mayAssign: (id: string) => boolean;
const other = newGuid();

beforeEach(async () => {
  mayAssign = () => true;
  test = await createTestArm({
    providers: [computeProvider()],
    access: ({ administrator }) => ({
      check: ({ caller, action, scope }) => ({
        allowed: caller.objectId === administrator && (action !== assign || mayAssign(scope)),
        because: '',
      }),
      reaches: ({ objectId }) => objectId === administrator,
    }),
  });
  const group = groupId(test.subscriptionId, 'MC_rg1_c1_eastus');
  await test.seed({
    id: group,
    name: 'MC_rg1_c1_eastus',
    type: groupType,
    resourceGroup: 'MC_rg1_c1_eastus',
    state: { provisioningState: 'Succeeded', managedBy: '/subscriptions/s/resourcegroups/rg1/providers/x/managedClusters/c1' },
  });
  set = `${group}/providers/${scaleSetType}/aks-nodepool1-12345678-vmss`;
  await test.seed({
    id: set,
    name: 'aks-nodepool1-12345678-vmss',
    type: scaleSetType,
    resourceGroup: 'MC_rg1_c1_eastus',
    tags: { pool: 'nodepool1' },
    state: {
      provisioningState: 'Succeeded',
      vmSize: 'Standard_D2s_v3',
      capacity: 2,
      uniqueId: '9f0f9e5e-0000-4000-8000-000000000001',
      machines: ['0', '1'].map((instanceId) => ({
        instanceId,
        nodeName: `aks-nodepool1-12345678-vmss00000${instanceId}`,
        vmId: newGuid(),
      })),
      principalId: undefined,
      identities: [],
      identityIds: [],
    } satisfies ScaleSet['state'],
  });
});
afterEach(() => test.close());

const idOf = (name: string) => `${groupId(test.subscriptionId, 'rg1')}/providers/${identityType}/${name}`;
const state = () => ({ principalId: newGuid(), clientId: newGuid(), isolationScope: undefined });
const seedIdentity = async (name: string, over: { tenantId?: string } = {}) => {
  if (test.arm.resources.group(test.subscriptionId, 'rg1') === undefined) await test.seedGroup('rg1');
  const given = state();
  await test.seed({ id: idOf(name), name, type: identityType, state: given, ...over });
  return { id: idOf(name), ...given };
};
const patch = (body: unknown, options?: Parameters<TestArm['call']>[3]) => test.call('PATCH', set, body, options);
const identity = (type: string, ids?: Record<string, unknown>) => ({
  identity: { type, ...(ids === undefined ? {} : { userAssignedIdentities: ids }) },
});
const shown = async () => (await test.call('GET', set)).at('identity');

describe('the ledger and access', () => {
  it('equals the registered operations', () => {
    expect(compareCoverage(computeProvider(), computeCoverage)).toEqual({ unlisted: [], unregistered: [] });
  });

  it('refuses every operation to a caller without roles', async () => {
    const outcomes = await callEveryOperation(test, [computeProvider()], newGuid());
    expect(outcomes.filter(({ code }) => code !== 'AuthorizationFailed')).toEqual([]);
  });
});

describe('refused', () => {
  it('an identity that is not there, by the text that MIC parses', async () => {
    const answer = await patch(identity('UserAssigned', { [idOf('Gone')]: {} }));
    expect(answer.status).toBe(400);
    expect(answer.object('error')).toEqual({
      code: 'FailedIdentityOperation',
      message: `Identity operation for resource '${set}' failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'. Response: '{"error":{"code":"BadRequest","message":"Resource '${idOf('gone').toLowerCase()}' was not found."}}'.'.`,
    });
    expect(await shown()).toBeUndefined();
  });

  it('an identity of another tenant, as if it were not there', async () => {
    const { id } = await seedIdentity('foreign', { tenantId: newGuid() });
    expect((await patch(identity('UserAssigned', { [id]: {} }))).at('error', 'code')).toBe('FailedIdentityOperation');
  });

  it('all or nothing: one bad identity keeps a good one out', async () => {
    const good = await seedIdentity('good');
    const answer = await patch(identity('UserAssigned', { [good.id]: {}, [idOf('bad')]: {}, [idOf('worse')]: {} }));
    expect(answer.text('error', 'message')).toContain(`'${idOf('bad').toLowerCase()},${idOf('worse').toLowerCase()}'`);
    expect(await shown()).toBeUndefined();
  });

  it('identities that the caller may not assign, all named, before they are looked up', async () => {
    const { id } = await seedIdentity('open');
    mayAssign = (scope) => scope === id;
    const answer = await patch(identity('UserAssigned', { [id]: {}, [idOf('a')]: {}, [idOf('b')]: {} }));
    expect([answer.status, answer.at('error', 'code')]).toEqual([403, 'LinkedAuthorizationFailed']);
    expect(answer.text('error', 'message')).toContain(`on the linked scope(s) '${idOf('a')},${idOf('b')}'`);
    expect(answer.text('error', 'message')).toContain(`action 'Microsoft.Compute/virtualMachineScaleSets/write' on scope '${set}'`);
  });

  it.each(['x', '/subscriptions/s', `/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/v`])(
    'the id %s, which is no identity',
    async (id) => {
      expect((await patch(identity('UserAssigned', { [id]: {} }))).at('error', 'code')).toBe('LinkedInvalidPropertyId');
    },
  );

  it.each<[string, unknown]>([
    ['a type that there is not', identity('Managed')],
    ['no type', { identity: { userAssignedIdentities: {} } }],
    ['a list of ids', { identity: { type: 'UserAssigned', userAssignedIdentities: ['x'] } }],
    ['no object', { identity: 'SystemAssigned' }],
    ['a member that there is not', { scaleSet: 1 }],
    ['tags that are none', { tags: { a: 1 } }],
  ])('%s', async (_, body) => {
    expect((await patch(body)).at('error', 'code')).toBe('InvalidParameter');
  });

  it.each<[string, string, Record<string, unknown> | undefined, string]>([
    ['identities under None', 'None', { x: {} }, 'should not contain'],
    ['identities under SystemAssigned', 'SystemAssigned', { x: {} }, 'should not contain'],
    ['none under UserAssigned', 'UserAssigned', undefined, 'requires identities'],
    ['an empty map under UserAssigned', 'UserAssigned', {}, 'requires identities'],
    ['none under both', 'SystemAssigned, UserAssigned', {}, 'requires identities'],
  ])('%s', async (_, type, ids, message) => {
    const mapped = ids === undefined ? undefined : Object.fromEntries(Object.entries(ids).map(([name, value]) => [idOf(name), value]));
    const answer = await patch(identity(type, mapped));
    expect([answer.at('error', 'code'), answer.at('error', 'message')]).toEqual([
      'FailedIdentityOperation',
      expect.stringContaining(message),
    ]);
    expect(await shown()).toBeUndefined();
  });

  it('a value that is no object, one made up, and one id twice in different case', async () => {
    const { id } = await seedIdentity('id1');
    for (const ids of [{ [id]: 'yes' }, { [id]: { clientId: newGuid() } }, { [id]: {}, [id.toUpperCase()]: null }]) {
      expect((await patch(identity('UserAssigned', ids))).at('error', 'code')).toBe('InvalidIdentityValues');
    }
  });

  it.each<[string, unknown, string]>([
    ['capacity', { sku: { capacity: 5 } }, 'sku.capacity'],
    ['the size of machines', { sku: { name: 'Standard_D4s_v3' } }, 'sku.name'],
    ['the profile', { properties: { virtualMachineProfile: { osProfile: { customData: 'x' } } } }, 'customData'],
    ['extensions', { properties: { virtualMachineProfile: { extensionProfile: { extensions: [{}] } } } }, 'extensions'],
    ['zones', { zones: ['1'] }, 'zones'],
    ['a plan', { plan: { name: 'x' } }, 'plan.name'],
  ])('a change of %s', async (_, body, property) => {
    for (const method of ['PATCH', 'PUT']) {
      const answer = await test.call(method, set, body);
      expect([answer.at('error', 'code'), answer.at('error', 'message')]).toEqual([
        'PropertyChangeNotAllowed',
        expect.stringContaining(property),
      ]);
    }
  });

  it('creating one', async () => {
    const answer = await test.call('PUT', `${set}2`, { location: 'eastus', sku: { name: 'x', capacity: 1 } });
    expect([answer.status, answer.at('error', 'code')]).toEqual([400, 'NotSupported']);
    expect((await test.call('PATCH', `${set}2`, {})).at('error', 'code')).toBe('ResourceNotFound');
  });

  it('a set that is going', async () => {
    const row = test.arm.resources.get(set)!;
    const state = { ...(row.state as ScaleSet['state']), provisioningState: 'Deleting' };
    await test.arm.resources.write([{ replace: { ...row, state }, revision: test.arm.resources.revision(set) }]);
    for (const method of ['PATCH', 'PUT']) {
      const answer = await test.call(method, set, identity('SystemAssigned'));
      expect([answer.status, answer.at('error', 'code')]).toEqual([409, 'OperationNotAllowed']);
    }
  });

  it('deleting one, like a locked node resource group', async () => {
    const answer = await test.call('DELETE', set);
    expect([answer.status, answer.at('error', 'code')]).toEqual([403, 'DenyAssignmentAuthorizationFailed']);
    expect(answer.text('error', 'message')).toMatch(
      /access is denied because of the deny assignment with name 'kubernetes\.azure\.com\/.*nrg_lockdown' and Id '[0-9a-f]{32}' at scope/,
    );
    expect((await test.call('GET', set)).status).toBe(200);
  });

  it('versions in which identities looked different', async () => {
    for (const apiVersion of ['2017-12-01', '2019-07-01']) {
      expect((await test.call('GET', set, undefined, { apiVersion })).at('error', 'code')).toBe('NoRegisteredProviderFound');
      expect((await patch(identity('None'), { apiVersion })).at('error', 'code')).toBe('NoRegisteredProviderFound');
    }
    expect((await test.call('GET', set, undefined, { apiVersion: '2019-12-01' })).status).toBe(200);
  });
});

describe('identities', () => {
  it('are added and removed one by one, whatever the case of their ids', async () => {
    const [a, b] = [await seedIdentity('a'), await seedIdentity('b')];
    const { id: _, ...values } = a;
    const { isolationScope: __, ...echo } = values;
    const added = await patch(identity('UserAssigned', { [a.id.toLowerCase()]: {} }), { apiVersion: '2019-12-01' });
    expect([added.status, added.at('identity')]).toEqual([
      200,
      { type: 'UserAssigned', userAssignedIdentities: { [a.id.toLowerCase()]: echo } },
    ]);
    await patch(identity('userassigned', { [b.id]: {}, [a.id.toUpperCase()]: echo }));
    expect(Object.keys((await test.call('GET', set)).object('identity', 'userAssignedIdentities'))).toEqual([a.id.toLowerCase(), b.id]);
    await patch(identity('UserAssigned', { [a.id.toUpperCase()]: null, [idOf('never')]: null }));
    expect(Object.keys((await test.call('GET', set)).object('identity', 'userAssignedIdentities'))).toEqual([b.id]);
    expect(test.arm.resources.get(set)?.state).toMatchObject({ identityIds: [b.id] });
  });

  it('may be named twice, in two spellings, as az does when it merges', async () => {
    const { id } = await seedIdentity('id1');
    const answer = await patch(identity('UserAssigned', { [id]: {}, [id.toLowerCase()]: {} }));
    expect(Object.keys(answer.object('identity', 'userAssignedIdentities'))).toHaveLength(1);
    expect((await patch(identity('UserAssigned', { [id]: {}, [id.toUpperCase()]: {} }))).status).toBe(200);
    expect((await patch(identity('None', { [id]: null, [id.toLowerCase()]: null }))).at('identity')).toBeUndefined();
  });

  it('that were deleted since do not stand in the way of others, and can be taken away', async () => {
    const [a, b] = [await seedIdentity('a'), await seedIdentity('b')];
    await patch(identity('UserAssigned', { [a.id]: {} }));
    await test.arm.resources.write([{ remove: a.id }]);
    expect((await patch(identity('UserAssigned', { [b.id]: {} }))).status).toBe(200);
    expect((await patch(identity('UserAssigned', { [a.id]: null }))).at('identity', 'userAssignedIdentities')).not.toHaveProperty(a.id);
  });

  it('are checked only when they are added', async () => {
    const a = await seedIdentity('a');
    await patch(identity('UserAssigned', { [a.id]: {} }));
    mayAssign = () => false;
    expect((await patch(identity('UserAssigned', { [a.id]: {} }))).status).toBe(200);
    expect((await patch(identity('None'))).at('identity')).toBeUndefined();
  });

  it('change type in every direction, and the own principal comes and goes with it', async () => {
    const a = await seedIdentity('a');
    const principals = () =>
      test.directory.servicePrincipals
        .list(test.tenantId)
        .filter(({ resourceId }) => resourceId === set)
        .map(({ id }) => id);
    const system = await patch(identity('SystemAssigned'));
    expect(system.at('identity')).toEqual({ type: 'SystemAssigned', principalId: principals()[0], tenantId: test.tenantId });
    const both = await patch(identity('SystemAssigned,UserAssigned', { [a.id]: {} }));
    expect(both.at('identity')).toMatchObject({ type: 'SystemAssigned, UserAssigned', principalId: principals()[0] });
    const user = await patch(identity('UserAssigned'));
    expect([user.at('identity', 'type'), principals()]).toEqual(['UserAssigned', []]);
    const again = await patch(identity('UserAssigned, SystemAssigned'));
    expect([again.at('identity', 'type'), principals()]).toEqual(['SystemAssigned, UserAssigned', [again.at('identity', 'principalId')]]);
    expect((await patch(identity('SystemAssigned'))).at('identity')).not.toHaveProperty('userAssignedIdentities');
    expect([(await patch(identity('None', { [a.id]: null }))).at('identity'), principals()]).toEqual([undefined, []]);
  });

  it('are replaced by a PUT of the whole set, which may echo everything else', async () => {
    const [a, b] = [await seedIdentity('a'), await seedIdentity('b')];
    await patch(identity('UserAssigned', { [a.id]: {} }));
    const echo = (await test.call('GET', set)).object();
    expect((await test.call('PUT', set, { ...echo, tags: { pool: 'x' } })).body).toMatchObject({
      identity: echo['identity'],
      tags: { pool: 'x' },
    });
    const replaced = await test.call('PUT', set, { ...echo, ...identity('UserAssigned', { [b.id]: {} }) });
    expect(Object.keys(replaced.object('identity', 'userAssignedIdentities'))).toEqual([b.id]);
    const { identity: _, ...without } = echo;
    expect((await test.call('PUT', set, without)).at('identity', 'type')).toBe('UserAssigned');
  });

  it('survive a restart, and a principal that no set names does not', async () => {
    await patch(identity('SystemAssigned'));
    const stray = await test.directory.managedIdentities.create({
      tenantId: test.tenantId,
      resourceId: `${set}9`,
      displayName: 'x',
      explicit: false,
    });
    const before = await shown();
    test = await test.restart();
    expect(await shown()).toEqual(before);
    expect(test.directory.servicePrincipals.byId(test.tenantId, stray.id)).toBeUndefined();
  });
});

describe('reading', () => {
  it('shows a set', async () => {
    expect((await test.call('GET', set.toLowerCase())).body).toMatchObject({
      id: set,
      name: 'aks-nodepool1-12345678-vmss',
      type: scaleSetType,
      location: 'eastus',
      sku: { name: 'Standard_D2s_v3', tier: 'Standard', capacity: 2 },
      properties: { provisioningState: 'Succeeded', uniqueId: '9f0f9e5e-0000-4000-8000-000000000001' },
    });
  });

  it('lists sets by group and by subscription, trimmed to what the caller may read', async () => {
    for (const path of [set.replace(/\/[^/]+$/, ''), `${test.home}/providers/${scaleSetType}`]) {
      expect((await test.call('GET', path)).at('value', 0, 'id')).toBe(set);
      expect((await test.call('GET', path, undefined, { as: other })).status).toBe(403);
    }
  });

  it('shows instances and their views', async () => {
    expect((await test.call('GET', `${set}/virtualMachines`)).list('value')).toHaveLength(2);
    const one = await test.call('GET', `${set}/virtualMachines/1`);
    expect([one.at('instanceId'), one.at('properties', 'osProfile', 'computerName')]).toEqual(['1', 'aks-nodepool1-12345678-vmss000001']);
    expect((await test.call('GET', `${set}/virtualMachines/1/instanceView`)).at('statuses', 1, 'code')).toBe('PowerState/running');
    expect((await test.call('GET', `${set}/instanceView`)).at('virtualMachine', 'statusesSummary', 0, 'count')).toBe(2);
    expect((await test.call('GET', `${set}/virtualMachines/2`)).status).toBe(404);
  });

  it('has no machines outside scale sets', async () => {
    const machines = `${groupId(test.subscriptionId, 'MC_rg1_c1_eastus')}/providers/Microsoft.Compute/virtualMachines`;
    expect((await test.call('GET', machines)).body).toEqual({ value: [] });
    expect((await test.call('GET', `${test.home}/providers/Microsoft.Compute/virtualMachines`)).body).toEqual({ value: [] });
    expect((await test.call('GET', `${machines}/vm1`)).status).toBe(404);
    expect((await test.call('PUT', `${machines}/vm1`, {})).status).toBe(405);
  });
});
