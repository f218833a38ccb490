/** Paths, versions, names and defaults of Microsoft.ContainerService. */
const subscription = '/subscriptions/{subscriptionId}/providers/Microsoft.ContainerService';
const group = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerService';
const cluster = `${group}/managedClusters/{resourceName}`;

export const paths = {
  bySubscription: `${subscription}/managedClusters`,
  byGroup: `${group}/managedClusters`,
  cluster,
  userCredential: `${cluster}/listClusterUserCredential`,
  adminCredential: `${cluster}/listClusterAdminCredential`,
  rotateKeys: `${cluster}/rotateServiceAccountSigningKeys`,
  pools: `${cluster}/agentPools`,
  pool: `${cluster}/agentPools/{agentPoolName}`,
  operation: `${subscription}/locations/{location}/operations/{operationId}`,
  operationResult: `${subscription}/locations/{location}/operationresults/{operationId}`,
  versions: `${subscription}/locations/{location}/kubernetesVersions`,
} as const;

export const versions = ['2026-03-02-preview', '2025-10-01', '2025-05-01', '2024-09-01', '2023-10-01', '2022-09-01'] as const;

export const types = {
  cluster: 'Microsoft.ContainerService/managedClusters',
  /** Answers spell the type with a capital M, ids do not. */
  clusterAnswer: 'Microsoft.ContainerService/ManagedClusters',
  pool: 'Microsoft.ContainerService/managedClusters/agentPools',
} as const;

/** The api-version in poll URLs, as the real provider writes it. */
export const operationApiVersion = '2017-08-31';

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftcontainerservice */
export const names = {
  cluster: /^[A-Za-z0-9](?:[-_A-Za-z0-9]{0,61}[A-Za-z0-9])?$/,
  pool: /^[a-z][a-z0-9]{0,11}$/,
  dnsPrefix: /^[A-Za-z0-9](?:[-A-Za-z0-9]{0,52}[A-Za-z0-9])?$/,
  nodeGroup: /^[-\w.()]{0,79}[-\w()]$/,
} as const;

/** Node resource groups are cut to this length. */
const nodeGroupLength = 80;

/** Limits of one cluster; smaller than Azure's, because every node is a real worker of the platform. */
export const limits = { pools: 20, nodes: 100 } as const;

export const defaults = {
  vmSize: 'Standard_D2s_v3',
  count: 3,
  poolName: 'nodepool1',
  maxAgentPools: 100,
  podCidr: '10.244.0.0/16',
  serviceCidr: '10.0.0.0/16',
  dnsServiceIP: '10.0.0.10',
} as const;

/** https://learn.microsoft.com/azure/aks/use-azure-ad-pod-identity#limitations, and the rules of Kubernetes for names and labels. */
export const podIdentity = {
  feature: { namespace: 'Microsoft.ContainerService', feature: 'EnablePodIdentityPreview' },
  identities: 200,
  exceptions: 200,
  labels: 100,
  /** DNS-1123 subdomain, for the names of entries; at most 253 characters, those of exceptions. */
  name: /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/,
  nameLength: 253,
  /** For pod identities: the object that binds one has its name with `-binding` behind it, which must fit too. */
  identityNameLength: 245,
  /** DNS-1123 label, for namespaces; at most 63 characters. */
  namespace: /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
  labelValue: /^(?:[A-Za-z0-9](?:[-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$/,
  /** The name of a label's key; what may stand before it and a slash is a DNS-1123 subdomain. */
  labelName: /^[A-Za-z0-9](?:[-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$/,
  /** Made by the add-on itself in every cluster. */
  builtInException: { namespace: 'kube-system', name: 'aks-addon-exception' },
} as const;

/** Names of the add-on in `addonProfiles`; clients write it in any case. */
export const policyAddon = 'azurepolicy';

/** AKS writes `resourcegroups` in lower case in the ids of clusters. */
export const clusterId = (place: { subscriptionId: string; group: string; name: string }): string =>
  `/subscriptions/${place.subscriptionId}/resourcegroups/${place.group}/providers/Microsoft.ContainerService/managedClusters/${place.name}`;

export const nodeGroupName = (place: { group: string; name: string; location: string }): string =>
  `MC_${place.group}_${place.name}_${place.location}`.slice(0, nodeGroupLength).replace(/\.+$/, '');

/** Host names of clusters: the defaults are those of Azure's public cloud. */
export interface ClusterNames {
  /** Issuer URL; ends with a slash. */
  issuerUrl(place: { region: string; tenantId: string; uid: string }): string;
  /** Host name of the API server. */
  fqdn(place: { region: string; label: string }): string;
  portalFqdn(place: { region: string; label: string }): string;
}

export const azureNames: ClusterNames = {
  issuerUrl: ({ region, tenantId, uid }) => `https://${region}.oic.prod-aks.azure.com/${tenantId}/${uid}/`,
  fqdn: ({ region, label }) => `${label}.hcp.${region}.azmk8s.io`,
  portalFqdn: ({ region, label }) => `${label}.portal.hcp.${region}.azmk8s.io`,
};
