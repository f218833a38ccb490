import { identityType, scaleSetsOf, type ClusterDescription, type ClusterHost, type ClusterUpdate } from '@podpass/arm';
import { createTestArm, type TestAnswer, type TestArm } from '@podpass/arm/testing';
import { newGuid } from '@podpass/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { containerServiceProvider } from '../index.ts';

const feature = 'Microsoft.ContainerService/features/EnablePodIdentityPreview';
const assign = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';

let test: TestArm;
let cluster: string;
let described: ClusterDescription[];
let result: ClusterUpdate | undefined;
let failure: Error | undefined;
/** Whether a cluster's own principal may assign the identity. */
let operator: (principalId: string, scope: string) => boolean;

beforeEach(async () => {
  described = [];
  result = undefined;
  failure = undefined;
  operator = () => true;
  const step = async (description: ClusterDescription) => {
    described.push(description);
    if (failure !== undefined) throw failure;
  };
  const host: ClusterHost = {
    kubernetesVersion: '1.35.2',
    create: step,
    async update(description) {
      await step(description);
      return result;
    },
    delete: async () => undefined,
    rotateSigningKeys: async () => undefined,
    kubeconfig: async () => '',
  };
  test = await createTestArm({
    providers: [containerServiceProvider({ clusters: host })],
    access: ({ administrator }) => ({
      check: ({ caller, action, scope }) => ({
        allowed: caller.objectId === administrator || (action === assign && operator(caller.objectId, scope)),
        because: '',
      }),
      reaches: ({ objectId }) => objectId === administrator,
    }),
  });
  await test.seedGroup('rg1');
  cluster = `${test.home}/resourceGroups/rg1/providers/Microsoft.ContainerService/managedClusters/c1`;
  await test.arm.subscriptions.register(test.subscriptionId, feature, 'Registered');
});
afterEach(() => test.close());

const done = async (answer: TestAnswer) => {
  await test.arm.operations.idle();
  return answer;
};
const create = async (properties: Record<string, unknown> = {}, top: Record<string, unknown> = {}) =>
  done(
    await test.call('PUT', cluster, {
      location: 'eastus',
      identity: { type: 'SystemAssigned' },
      properties: { agentPoolProfiles: [{ name: 'nodepool1', count: 2, mode: 'System' }], ...properties },
      ...top,
    }),
  );
