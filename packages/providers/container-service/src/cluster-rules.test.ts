import { record, type Problem } from '@podpass/arm';
import { describe, expect, it } from 'vitest';
import { clusterBody, poolFields, type ClusterBody } from './cluster-body.ts';
import { checkUnchanged, tierOf } from './cluster-rules.ts';
import type { Cluster } from './cluster.ts';

const identity = '/subscriptions/s/resourcegroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1';
const cluster: Cluster = {
  id: '/subscriptions/s/resourcegroups/rg1/providers/Microsoft.ContainerService/managedClusters/c1',
  name: 'c1',
  type: 'Microsoft.ContainerService/managedClusters',
  tenantId: 't',
  subscriptionId: 's',
  resourceGroup: 'rg1',
  location: 'eastus',
  tags: {},
  system: { createdBy: '', createdByType: 'User', createdAt: '', lastModifiedBy: '', lastModifiedByType: 'User', lastModifiedAt: '' },
  state: {
    uid: 'u',
    provisioningState: 'Succeeded',
    changedAt: '',
    hosted: true,
    kubernetesVersion: '1.35.2',
    dnsPrefix: 'c1-dns',
    fqdn: '',
    portalFqdn: '',
    issuerUrl: '',
    oidcIssuerEnabled: true,
    workloadIdentityEnabled: true,
    pools: [],
    principalId: undefined,
    identities: [{ id: identity, clientId: 'c', principalId: 'p' }],
    identityIds: [identity],
    kubelet: undefined,
    nodeResourceGroup: 'MC_rg1_c1_eastus',
    tier: 'Free',
    linuxProfile: undefined,
    network: { plugin: 'azure', mode: 'overlay', outboundType: 'loadBalancer' },
  },
};
const given = (over: Record<string, unknown>): ClusterBody => {
  const body = clusterBody.read({ properties: {}, ...over }, '', []);
  if (body === undefined) throw new Error('the body is not valid');
  return body;
};
const userAssigned = (...ids: string[]) => ({
  identity: { type: 'UserAssigned', userAssignedIdentities: Object.fromEntries(ids.map((id) => [id, {}])) },
});

describe('a change that would be passed over in silence is refused', () => {
  it.each<[string, Record<string, unknown>]>([
    ['identity.userAssignedIdentities', userAssigned(`${identity}0`)],
    ['identity.userAssignedIdentities', userAssigned(identity, `${identity}0`)],
    ['identity.userAssignedIdentities', userAssigned()],
    ['identity.type', { identity: { type: 'SystemAssigned' } }],
    ['networkProfile.networkPlugin', { properties: { networkProfile: { networkPlugin: 'kubenet' } } }],
    ['networkProfile.outboundType', { properties: { networkProfile: { outboundType: 'none' } } }],
  ])('of %s', (property, over) => {
    expect(() => checkUnchanged(given(over), cluster)).toThrow(property);
  });

  it('but the echo of what is there is not, whatever its case', () => {
    const echo = {
      ...userAssigned(identity.toUpperCase()),
      properties: { networkProfile: { networkPlugin: 'azure', networkPluginMode: '' } },
    };
    expect(() => checkUnchanged(given(echo), cluster)).not.toThrow();
  });
});

it.each([
  [undefined, 'Premium', 'Premium'],
  [{ tier: 'Standard' }, 'Free', 'Standard'],
  [{ tier: 'Paid' }, 'Free', 'Standard'],
  [{ tier: 'Free' }, 'Premium', 'Free'],
] as const)('the tier %j over %s is %s', (sku, before, after) => {
  expect(tierOf(given({ sku }).sku, before)).toBe(after);
});

describe('a setting of a pool that would be passed over in silence is a problem', () => {
  const problemsOf = (pool: Record<string, unknown>) => {
    const problems: Problem[] = [];
    record(poolFields).read(pool, '', problems);
    return problems.map(({ path }) => path);
  };
  it.each([
    { nodeLabels: { a: 'b' } },
    { nodeLabels: { a: '' } },
    { availabilityZones: ['1'] },
    { vnetSubnetID: '/subscriptions/s' },
    { podSubnetID: '/subscriptions/s' },
    { kubeletConfig: { cpuManagerPolicy: 'static' } },
    { linuxOSConfig: { swapFileSizeMB: 1500 } },
    { enableFIPS: true },
    { enableEncryptionAtHost: true },
    { enableUltraSSD: true },
  ])('%j', (pool) => {
    expect(problemsOf(pool)).toEqual(Object.keys(pool));
  });

  it('but not what az sends when nothing is asked for', () => {
    const usual = { nodeTaints: [], enableNodePublicIP: false, enableEncryptionAtHost: false, enableUltraSSD: false, enableFIPS: false };
    expect(problemsOf({ ...usual, upgradeSettings: {}, nodeLabels: {}, availabilityZones: null, vmSize: '' })).toEqual([]);
  });
});
