import { compareCoverage } from '@podpass/arm';
import { callEveryOperation, createTestArm, type TestArm } from '@podpass/arm/testing';
import { newGuid } from '@podpass/kernel';
import { createMemoryStore } from '@podpass/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPolicyAssignments, policyCoverage, policyProvider, type PolicyAssignments } from './index.ts';

const guid = 'c26596ff-4d70-4e6a-9a30-c2506bd2f80c';
const builtIn = `/providers/Microsoft.Authorization/policyDefinitions/${guid}`;

let test: TestArm;
let assignments: PolicyAssignments;
let changes: string[];
let before: () => Promise<void>;
let group: string;
let cluster: string;

const provider = () =>
  policyProvider({
    assignments: {
      ...assignments,
      put: async (row) => {
        await before();
        await assignments.put(row);
      },
    },
    changed: async (_, scope) => void changes.push(scope),
  });

beforeEach(async () => {
  changes = [];
  before = async () => undefined;
  assignments = await createPolicyAssignments(createMemoryStore());
  test = await createTestArm({
    providers: [provider()],
    scopeDeleted: (tenantId, scope) => assignments.deleteUnder(tenantId, scope),
  });
  group = `${test.home}/resourceGroups/rg1`;
  cluster = `${group}/providers/Microsoft.ContainerService/managedClusters/c1`;
  await test.seedGroup('rg1');
  await test.seed(
    { id: cluster, name: 'c1', type: 'Microsoft.ContainerService/managedClusters' },
    { id: `${cluster}0`, name: 'c10', type: 'Microsoft.ContainerService/managedClusters' },
  );
});
afterEach(async () => {
  assignments.close();
  await test.close();
});

const path = (scope: string, name = 'p1') => `${scope}/providers/Microsoft.Authorization/policyAssignments/${name}`;
const assign = (scope: string, properties: object = {}, name?: string, rest: object = {}) =>
  test.call('PUT', path(scope, name), { properties: { policyDefinitionId: builtIn, ...properties }, ...rest });
const values = (parameters: Record<string, unknown>) => ({
  parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, { value }])),
});
const policies = (id = cluster) => assignments.policiesFor(test.tenantId, id);

describe('the ledger and access', () => {
  it('equals the registered operations', () => {
    expect(compareCoverage(provider(), policyCoverage)).toEqual({ unlisted: [], unregistered: [] });
  });

  it('refuses everything but the built-in definitions to a caller without roles', async () => {
    const outcomes = await callEveryOperation(test, [provider()], newGuid());
    const open = outcomes.filter(({ code }) => code !== 'AuthorizationFailed').map(({ name }) => name);
    expect(open).toEqual(['PolicyDefinitions_ListBuiltIn', 'PolicyDefinitions_GetBuiltIn']);
    expect((await test.call('GET', builtIn, undefined, { as: null })).status).toBe(401);
  });

  it('keeps tenants apart', async () => {
    await assign(cluster);
    expect(assignments.get(newGuid(), path(cluster))).toBeUndefined();
    expect(assignments.policiesFor(newGuid(), cluster)).toEqual([]);
    await assignments.deleteUnder(newGuid(), test.home);
    expect(policies()).toHaveLength(1);
  });
});