const shown = () => test.call('GET', cluster);
/** A PUT of the whole cluster, as the preview CLI makes it of the last answer. */
const put = async (properties: Record<string, unknown>) => {
  const { identity: _, ...echo } = (await shown()).object();
  const given = { ...(echo['properties'] as object), ...properties };
  return done(await test.call('PUT', cluster, { ...echo, identity: { type: 'SystemAssigned' }, properties: given }));
};
const profile = (podIdentityProfile: unknown) => put({ podIdentityProfile });
const enable = () => profile({ enabled: true });
const identityId = (name: string) =>
  `/subscriptions/${test.subscriptionId}/resourcegroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
const seedIdentity = async (name: string, over: { tenantId?: string } = {}) => {
  const state = { principalId: newGuid(), clientId: newGuid(), isolationScope: undefined };
  await test.seed({ id: identityId(name), name, type: identityType, state, ...over });
  return { resourceId: identityId(name), clientId: state.clientId, objectId: state.principalId };
};
type Identity = Awaited<ReturnType<typeof seedIdentity>>;
const entry = (identity: Identity, over: Record<string, unknown> = {}) => ({ name: 'demo', namespace: 'default', identity, ...over });
const withEntries = (...entries: unknown[]) =>
  profile({ enabled: true, allowNetworkPluginKubenet: false, userAssignedIdentities: entries, userAssignedIdentityExceptions: [] });
const states = async () => {
  const answer = await shown();
  const entries = answer.list('properties', 'podIdentityProfile', 'userAssignedIdentities');
  return [answer.at('properties', 'provisioningState'), ...entries.map((each) => each['provisioningState'])];
};
const onNodes = () =>
  scaleSetsOf(test.arm)
    .everywhere()
    .map(({ state }) => state.identityIds.map((id) => id.split('/').at(-1)));
const error = (answer: TestAnswer) => [answer.status, answer.at('error', 'code'), answer.at('error', 'message')];

describe('turning it on is refused', () => {
  it('without the feature, while it is on its way, and once it was taken back', async () => {
    const refused = [
      400,
      'PodIdentityAddonFeatureFlagNotEnabled',
      "PodIdentity addon is not allowed since feature 'Microsoft.ContainerService/EnablePodIdentityPreview' is not enabled.",
    ];
    await create();
    const pending = { state: 'Registering', until: test.clock.now() + 1000 } as const;
    for (const mark of ['NotRegistered', 'Unregistered', pending, { ...pending, state: 'Unregistering' }] as const) {
      await test.arm.subscriptions.markFeature(test.subscriptionId, feature, mark);
      expect(error(await enable())).toEqual(refused);
    }
    expect(
      error(
        await test.call('PUT', `${cluster}2`, {
          location: 'eastus',
          identity: { type: 'SystemAssigned' },
          properties: { podIdentityProfile: { enabled: true } },
        }),
      ),
    ).toEqual(refused);
  });

  it('for a cluster without a managed identity', async () => {
    const answer = await create({ podIdentityProfile: { enabled: true } }, { identity: undefined });
    expect(answer.at('error', 'message')).toBe('PodIdentity addon requires managed identity.');
  });

  it('with pod identities in the creation', async () => {
    const identity = await seedIdentity('id1');
    const answer = await create({ podIdentityProfile: { enabled: true, userAssignedIdentities: [entry(identity)] } });
    expect(error(answer)).toEqual([
      400,
      'PodIdentityAddonUserAssignedIdentitiesNotAllowedInCreation',
      'PodIdentity addon does not support assigning pod identities on creation.',
    ]);
    expect(described).toEqual([]);
  });

  it('with kubenet, unless it is allowed expressly', async () => {
    const kubenet = { networkProfile: { networkPlugin: 'kubenet' } };
    const refused = await create({ ...kubenet, podIdentityProfile: { enabled: true } });
    expect(error(refused)).toEqual([
      400,
      'PodIdentityAddonWithKubeNetNotAllowed',
      'Network plugin kubenet is not supported to use with PodIdentity addon.',
    ]);
    expect((await create({ ...kubenet, podIdentityProfile: { enabled: true, allowNetworkPluginKubenet: true } })).status).toBe(201);
    expect((await shown()).at('properties', 'podIdentityProfile', 'allowNetworkPluginKubenet')).toBe(true);
    expect((await enable()).status).toBe(200);
    expect((await profile({ enabled: true, allowNetworkPluginKubenet: false })).status).toBe(400);
    expect(described.at(-1)).toMatchObject({ networkPlugin: 'kubenet', podIdentity: { allowKubenet: true } });
  });
});

describe('entries are refused', () => {
  let identity: Identity;
  beforeEach(async () => {
    await create({ podIdentityProfile: { enabled: true } });
    identity = await seedIdentity('id1');
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a name in capitals', { name: 'Demo' }, /name' must be a DNS-1123 subdomain/],
    ['a name with an underscore', { name: 'de_mo' }, /DNS-1123/],
    ['a name whose binding would have none', { name: 'a'.repeat(246) }, /name' must not be longer than 245/],
    ['a namespace with a dot', { namespace: 'a.b' }, /namespace' must be the name of a namespace/],
    ['a namespace of 64 characters', { namespace: 'a'.repeat(64) }, /namespace'/],
    ['no namespace', { namespace: null }, /namespace' is required/],
    ['a selector that no label can have', { bindingSelector: 'a b' }, /bindingSelector' must be the value of a label/],
    ['no identity', { identity: null }, /identity' is required/],
    ['no resource id', { identity: { clientId: 'x' } }, /resourceId' is required/],
    ['an object as name', { name: {} }, /name' must be a string/],
  ])('%s', async (_, over, message) => {
    expect(error(await withEntries(entry(identity, over)))).toEqual([400, 'InvalidParameter', expect.stringMatching(message)]);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a label key with a space', { podLabels: { 'a b': 'c' } }, /podLabels.a b' must be the key of a label/],
    ['a label key with two slashes', { podLabels: { 'a/b/c': 'c' } }, /key of a label/],
    ['an empty prefix of a key', { podLabels: { '/a': 'c' } }, /key of a label/],
    ['a key with an invalid prefix', { podLabels: { 'A.b/c': 'c' } }, /key of a label/],
    ['a label value of 64 characters', { podLabels: { a: 'x'.repeat(64) } }, /podLabels.a' must/],
    ['a label value that is a number', { podLabels: { a: 1 } }, /podLabels.a' must be a string/],
    ['labels that are a list', { podLabels: ['a'] }, /podLabels' must be an object/],
    ['the name of the add-on’s own', { namespace: 'kube-system', name: 'aks-addon-exception' }, /given twice/],
  ])('exceptions: %s', async (_, over, message) => {
    const exception = { name: 'ex', namespace: 'default', podLabels: {}, ...over };
    const answer = await profile({ enabled: true, userAssignedIdentityExceptions: [exception] });
    expect(error(answer)).toEqual([400, 'InvalidParameter', expect.stringMatching(message)]);
  });

  it('more than 200 of either kind', async () => {
    const many = Array.from({ length: 201 }, (_, index) => `n${index}`);
    expect(error(await withEntries(...many.map((name) => entry(identity, { name }))))[2]).toContain('must not hold more than 200 items');
    const exceptions = many.map((name) => ({ name, namespace: 'default', podLabels: {} }));
    expect(error(await profile({ enabled: true, userAssignedIdentityExceptions: exceptions }))[2]).toContain('more than 200 items');
    expect((await withEntries(...many.slice(1).map((name) => entry(identity, { name })))).status).toBe(200);
  });

  it('two of one name in one namespace; in two namespaces they are two', async () => {
    expect(error(await withEntries(entry(identity), entry(identity)))[2]).toContain("'default/demo' is given twice");
    expect((await withEntries(entry(identity), entry(identity, { namespace: 'other' }))).status).toBe(200);
    const exception = { name: 'ex', namespace: 'default', podLabels: {} };
    expect((await profile({ enabled: true, userAssignedIdentityExceptions: [exception, exception] })).status).toBe(400);
  });

  it('an identity that is not there, is another tenant’s, or is none', async () => {
    const foreign = await seedIdentity('foreign', { tenantId: newGuid() });
    for (const resourceId of [identityId('gone'), foreign.resourceId, 'x', cluster]) {
      expect(error(await withEntries(entry({ ...identity, resourceId })))).toEqual([
        400,
        'ResourceNotFound',
        expect.stringContaining(resourceId),
      ]);
    }
  });

  it('identities that the cluster itself may not assign, whatever the client may', async () => {
    operator = () => false;
    expect(error(await withEntries(entry(identity)))).toEqual([
      400,
      'PodIdentityAddonIdentitiesAssignmentError',
      `Cluster identity has no assignment permission over identity 'resourceId: ${identity.resourceId} - clientId: ${identity.clientId} - objectId: ${identity.objectId}'. Please grant at least 'Managed Identity Operator' permission before assigning pod identity.`,
    ]);
    const principal = (await shown()).text('identity', 'principalId');
    operator = (principalId, scope) => principalId === principal && scope === identity.resourceId;
    expect((await withEntries(entry(identity))).status).toBe(200);
  });

  it('by the principal of the cluster’s own user-assigned identity, and by nobody when it is gone', async () => {
    const control = await seedIdentity('control');
    const path = `${cluster}2`;
    const own = { type: 'UserAssigned', userAssignedIdentities: { [control.resourceId]: {} } };
    const given = (properties: object) => ({ location: 'eastus', identity: own, properties });
    await done(await test.call('PUT', path, given({ podIdentityProfile: { enabled: true } })));
    const add = async () =>
      done(await test.call('PUT', path, given({ podIdentityProfile: { enabled: true, userAssignedIdentities: [entry(identity)] } })));
    expect((await add()).at('error', 'code')).toBe('PodIdentityAddonIdentitiesAssignmentError');
    const { tenantId } = test;
    const principal = await test.directory.managedIdentities.create({
      tenantId,
      resourceId: control.resourceId,
      displayName: 'c',
      explicit: true,
    });
    const row = test.arm.resources.get(`${cluster}2`)!;
    const identities = [{ id: control.resourceId, clientId: principal.appId, principalId: principal.id }];
    const changed = { ...row, state: { ...(row.state as object), identities } };
    await test.arm.resources.write([{ replace: changed, revision: test.arm.resources.revision(row.id) }]);
    operator = (principalId) => principalId === principal.id;
    expect((await add()).status).toBe(200);
  });

  it('lists without the add-on', async () => {
    expect(error(await profile({ userAssignedIdentities: [entry(identity)] }))[2]).toContain('need the add-on to be enabled');
  });

  it('and nothing of the cluster has changed by then', async () => {
    const before = (await shown()).body;
    await withEntries(entry(identity, { name: 'Demo' }));
    await withEntries(entry({ ...identity, resourceId: identityId('gone') }));
    expect((await shown()).body).toEqual(before);
    expect(onNodes()).toEqual([['c1-agentpool']]);
  });
});

describe('a pod identity', () => {
  let identity: Identity;
  beforeEach(async () => {
    await create();
    await enable();
    identity = await seedIdentity('id1');
  });

  it('is on its way, then assigned, on every node and in the cluster', async () => {
    const answer = await withEntries(entry(identity, { bindingSelector: 'sel' }));
    expect(answer.at('properties', 'podIdentityProfile', 'userAssignedIdentities', 0, 'provisioningState')).toBe('Updating');
    expect((await shown()).at('properties', 'podIdentityProfile')).toEqual({
      enabled: true,
      allowNetworkPluginKubenet: false,
      userAssignedIdentities: [{ name: 'demo', namespace: 'default', bindingSelector: 'sel', identity, provisioningState: 'Assigned' }],
      userAssignedIdentityExceptions: [],
    });
    expect(onNodes()).toEqual([['c1-agentpool', 'id1']]);
    expect(described.at(-1)?.podIdentity).toEqual({
      allowKubenet: false,
      exceptions: [],
      identities: [{ name: 'demo', namespace: 'default', selector: 'sel', resourceId: identity.resourceId, clientId: identity.clientId }],
    });
  });

  it('gets its ids from the resource, not from the client, and its name and selector when it has none', async () => {
    await withEntries({
      namespace: 'ns',
      identity: { resourceId: identity.resourceId.toUpperCase(), clientId: newGuid(), objectId: newGuid() },
    });
    const stored = (await shown()).object('properties', 'podIdentityProfile', 'userAssignedIdentities', 0);
    expect(stored['identity']).toEqual(identity);
    expect(stored['name']).toMatch(/^podidentity-[a-z0-9]{8}$/);
    expect(stored).not.toHaveProperty('bindingSelector');
    expect(described.at(-1)?.podIdentity?.identities[0]?.selector).toBe(stored['name']);
  });

  it('stays when a PUT says nothing about the profile, and pools that come later have it', async () => {
    await withEntries(entry(identity));
    await put({ podIdentityProfile: null });
    expect(await states()).toEqual(['Succeeded', 'Assigned']);
    await done(await test.call('PUT', `${cluster}/agentPools/extra`, { properties: { count: 1, mode: 'User' } }));
    expect(onNodes()).toEqual([
      ['c1-agentpool', 'id1'],
      ['c1-agentpool', 'id1'],
    ]);
    expect(await states()).toEqual(['Succeeded', 'Assigned']);
  });

  it('leaves the nodes with its last entry, and not before', async () => {
    const two = await seedIdentity('id2');
    await withEntries(entry(identity), entry(identity, { name: 'again' }), entry(two, { name: 'two' }));
    await withEntries(entry(identity, { name: 'again' }), entry(two, { name: 'two' }));
    expect(onNodes()).toEqual([['c1-agentpool', 'id1', 'id2']]);
    await withEntries(entry(two, { name: 'two' }));
    expect(onNodes()).toEqual([['c1-agentpool', 'id2']]);
    expect(described.at(-1)?.podIdentity?.identities.map(({ name }) => name)).toEqual(['two']);
  });

  it('does not take the kubelet’s identity along', async () => {
    const resourceId = (await shown()).text('properties', 'identityProfile', 'kubeletidentity', 'resourceId');
    await withEntries(entry({ ...identity, resourceId }));
    expect(await states()).toEqual(['Succeeded', 'Assigned']);
    await withEntries();
    expect(onNodes()).toEqual([['c1-agentpool']]);
  });

  it('goes with the add-on, which can be turned off without the feature', async () => {
    await withEntries(entry(identity));
    await test.arm.subscriptions.markFeature(test.subscriptionId, feature, 'Unregistered');
    expect((await withEntries(entry(identity), entry(identity, { name: 'more' }))).status).toBe(200);
    await profile({ enabled: false });
    expect((await shown()).at('properties', 'podIdentityProfile')).toBeUndefined();
    expect([onNodes(), described.at(-1)?.podIdentity]).toEqual([[['c1-agentpool']], undefined]);
    expect((await enable()).at('error', 'code')).toBe('PodIdentityAddonFeatureFlagNotEnabled');
  });

  it('whose identity was deleted fails with the cluster until it is removed, and hurts no other', async () => {
    const two = await seedIdentity('id2');
    await withEntries(entry(identity));
    await test.arm.resources.write([{ remove: identity.resourceId }]);
    const answer = await withEntries(entry(identity), entry(two, { name: 'two' }));
    expect(answer.status).toBe(200);
    expect(await states()).toEqual(['Failed', 'Failed', 'Assigned']);
    expect((await test.poll(answer)).at('error', 'code')).toBe('ReconcilePodIdentityAddonError');
    const told = (await shown()).text(
      'properties',
      'podIdentityProfile',
      'userAssignedIdentities',
      0,
      'provisioningInfo',
      'error',
      'error',
      'message',
    );
    expect(told).toContain('does not exist any more');
    expect(described.at(-1)?.podIdentity?.identities.map(({ name }) => name)).toEqual(['two']);
    await withEntries(entry(two, { name: 'two' }));
    expect([await states(), onNodes()]).toEqual([['Succeeded', 'Assigned'], [['c1-agentpool', 'id2']]]);
  });

  it('whose identity was made anew needs the permission anew', async () => {
    await withEntries(entry(identity));
    await test.arm.resources.write([{ remove: identity.resourceId }]);
    const anew = await seedIdentity('id1');
    operator = () => false;
    await withEntries(entry(identity));
    expect(await states()).toEqual(['Failed', 'Failed']);
    operator = () => true;
    await withEntries(entry(identity));
    expect(await states()).toEqual(['Succeeded', 'Assigned']);
    expect(scaleSetsOf(test.arm).everywhere()[0]?.state.identities.at(-1)?.principalId).toBe(anew.objectId);
  });

  it('that the host could not apply fails by itself', async () => {
    const two = await seedIdentity('id2');
    result = { podIdentityFailures: [{ name: 'demo', namespace: 'default', message: 'namespace default is going' }] };
    await withEntries(entry(identity), entry(two, { name: 'two' }));
    expect(await states()).toEqual(['Failed', 'Failed', 'Assigned']);
    expect((await shown()).at('properties', 'podIdentityProfile', 'userAssignedIdentities', 0, 'provisioningInfo')).toEqual({
      error: { error: { code: 'ReconcilePodIdentityAddonError', message: 'namespace default is going' } },
    });
    result = undefined;
    await put({});
    expect(await states()).toEqual(['Succeeded', 'Assigned', 'Assigned']);
  });

  it('fails when the host fails, and a removed one still leaves the nodes later', async () => {
    const two = await seedIdentity('id2');
    await withEntries(entry(identity));
    failure = new Error('no');
    await withEntries(entry(two, { name: 'two' }));
    expect(await states()).toEqual(['Failed', 'Failed']);
    failure = undefined;
    await put({});
    expect([await states(), onNodes()]).toEqual([['Succeeded', 'Assigned'], [['c1-agentpool', 'id2']]]);
  });

  it('survives a restart', async () => {
    await withEntries(entry(identity));
    const before = (await shown()).body;
    test = await test.restart();
    expect((await shown()).body).toEqual(before);
  });
});

describe('exceptions', () => {
  it('are stored, labels and all; null stands for no labels', async () => {
    await create({ podIdentityProfile: { enabled: true } });
    const labels = { app: 'custom', 'kubernetes.azure.com/managedby': 'me' };
    await profile({
      enabled: true,
      userAssignedIdentities: [],
      userAssignedIdentityExceptions: [
        { name: 'one', namespace: 'ns', podLabels: labels },
        { name: 'two', namespace: 'ns', podLabels: null },
      ],
    });
    const wanted = [
      { name: 'one', namespace: 'ns', podLabels: labels },
      { name: 'two', namespace: 'ns', podLabels: {} },
    ];
    expect((await shown()).at('properties', 'podIdentityProfile', 'userAssignedIdentityExceptions')).toEqual(wanted);
    expect(described.at(-1)?.podIdentity?.exceptions).toEqual(wanted);
    await enable();
    expect((await shown()).at('properties', 'podIdentityProfile', 'userAssignedIdentityExceptions')).toEqual([]);
  });
});
