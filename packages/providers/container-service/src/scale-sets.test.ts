import { scaleSetsOf, scaleSetType, type ClusterDescription, type ClusterHost } from '@podpass/arm';
import { createTestArm, type TestArm } from '@podpass/arm/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clusterDescriptions, containerServiceProvider } from './index.ts';

let test: TestArm;
let cluster: string;
let described: ClusterDescription[];
let deletion: () => Promise<void>;

beforeEach(async () => {
  described = [];
  deletion = async () => undefined;
  const step = async (description: ClusterDescription) => void described.push(description);
  const host: ClusterHost = {
    kubernetesVersion: '1.35.2',
    create: step,
    update: step,
    delete: () => deletion(),
    rotateSigningKeys: async () => undefined,
    kubeconfig: async () => '',
  };
  test = await createTestArm({ providers: [containerServiceProvider({ clusters: host })] });
  await test.seedGroup('RG1');
  cluster = `${test.home}/resourceGroups/RG1/providers/Microsoft.ContainerService/managedClusters/c1`;
  await test.call('PUT', cluster, {
    location: 'eastus',
    identity: { type: 'SystemAssigned' },
    properties: { agentPoolProfiles: [{ name: 'nodepool1', count: 2, mode: 'System', vmSize: 'Standard_B2s' }] },
  });
  await test.arm.operations.idle();
});
afterEach(() => test.close());

const sets = () => scaleSetsOf(test.arm).everywhere();
const pool = async (name: string, count: number) => {
  const mode = name === 'nodepool1' ? 'System' : 'User';
  const answer = await test.call('PUT', `${cluster}/agentPools/${name}`, { properties: { count, mode } });
  expect(answer.status).toBeLessThan(300);
  await test.arm.operations.idle();
};
const update = async (properties: Record<string, unknown>) => {
  const { identity: _, ...echo } = (await test.call('GET', cluster)).object();
  const given = { ...(echo['properties'] as object), ...properties };
  const answer = await test.call('PUT', cluster, { ...echo, properties: given });
  await test.arm.operations.idle();
  return answer;
};