describe('assignments, refused', () => {
  it.each<[string, object, string]>([
    ['no definition', { policyDefinitionId: undefined }, 'InvalidRequestContent'],
    ['a definition by name', { policyDefinitionId: guid }, 'InvalidPolicyDefinitionReference'],
    ['an unknown definition', { policyDefinitionId: builtIn.replace('c2', 'd2') }, 'PolicyDefinitionNotFound'],
    ['a definition under a subscription', { policyDefinitionId: `/subscriptions/x${builtIn}` }, 'PolicyDefinitionNotFound'],
    ['an initiative', { policyDefinitionId: builtIn.replace('policyDef', 'policySetDef') }, 'PolicySetDefinitionNotSupported'],
    ['an unknown parameter', values({ requiredDrop: [] }), 'UndefinedPolicyParameter'],
    ['an effect that is none', values({ effect: 'DENY' }), 'PolicyParameterValueNotAllowed'],
    ['an effect of a wrong type', values({ effect: ['Deny'] }), 'InvalidPolicyParameters'],
    ['text for a list', values({ requiredDropCapabilities: 'NET_RAW' }), 'InvalidPolicyParameters'],
    ['numbers in a list', values({ requiredDropCapabilities: [1] }), 'InvalidPolicyParameters'],
    ['empty items', values({ excludedImages: [''] }), 'InvalidPolicyParameters'],
    ['too many items', values({ namespaces: Array.from({ length: 501 }, () => 'a') }), 'InvalidPolicyParameters'],
    ['a parameter twice', values({ effect: 'Deny', Effect: 'Audit' }), 'InvalidPolicyParameters'],
    ['generated objects', values({ source: 'Generated' }), 'InvalidPolicyParameters'],
    ['text for a flag', values({ warn: 'true' }), 'InvalidPolicyParameters'],
    ['a selector of an unknown member', values({ labelSelector: { labels: {} } }), 'InvalidPolicyParameters'],
    ['an empty selector of labels', values({ labelSelector: { matchLabels: {} } }), 'InvalidPolicyParameters'],
    ['an unknown operator', values({ labelSelector: { matchExpressions: [{ key: 'a', operator: 'Gt' }] } }), 'InvalidPolicyParameters'],
    [
      'an operator without values',
      values({ labelSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }),
      'InvalidPolicyParameters',
    ],
    ['a parameter without a value wrapper', { parameters: { effect: 'Deny' } }, 'InvalidRequestContent'],
    ['an unknown version', { definitionVersion: '5.*.*' }, 'InvalidPolicyDefinitionVersion'],
    ['an unknown mode', { enforcementMode: 'Enroll' }, 'InvalidRequestContent'],
    ['overrides', { overrides: [{ kind: 'policyEffect', value: 'Audit' }] }, 'InvalidRequestContent'],
    ['resource selectors', { resourceSelectors: [{ name: 'a' }] }, 'InvalidRequestContent'],
    ['an excluded scope that is none', { notScopes: ['x'] }, 'InvalidPolicyAssignmentScope'],
  ])('with %s', async (_, properties, code) => {
    const answer = await assign(cluster, properties);
    expect([answer.status >= 400 && answer.status < 500, answer.at('error', 'code')]).toEqual([true, code]);
    expect(policies()).toEqual([]);
    expect(changes).toEqual([]);
  });

  it('names the allowed values in the words of Azure', async () => {
    expect((await assign(cluster, values({ effect: 'no' }))).at('error', 'message')).toBe(
      `The value 'no' is not allowed for policy parameter 'effect' in policy definition '${guid}'. The allowed values are 'audit, Audit, deny, Deny, disabled, Disabled'.`,
    );
  });

  it('with an identity', async () => {
    expect((await assign(cluster, {}, 'p1', { identity: { type: 'SystemAssigned' } })).status).toBe(400);
    expect((await assign(cluster, {}, 'p1', { identity: { type: 'None' } })).status).toBe(201);
  });

  it.each([
    ['', 'InvalidPolicyAssignmentScope'],
    ['/providers/Microsoft.Management/managementGroups/mg', 'ManagementGroupNotFound'],
    ['/resourceGroups/none', 'ResourceGroupNotFound'],
    ['/resourceGroups/rg1/providers/Microsoft.ContainerService/managedClusters/none', 'ResourceNotFound'],
  ])('at %s', async (scope, code) => {
    const home = scope.startsWith('/resourceGroups') ? test.home : '';
    expect((await assign(`${home}${scope}`)).at('error', 'code')).toBe(code);
  });

  it.each(['a'.repeat(65), 'a%23', 'b%3F', 'c.', 'd%20'])('under the name %s', async (name) => {
    expect((await assign(cluster, {}, name)).at('error', 'code')).toBe('InvalidPolicyAssignmentName');
  });

  it('for a scope that goes while they are made', async () => {
    before = async () => {
      await test.arm.resources.write([{ remove: cluster }]);
      await assignments.deleteUnder(test.tenantId, cluster);
    };
    expect((await assign(cluster)).at('error', 'code')).toBe('ResourceNotFound');
    expect(policies()).toEqual([]);
  });

  it('beyond the limit', async () => {
    for (let index = 0; index < 200; index += 1) await assign(cluster, {}, `p${index}`);
    expect((await assign(cluster, {}, 'more')).at('error', 'code')).toBe('PolicyAssignmentLimitExceeded');
    expect((await assign(cluster, {}, 'p7')).status).toBe(201);
  });

  it('as a patch that would change something', async () => {
    await assign(cluster);
    for (const properties of [{ overrides: [{}] }, { enforcementMode: 'DoNotEnforce' }])
      expect((await test.call('PATCH', path(cluster), { properties })).at('error', 'code')).toBe('InvalidUpdatePolicyAssignmentRequest');
    expect((await test.call('PATCH', path(cluster), { properties: {} })).status).toBe(200);
    expect((await test.call('PATCH', path(cluster, 'none'), {})).at('error', 'code')).toBe('PolicyAssignmentNotFound');
  });
});

