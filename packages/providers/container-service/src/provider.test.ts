import { compareCoverage, groupId, identityType, type ClusterDescription, type ClusterHost } from '@podpass/arm';
import { callEveryOperation, createTestArm, type TestArm } from '@podpass/arm/testing';
import { newGuid } from '@podpass/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clusterDescriptions, containerServiceCoverage, containerServiceProvider } from './index.ts';

/** A host whose work ends when the test says so. */
const createHost = () => {
  const log: string[] = [];
  const described: ClusterDescription[] = [];
  let gate: Promise<void> = Promise.resolve();
  let open = () => undefined as void;
  let failure: Error | undefined;
  const step = async (what: string, cluster?: ClusterDescription) => {
    if (cluster !== undefined) described.push(cluster);
    await gate;
    if (failure !== undefined) throw failure;
    log.push(what);
  };
  const host: ClusterHost = {
    kubernetesVersion: '1.35.2',
    create: (cluster) => step('create', cluster),
    update: (cluster) => step('update', cluster),
    delete: () => step('delete'),
    rotateSigningKeys: () => step('rotate'),
    kubeconfig: async (uid, kind) => `kind: Config # ${kind} ${uid}`,
  };
  return {
    host,
    log,
    described,
    hold() {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    release: () => open(),
    fail(error: Error | undefined) {
      failure = error;
    },
  };
};

let test: TestArm;
let behind: ReturnType<typeof createHost>;
let cluster: string;
let deny: string | undefined;

beforeEach(async () => {
  deny = undefined;
  behind = createHost();
  test = await createTestArm({
    providers: [containerServiceProvider({ clusters: behind.host })],
    access: ({ administrator }) => ({
      check: ({ caller, action }) => ({ allowed: caller.objectId === administrator && action !== deny, because: '' }),
      reaches: ({ objectId }) => objectId === administrator,
    }),
  });
  await test.seedGroup('rg1', 'centralindia');
  cluster = `${test.home}/resourceGroups/rg1/providers/Microsoft.ContainerService/managedClusters/c1`;
});
afterEach(() => test.close());

/** What `az aks create --enable-oidc-issuer --enable-workload-identity` sends. */
const body = (properties: Record<string, unknown> = {}, top: Record<string, unknown> = {}) => ({
  location: 'centralindia',
  identity: { type: 'SystemAssigned' },
  sku: { name: 'Base', tier: 'Free' },
  properties: {
    agentPoolProfiles: [
      {
        name: 'nodepool1',
        count: 3,
        vmSize: '',
        orchestratorVersion: '',
        osType: 'Linux',
        type: 'VirtualMachineScaleSets',
        mode: 'System',
        enableAutoScaling: false,
        scaleSetPriority: 'Regular',
        nodeTaints: [],
        upgradeSettings: {},
        enableNodePublicIP: false,
        enableEncryptionAtHost: false,
        enableUltraSSD: false,
        enableFIPS: false,
      },
    ],
    kubernetesVersion: '',
    dnsPrefix: 'c1-rg1-222222',
    enableRBAC: true,
    disableLocalAccounts: false,
    linuxProfile: { adminUsername: 'azureuser', ssh: { publicKeys: [{ keyData: 'ssh-rsa AAAA' }] } },
    networkProfile: { loadBalancerSku: 'standard', outboundType: 'loadBalancer' },
    addonProfiles: {},
    oidcIssuerProfile: { enabled: true },
    securityProfile: { workloadIdentity: { enabled: true } },
    storageProfile: {},
    bootstrapProfile: { artifactSource: 'Direct' },
    ...properties,
  },
  ...top,
});

/** What was made for clusters: the tenant also has the principals of Microsoft's own APIs. */
const identitiesOf = ({ directory, tenantId }: TestArm) =>
  directory.servicePrincipals.list(tenantId).filter(({ servicePrincipalType }) => servicePrincipalType === 'ManagedIdentity');
const put = (properties?: Record<string, unknown>, top?: Record<string, unknown>) => test.call('PUT', cluster, body(properties, top));
const create = async () => {
  const answer = await put();
  await test.arm.operations.idle();
  return answer;
};

describe('the ledger and access', () => {
  it('equals the registered operations', () => {
    expect(compareCoverage(containerServiceProvider({ clusters: behind.host }), containerServiceCoverage)).toEqual({
      unlisted: [],
      unregistered: [],
    });
  });

  it('refuses every operation to a caller without roles', async () => {
    const outcomes = await callEveryOperation(test, [containerServiceProvider({ clusters: behind.host })], newGuid());
    expect(outcomes.filter(({ code }) => code !== 'AuthorizationFailed')).toEqual([]);
  });
});

describe('clusters, refused', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['Entra integration', { aadProfile: { managed: true } }, /aadProfile' is not supported/],
    ['a private API server', { apiServerAccessProfile: { enablePrivateCluster: true } }, /apiServerAccessProfile' is not supported/],
    ['authorized address ranges', { apiServerAccessProfile: { authorizedIPRanges: ['10.0.0.0/8'] } }, /apiServerAccessProfile/],
    ['Windows', { windowsProfile: { adminUsername: 'x' } }, /windowsProfile' is not supported/],
    ['a Windows pool', { agentPoolProfiles: [{ name: 'p', osType: 'Windows' }] }, /agentPoolProfiles\[0\].osType' is not supported/],
    [
      'a service principal',
      { servicePrincipalProfile: { clientId: newGuid(), secret: 'hush' } },
      /servicePrincipalProfile' is not supported/,
    ],
    ['network policies', { networkProfile: { networkPolicy: 'calico' } }, /networkPolicy' is not supported/],
    ['add-ons', { addonProfiles: { omsagent: { enabled: true } } }, /addonProfiles.omsagent' is not supported/],
    ['auto-scaling', { agentPoolProfiles: [{ name: 'p', enableAutoScaling: true }] }, /enableAutoScaling' is not supported/],
    ['no RBAC', { enableRBAC: false }, /enableRBAC' is not supported/],
    ['no local accounts', { disableLocalAccounts: true }, /disableLocalAccounts' is not supported/],
    ['too many nodes', { agentPoolProfiles: [{ name: 'p', count: 101 }] }, /from 1 to 100/],
    ['a pool name in capitals', { agentPoolProfiles: [{ name: 'Pool' }] }, /1 to 12 lower-case/],
    ['two pools of one name', { agentPoolProfiles: [{ name: 'p' }, { name: 'p' }] }, /name of its own/],
    ['no system pool', { agentPoolProfiles: [{ name: 'p', mode: 'User' }] }, /at least one agent pool of mode System/],
    ['a Kubernetes version that is not there', { kubernetesVersion: '1.20.1' }, /1\.20\.1, which is not supported/],
    ['a bad dnsPrefix', { dnsPrefix: '-a' }, /dnsPrefix'/],
    ['workload identity without the issuer', { oidcIssuerProfile: { enabled: false } }, /requires the OIDC issuer/],
  ])('%s', async (_, properties, message) => {
    const answer = await put(properties);
    expect([answer.status, answer.at('error', 'message')]).toEqual([400, expect.stringMatching(message)]);
    expect(JSON.stringify(answer.body)).not.toContain('hush');
    expect(behind.described).toEqual([]);
    expect(identitiesOf(test)).toEqual([]);
  });

  it.each(['-c', 'c-', 'c'.repeat(64), 'c.1'])('the name %s', async (name) => {
    expect((await test.call('PUT', cluster.replace(/c1$/, name), body())).at('error', 'code')).toBe('InvalidParameter');
  });

  it('one without an identity, or with one that is not there', async () => {
    expect((await put({}, { identity: undefined })).at('error', 'message')).toContain('needs a managed identity');
    const id = `${test.home}/resourceGroups/rg1/providers/${identityType}/none`;
    expect((await put({}, { identity: { type: 'UserAssigned', userAssignedIdentities: { [id]: {} } } })).at('error', 'code')).toBe(
      'ResourceNotFound',
    );
  });

  it('an identity that the caller may not assign, before it is looked up', async () => {
    deny = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';
    const id = `${test.home}/resourceGroups/rg1/providers/${identityType}/none`;
    const answer = await put({}, { identity: { type: 'UserAssigned', userAssignedIdentities: { [id]: {} } } });
    expect([answer.status, answer.at('error', 'code')]).toEqual([403, 'LinkedAuthorizationFailed']);
  });

  it('switching the issuer off', async () => {
    await create();
    const answer = await put({ oidcIssuerProfile: { enabled: false }, securityProfile: { workloadIdentity: { enabled: false } } });
    expect([answer.status, answer.at('error', 'code')]).toEqual([400, 'OIDCIssuerFeatureCannotBeDisabled']);
  });

  it('changes of what is fixed', async () => {
    await create();
    expect((await put({}, { location: 'eastus' })).at('error', 'message')).toContain("'location'");
    expect((await put({ dnsPrefix: 'other' })).at('error', 'message')).toContain("'dnsPrefix'");
    expect((await put({ agentPoolProfiles: [{ name: 'nodepool1', vmSize: 'Big' }] })).at('error', 'message')).toContain('vmSize');
  });

  it('another write while one is going on, and a stale etag', async () => {
    behind.hold();
    await put();
    const answer = await put();
    expect([answer.status, answer.at('error', 'code')]).toEqual([409, 'OperationNotAllowed']);
    expect(answer.at('error', 'message')).toContain('in progress Creating managed cluster operation');
    expect((await test.call('POST', `${cluster}/rotateServiceAccountSigningKeys`)).status).toBe(409);
    expect((await test.call('POST', `${cluster}/listClusterUserCredential`)).status).toBe(409);
    behind.release();
    await test.arm.operations.idle();
    expect((await test.call('PUT', cluster, body(), { headers: { 'if-match': '"1"' } })).status).toBe(412);
  });

  it('what is not there', async () => {
    expect((await test.call('GET', cluster)).status).toBe(404);
    expect((await test.call('POST', `${cluster}/listClusterUserCredential`)).status).toBe(404);
    expect((await test.call('DELETE', cluster)).status).toBe(204);
  });
});

describe('creating', () => {
  it('answers 201 with the issuer at once, and Succeeded when the host is ready', async () => {
    behind.hold();
    const made = await put();
    expect(made.status).toBe(201);
    expect(made.headers['retry-after']).toBe('1');
    expect(made.headers['azure-asyncoperation']).toMatch(
      /^https:\/\/management\.azure\.com\/subscriptions\/[^/]+\/providers\/Microsoft\.ContainerService\/locations\/centralindia\/operations\/[0-9a-f-]{36}\?api-version=2017-08-31$/,
    );
    expect(made.at('id')).toBe(
      `/subscriptions/${test.subscriptionId}/resourcegroups/rg1/providers/Microsoft.ContainerService/managedClusters/c1`,
    );
    expect(made.at('properties', 'provisioningState')).toBe('Creating');
    expect(made.at('properties', 'identityProfile')).toBeUndefined();
    expect(made.at('properties', 'oidcIssuerProfile', 'issuerURL')).toMatch(
      new RegExp(`^https://centralindia\\.oic\\.prod-aks\\.azure\\.com/${test.tenantId}/[0-9a-f-]{36}/$`),
    );
    expect(made.at('properties', 'fqdn')).toMatch(/^c1-rg1-222222-[a-z0-9]{8}\.hcp\.centralindia\.azmk8s\.io$/);
    expect(made.at('properties', 'nodeResourceGroup')).toBe('MC_rg1_c1_centralindia');
    expect(made.at('properties', 'kubernetesVersion')).toBe('1.35.2');
    expect(made.at('properties', 'maxAgentPools')).toBe(100);
    expect(made.at('properties', 'agentPoolProfiles', 0)).toMatchObject({
      name: 'nodepool1',
      count: 3,
      vmSize: 'Standard_D2s_v3',
      osType: 'Linux',
    });
    expect(made.at('identity', 'type')).toBe('SystemAssigned');
    expect(test.directory.servicePrincipals.byId(test.tenantId, made.text('identity', 'principalId'))?.alternativeNames[0]).toBe(
      'isExplicit=False',
    );
    const pending = await test.call('GET', made.headers['azure-asyncoperation']!);
    expect([pending.at('status'), pending.headers['retry-after']]).toEqual(['InProgress', '1']);
    behind.release();
    expect((await test.poll(made)).at('status')).toBe('Succeeded');
    const shown = await test.call('GET', cluster);
    expect(shown.at('properties', 'provisioningState')).toBe('Succeeded');
    expect(shown.at('properties', 'identityProfile', 'kubeletidentity', 'resourceId')).toContain('/resourcegroups/MC_rg1_c1_centralindia/');
    expect(test.arm.resources.group(test.subscriptionId, 'MC_rg1_c1_centralindia')?.state.managedBy).toBe(shown.at('id'));
    expect(behind.described[0]).toMatchObject({ name: 'c1', resourceGroup: 'rg1', oidcIssuerEnabled: true, workloadIdentityEnabled: true });
    expect(behind.described[0]?.nodes.map((node) => node.name)[2]).toMatch(/^aks-nodepool1-\d{8}-vmss000002$/);
  });

  it('that fails is told by the operation and the cluster, and can be repeated', async () => {
    behind.fail(new Error('no room at /private/place'));
    const made = await put();
    const failed = await test.poll(made);
    expect(failed.body).toMatchObject({ status: 'Failed', error: { code: 'InternalOperationError' } });
    expect(JSON.stringify(failed.body)).not.toContain('private');
    expect((await test.call('GET', cluster)).at('properties', 'provisioningState')).toBe('Failed');
    behind.fail(undefined);
    const again = await put();
    expect([again.status, (await test.poll(again)).at('status')]).toEqual([200, 'Succeeded']);
    expect(behind.log).toEqual(['create']);
  });

  it('goes on after a restart', async () => {
    behind.hold();
    const made = await put();
    const again = await test.restart();
    behind.release();
    expect((await again.poll(made)).body).toMatchObject({ status: 'Failed', error: { code: 'OperationInterrupted' } });
    expect((await again.call('GET', cluster)).at('properties', 'provisioningState')).toBe('Succeeded');
    expect(clusterDescriptions(again.arm.resources)).toHaveLength(1);
  });

  it('takes a user-assigned identity', async () => {
    const id = `/subscriptions/${test.subscriptionId}/resourcegroups/rg1/providers/${identityType}/id1`;
    const state = { principalId: newGuid(), clientId: newGuid(), isolationScope: undefined };
    const group = test.arm.resources.get(groupId(test.subscriptionId, 'rg1'))!;
    await test.arm.resources.write([{ create: { ...group, id, name: 'id1', type: identityType, state } }]);
    const made = await put({}, { identity: { type: 'UserAssigned', userAssignedIdentities: { [id]: {} } } });
    expect(made.at('identity')).toEqual({
      type: 'UserAssigned',
      userAssignedIdentities: { [id]: { clientId: state.clientId, principalId: state.principalId } },
    });
  });
});

describe('an existing cluster', () => {
  beforeEach(create);

  it('is updated by its own echo with a change, as az does', async () => {
    const shown = (await test.call('GET', cluster)).object();
    const changed = await test.call('PUT', cluster, {
      ...shown,
      identity: { type: 'SystemAssigned' },
      properties: { ...(shown['properties'] as object), securityProfile: { workloadIdentity: { enabled: false } } },
    });
    expect([changed.status, changed.at('properties', 'provisioningState')]).toEqual([200, 'Updating']);
    expect((await test.poll(changed)).at('status')).toBe('Succeeded');
    expect((await test.call('GET', cluster)).at('properties', 'securityProfile')).toEqual({});
    expect(behind.described.at(-1)?.workloadIdentityEnabled).toBe(false);
    expect(behind.log).toEqual(['create', 'update']);
  });

  it('hands out credentials in base64', async () => {
    const user = await test.call('POST', `${cluster}/listClusterUserCredential?server-fqdn=public`);
    expect([user.at('kubeconfigs', 0, 'name'), Buffer.from(user.text('kubeconfigs', 0, 'value'), 'base64').toString()]).toEqual([
      'clusterUser',
      expect.stringContaining('kind: Config # user'),
    ]);
    expect((await test.call('POST', `${cluster}/listClusterAdminCredential`)).at('kubeconfigs', 0, 'name')).toBe('clusterAdmin');
  });

  it('rotates its keys as a long-running operation', async () => {
    const rotation = await test.call('POST', `${cluster}/rotateServiceAccountSigningKeys`);
    expect(rotation.status).toBe(202);
    expect((await test.poll(rotation)).at('status')).toBe('Succeeded');
    expect((await test.call('GET', rotation.headers['location']!)).status).toBe(204);
    expect(behind.log).toEqual(['create', 'rotate']);
    expect((await test.call('GET', cluster)).at('properties', 'provisioningState')).toBe('Succeeded');
  });

  it('lists, tags and versions', async () => {
    for (const list of [cluster.replace('/c1', ''), `${test.home}/providers/Microsoft.ContainerService/managedClusters`]) {
      expect((await test.call('GET', list)).at('value')).toHaveLength(1);
    }
    expect((await test.call('PATCH', cluster, { tags: { a: 'b' } })).at('tags')).toEqual({ a: 'b' });
    const offered = await test.call('GET', `${test.home}/providers/Microsoft.ContainerService/locations/eastus/kubernetesVersions`);
    expect(offered.at('values', 0)).toMatchObject({ version: '1.35', patchVersions: { '1.35.2': {} } });
  });

  it('grows by a pool and by nodes; pools are not deleted', async () => {
    const pools = `${cluster}/agentPools`;
    const added = await test.call('PUT', `${pools}/extra`, { properties: { count: 2, vmSize: '', osType: 'Linux', mode: 'User' } });
    expect([added.status, (await test.poll(added)).at('status')]).toEqual([201, 'Succeeded']);
    await test.call('PUT', `${pools}/extra`, { properties: { count: 4 } });
    await test.arm.operations.idle();
    expect((await test.call('GET', `${pools}/extra`)).at('properties')).toMatchObject({ count: 4, mode: 'User' });
    expect((await test.call('GET', pools)).at('value')).toHaveLength(2);
    expect(behind.described.at(-1)?.nodes).toHaveLength(7);
    expect((await test.call('DELETE', `${pools}/extra`)).at('error', 'code')).toBe('NotSupported');
    expect((await test.call('GET', `${pools}/none`)).status).toBe(404);
  });

  it('is deleted with its node resource group and its identities', async () => {
    const gone = await test.call('DELETE', cluster);
    expect(gone.status).toBe(202);
    expect((await test.poll(gone)).at('status')).toBe('Succeeded');
    expect((await test.call('GET', gone.headers['location']!)).status).toBe(204);
    expect((await test.call('GET', cluster)).status).toBe(404);
    expect(test.arm.resources.group(test.subscriptionId, 'MC_rg1_c1_centralindia')).toBeUndefined();
    expect(identitiesOf(test)).toEqual([]);
    expect(test.arm.resources.list({ subscriptionId: test.subscriptionId })).toHaveLength(1);
  });

  it('whose deletion fails shows it, and can be deleted again', async () => {
    behind.fail(new Error('stuck'));
    expect((await test.poll(await test.call('DELETE', cluster))).at('status')).toBe('Failed');
    expect((await test.call('GET', cluster)).at('properties', 'provisioningState')).toBe('Failed');
    behind.fail(undefined);
    expect((await test.poll(await test.call('DELETE', cluster))).at('status')).toBe('Succeeded');
  });
});

describe('deleting in the middle of creating', () => {
  it('waits for the creation, and leaves nothing behind', async () => {
    behind.hold();
    const made = await put();
    const gone = await test.call('DELETE', cluster);
    expect(gone.status).toBe(202);
    behind.release();
    expect((await test.poll(gone)).at('status')).toBe('Succeeded');
    expect((await test.call('GET', made.headers['azure-asyncoperation']!)).at('status')).toBe('Succeeded');
    expect((await test.call('GET', cluster)).status).toBe(404);
    expect(behind.log.at(-1)).toBe('delete');
    expect(identitiesOf(test)).toEqual([]);
    expect(test.arm.resources.list({ subscriptionId: test.subscriptionId })).toHaveLength(1);
  });
});