describe('scale sets', () => {
  it('are made with the cluster, one for each pool, with the kubelet’s identity', async () => {
    const [set] = sets();
    const kubelet = (await test.call('GET', cluster)).object('properties', 'identityProfile', 'kubeletidentity');
    expect(set).toMatchObject({
      name: expect.stringMatching(/^aks-nodepool1-\d{8}-vmss$/),
      type: scaleSetType,
      resourceGroup: 'MC_RG1_c1_eastus',
      state: {
        capacity: 2,
        vmSize: 'Standard_B2s',
        provisioningState: 'Succeeded',
        identities: [{ id: kubelet['resourceId'], clientId: kubelet['clientId'], principalId: kubelet['objectId'] }],
        identityIds: [kubelet['resourceId']],
      },
    });
  });

  it('are what the nodes of the description are', () => {
    const [set] = sets();
    const [first, second] = described.at(-1)?.nodes ?? [];
    expect(first).toEqual({
      name: `${set?.name}000000`,
      pool: 'nodepool1',
      scaleSetId: set?.id,
      instanceId: '0',
      maxPods: 250,
      providerId: `azure:///subscriptions/${test.subscriptionId}/resourceGroups/mc_rg1_c1_eastus/providers/${scaleSetType}/${set?.name}/virtualMachines/0`,
    });
    expect(set?.state.machines.map(({ instanceId, nodeName }) => [instanceId, nodeName])).toEqual([
      ['0', first?.name],
      ['1', second?.name],
    ]);
    expect(described.at(-1)).toMatchObject({
      subscriptionId: test.subscriptionId,
      nodeResourceGroup: 'MC_RG1_c1_eastus',
      networkPlugin: 'azure',
      podIdentity: undefined,
      policyEnabled: false,
    });
  });

  it('count their nodes in base 36, and their instances in base 10', async () => {
    await pool('extra', 40);
    const last = described.at(-1)?.nodes.at(-1);
    expect([last?.name.slice(-6), last?.instanceId]).toEqual(['000013', '39']);
  });

  it('follow their pool; machines that stay keep their ids', async () => {
    await pool('nodepool1', 3);
    const machines = sets()[0]?.state.machines.map(({ vmId }) => vmId) ?? [];
    await pool('nodepool1', 1);
    expect(sets()[0]?.state).toMatchObject({ capacity: 1, machines: [{ vmId: machines[0] }] });
    await pool('extra', 1);
    expect(sets()).toHaveLength(2);
  });

  it('keep what others assigned to them', async () => {
    const id = sets()[0]?.id ?? '';
    const mine = { id: '/subscriptions/s/mine', clientId: 'c', principalId: 'p' };
    await scaleSetsOf(test.arm).update(id, (set) => ({
      ...set,
      state: { ...set.state, identities: [...set.state.identities, mine], identityIds: [...set.state.identityIds, mine.id] },
    }));
    await pool('nodepool1', 3);
    expect(sets()[0]?.state.identities.at(-1)).toEqual(mine);
  });

  it('go with the cluster', async () => {
    await test.call('DELETE', cluster);
    await test.arm.operations.idle();
    expect(sets()).toEqual([]);
    expect((await test.call('GET', cluster)).status).toBe(404);
  });

  it('are marked while the cluster goes, and open again when it does not', async () => {
    const during: unknown[] = [];
    deletion = async () => {
      during.push(sets()[0]?.state.provisioningState);
      throw new Error('stuck');
    };
    await test.call('DELETE', cluster);
    await test.arm.operations.idle();
    expect([during, sets()[0]?.state.provisioningState]).toEqual([['Deleting'], 'Succeeded']);
  });

  it('are added at the start to clusters of older data', async () => {
    const [before] = sets();
    await test.arm.resources.write([{ remove: before?.id ?? '' }]);
    test = await test.restart();
    expect(sets()).toMatchObject([{ id: before?.id, state: { capacity: 2, identityIds: before?.state.identityIds } }]);
    expect(clusterDescriptions(test.arm.resources)[0]?.nodes[0]?.scaleSetId).toBe(before?.id);
  });

  it('do not keep the platform from starting when their group is gone', async () => {
    const group = test.arm.resources.group(test.subscriptionId, 'MC_RG1_c1_eastus');
    await test.arm.resources.write([...sets().map(({ id }) => ({ remove: id })), { remove: group?.id ?? '' }]);
    test = await test.restart();
    expect([(await test.call('GET', cluster)).status, sets()]).toEqual([200, []]);
  });
});

describe('add-ons', () => {
  const addons = async () => (await test.call('GET', cluster)).at('properties', 'addonProfiles');

  it.each<[string, unknown, RegExp]>([
    ['another one', { omsagent: { enabled: true } }, /omsagent' is not supported/],
    ['another one besides', { azurepolicy: { enabled: true }, azureKeyvaultSecretsProvider: { enabled: true } }, /azureKeyvault/],
    ['settings', { azurepolicy: { enabled: true, config: { a: 'b' } } }, /config' is not supported/],
    ['one in two spellings', { azurepolicy: { enabled: true }, azurePolicy: { enabled: false } }, /twice/],
    ['no state', { azurepolicy: {} }, /enabled true or false/],
    ['a list', [], /addonProfiles' must be an object/],
  ])('refused: %s', async (_, addonProfiles, message) => {
    const answer = await update({ addonProfiles });
    expect([answer.status, answer.at('error', 'message')]).toEqual([400, expect.stringMatching(message)]);
    expect(await addons()).toBeUndefined();
  });

  it('azurepolicy goes on and off as az writes it, and stays when nothing is said', async () => {
    await update({ addonProfiles: { azurepolicy: { enabled: true, config: null }, omsagent: { enabled: false } } });
    expect([await addons(), described.at(-1)?.policyEnabled]).toEqual([{ azurepolicy: { enabled: true, config: null } }, true]);
    await update({ addonProfiles: null });
    expect(described.at(-1)?.policyEnabled).toBe(true);
    await update({ addonProfiles: {} });
    expect(described.at(-1)?.policyEnabled).toBe(true);
    await update({ addonProfiles: { azurePolicy: { enabled: false, config: null } } });
    expect([await addons(), described.at(-1)?.policyEnabled]).toEqual([{ azurepolicy: { enabled: false, config: null } }, false]);
  });

  it('azurepolicy that was never on leaves no trace when it is turned off', async () => {
    await update({ addonProfiles: { azurepolicy: { enabled: false } } });
    expect(await addons()).toBeUndefined();
  });
});