describe('definitions', () => {
  const own = (name: string) => `${test.home}${builtIn.replace(guid, name)}`;

  it('of customers are refused', async () => {
    expect((await test.call('PUT', own('mine'), { properties: {} })).at('error', 'code')).toBe('CustomPolicyDefinitionNotSupported');
    expect((await test.call('GET', own('mine'))).at('error', 'code')).toBe('PolicyDefinitionNotFound');
    expect((await test.call('GET', builtIn.replace('c2', 'd2'))).status).toBe(404);
    expect((await test.call('DELETE', own('mine'))).status).toBe(204);
    expect((await test.call('GET', builtIn.replace(`Definitions/${guid}`, 'SetDefinitions'))).at('error', 'code')).toBe(
      'InvalidResourceType',
    );
  });

  it.each([`name eq 'x'`, `policyType eq BuiltIn`, 'x'.repeat(3000)])('are not filtered by %s', async (filter) => {
    const answer = await test.call('GET', `${builtIn.replace(`/${guid}`, '')}?$filter=${encodeURIComponent(filter)}`);
    expect(answer.at('error', 'code')).toBe('InvalidFilterInQueryString');
  });

  it('are listed and shown with their parameters', async () => {
    const shown = await test.call('GET', builtIn.toUpperCase(), undefined, { as: newGuid() });
    expect(shown.at('properties', 'displayName')).toBe('Kubernetes cluster containers should only use allowed capabilities');
    expect(Object.keys(shown.object('properties', 'parameters')).toSorted()).toEqual(
      'allowedCapabilities effect excludedContainers excludedImages excludedNamespaces labelSelector namespaces requiredDropCapabilities source warn'.split(
        ' ',
      ),
    );
    const list = (filter: string, scope = '') =>
      test.call('GET', `${scope}${builtIn.replace(`/${guid}`, '')}?$filter=${encodeURIComponent(filter)}`);
    expect((await list('', test.home)).list('value')).toEqual([shown.body]);
    expect((await list("policyType eq 'BuiltIn'")).list('value')).toHaveLength(1);
    expect((await list("category eq 'Kubernetes'")).list('value')).toHaveLength(1);
    expect((await list("policyType eq 'Custom'", test.home)).list('value')).toEqual([]);
  });
});

