import type { Resources } from '@podpass/arm';
import { addonsAnswer } from './addons.ts';
import { nodeImage } from './node-image.ts';
import { podIdentityAnswer } from './pod-identity/answer.ts';
import type { Cluster, Pool } from './cluster.ts';
import { defaults, types } from './wire.ts';

const running = { code: 'Running' } as const;

/** The properties of an agent pool, in its own answer and inside the cluster's. */
export const poolProperties = (pool: Pool, cluster: Cluster) => ({
  count: pool.count,
  vmSize: pool.vmSize,
  osDiskSizeGB: pool.osDiskSizeGB,
  osDiskType: 'Managed',
  kubeletDiskType: 'OS',
  maxPods: pool.maxPods,
  type: 'VirtualMachineScaleSets',
  enableAutoScaling: false,
  provisioningState: cluster.state.provisioningState,
  powerState: running,
  orchestratorVersion: cluster.state.kubernetesVersion,
  currentOrchestratorVersion: cluster.state.kubernetesVersion,
  enableNodePublicIP: false,
  mode: pool.mode,
  osType: 'Linux',
  osSKU: 'Ubuntu',
  nodeImageVersion: nodeImage,
  upgradeSettings: {},
  enableFIPS: false,
});

const identityAnswer = ({ state, tenantId }: Cluster) =>
  state.principalId === undefined
    ? {
        type: 'UserAssigned',
        userAssignedIdentities: Object.fromEntries(
          state.identities.map(({ id, clientId, principalId }) => [id, { clientId, principalId }]),
        ),
      }
    : { type: 'SystemAssigned', principalId: state.principalId, tenantId };

/**
 * The wire form of a cluster. The spelling of members is the service's own: `issuerURL`, `azurePortalFQDN`, `osDiskSizeGB`,
 * `dnsServiceIP` and `resourceUID` look odd and must stay so.
 */
export const clusterAnswer = (cluster: Cluster, resources: Pick<Resources, 'revision'>) => {
  const { state } = cluster;
  return {
    id: cluster.id,
    location: cluster.location,
    name: cluster.name,
    ...(Object.keys(cluster.tags).length === 0 ? {} : { tags: cluster.tags }),
    type: types.clusterAnswer,
    properties: {
      provisioningState: state.provisioningState,
      powerState: running,
      kubernetesVersion: state.kubernetesVersion,
      currentKubernetesVersion: state.kubernetesVersion,
      dnsPrefix: state.dnsPrefix,
      fqdn: state.fqdn,
      azurePortalFQDN: state.portalFqdn,
      agentPoolProfiles: state.pools.map((pool) => ({ name: pool.name, ...poolProperties(pool, cluster) })),
      ...(state.linuxProfile === undefined ? {} : { linuxProfile: state.linuxProfile }),
      servicePrincipalProfile: { clientId: 'msi' },
      ...addonsAnswer(state),
      ...podIdentityAnswer(state.podIdentity),
      nodeResourceGroup: state.nodeResourceGroup,
      enableRBAC: true,
      supportPlan: 'KubernetesOfficial',
      networkProfile: {
        networkPlugin: state.network.plugin,
        ...(state.network.mode === undefined ? {} : { networkPluginMode: state.network.mode }),
        loadBalancerSku: 'standard',
        podCidr: defaults.podCidr,
        serviceCidr: defaults.serviceCidr,
        dnsServiceIP: defaults.dnsServiceIP,
        outboundType: state.network.outboundType,
        podCidrs: [defaults.podCidr],
        serviceCidrs: [defaults.serviceCidr],
        ipFamilies: ['IPv4'],
      },
      maxAgentPools: defaults.maxAgentPools,
      ...(state.kubelet === undefined ? {} : { identityProfile: { kubeletidentity: state.kubelet } }),
      disableLocalAccounts: false,
      securityProfile: state.workloadIdentityEnabled ? { workloadIdentity: { enabled: true } } : {},
      storageProfile: { diskCSIDriver: { enabled: true }, fileCSIDriver: { enabled: true }, snapshotController: { enabled: true } },
      oidcIssuerProfile: state.oidcIssuerEnabled ? { enabled: true, issuerURL: state.issuerUrl } : { enabled: false },
      workloadAutoScalerProfile: {},
      resourceUID: state.uid.replaceAll('-', ''),
    },
    identity: identityAnswer(cluster),
    sku: { name: 'Base', tier: state.tier },
    eTag: String(resources.revision(cluster.id)),
    systemData: cluster.system,
  };
};