describe('assignments', () => {
  it('are written, read, listed and deleted', async () => {
    const written = await assign(group, {
      displayName: 'No raw',
      notScopes: [],
      ...values({ Effect: 'Deny', requiredDropCapabilities: ['NET_RAW'] }),
    });
    expect(written.status).toBe(201);
    expect(written.body).toMatchObject({
      id: path(group),
      name: 'p1',
      type: 'Microsoft.Authorization/policyAssignments',
      properties: {
        displayName: 'No raw',
        policyDefinitionId: builtIn,
        scope: group,
        enforcementMode: 'Default',
        parameters: { effect: { value: 'Deny' }, requiredDropCapabilities: { value: ['NET_RAW'] } },
        metadata: { createdBy: test.administrator, updatedBy: null },
      },
    });
    expect((await test.call('GET', path(group).toUpperCase())).body).toEqual(written.body);
    expect((await test.call('GET', path(test.home))).status).toBe(404);
    const names = async (scope: string, filter: string) =>
      (await test.call('GET', `${path(scope, '').slice(0, -1)}?$filter=${encodeURIComponent(filter)}`))
        .list('value')
        .map((row) => row['name']);
    expect(await names(test.home, '')).toEqual(['p1']);
    expect(await names(test.home, 'atExactScope()')).toEqual([]);
    expect(await names(test.home, 'atScope()')).toEqual([]);
    expect(await names(test.home, `policyDefinitionId eq '${builtIn}'`)).toEqual(['p1']);
    expect(await names(test.home, `policyDefinitionId eq '${builtIn}x'`)).toEqual([]);
    expect(await names(group, 'atExactScope()')).toEqual(['p1']);
    expect(await names(cluster, 'atScope()')).toEqual(['p1']);
    expect((await test.call('DELETE', path(group))).body).toEqual(written.body);
    expect((await test.call('DELETE', path(group))).status).toBe(204);
    expect(changes).toEqual([group, group]);
  });

  it('are replaced, keeping who made them', async () => {
    const first = await assign(cluster, { metadata: { createdBy: 'somebody', note: 'x' } });
    const second = await assign(cluster, { enforcementMode: 'DoNotEnforce' });
    expect(second.status).toBe(201);
    expect(first.object('properties', 'metadata')).toMatchObject({ createdBy: test.administrator, note: 'x' });
    expect(second.object('properties', 'metadata')).toMatchObject({ createdBy: test.administrator, updatedBy: test.administrator });
    expect(second.at('properties', 'instanceId')).toBe(first.at('properties', 'instanceId'));
  });

  it('go with their scope, and are not inherited by its next bearer', async () => {
    await assign(cluster);
    await assign(group, {}, 'p2');
    await assignments.deleteUnder(test.tenantId, cluster);
    expect(policies()).toHaveLength(1);
    await assign(cluster);
    await test.arm.resources.write([{ remove: cluster }]);
    await test.seed({ id: cluster, name: 'c1', type: 'Microsoft.ContainerService/managedClusters' });
    expect(policies()).toHaveLength(1);
  });

  it('stand when a cluster cannot be told', async () => {
    const failing = await createTestArm({
      providers: [policyProvider({ assignments, changed: () => Promise.reject(new Error('no cluster')) })],
    });
    const answer = await failing.call('PUT', path(failing.home), { properties: { policyDefinitionId: builtIn } });
    expect(answer.status).toBe(201);
    await failing.close();
  });
});

describe('what assignments mean for clusters', () => {
  it('is nothing elsewhere, when excluded or when turned off', async () => {
    await assign(cluster, {}, 'here');
    expect(policies(`${cluster}0`)).toEqual([]);
    await assign(cluster, { notScopes: [group] }, 'here');
    expect(policies()).toEqual([]);
    await assign(cluster, values({ effect: 'disabled' }), 'here');
    expect(policies()).toEqual([]);
  });

  it.each<[object, string]>([
    [values({ effect: 'Deny' }), 'deny'],
    [values({ effect: 'deny', warn: true }), 'deny'],
    [{ ...values({ effect: 'Deny' }), enforcementMode: 'DoNotEnforce' }, 'dryrun'],
    [values({ effect: 'Audit' }), 'dryrun'],
    [values({ effect: 'Audit', warn: true }), 'warn'],
    [{}, 'dryrun'],
  ])('%j becomes %s', async (properties, action) => {
    await assign(test.home, properties);
    expect(policies().map((policy) => policy.enforcementAction)).toEqual([action]);
  });

  it('is a constraint with the parameters, defaults and the namespaces that are always left out', async () => {
    await assign(group, values({ effect: 'Deny', requiredDropCapabilities: ['NET_RAW'], excludedNamespaces: ['mine'] }));
    const [policy] = policies(cluster.toUpperCase());
    expect(policy?.name).toMatch(/^azurepolicy-k8sazurev2containerallowedcapab-[0-9a-f]{19}$/);
    expect(policy).toMatchObject({
      kind: 'K8sAzureV2ContainerAllowedCapabilities',
      parameters: { allowedCapabilities: [], requiredDropCapabilities: ['NET_RAW'], excludedContainers: [], excludedImages: [] },
      match: { excludedNamespaces: ['mine', 'kube-system', 'gatekeeper-system', 'azure-arc'], namespaces: [], labelSelector: {} },
      enforcementAction: 'deny',
      annotations: { 'azure-policy-assignment-id': path(group), 'azure-policy-definition-id': builtIn },
    });
  });
});
