import { anything, dictionary, flag, list, optional, record, tags, text, unsupported, whole, word, type Shaped } from '@podpass/arm';
import { isObject } from '@podpass/kernel';
import { addonsBody } from './addons.ts';
import { podIdentityBody } from './pod-identity/body.ts';
import { limits, names } from './wire.ts';

const blank = (value: unknown) => value === '' || value === false || (Array.isArray(value) && value.length === 0);
const among =
  (...words: readonly string[]) =>
  (value: unknown) =>
    typeof value === 'string' && words.includes(value.toLowerCase());
/** A profile in which nothing is switched on or named. */
const disabled = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((each) => each === null || blank(each) || disabled(each));

const no = (what: string) => `is not supported: ${what}`;
const noAuto = no('Podpass clusters do not scale or upgrade themselves');
const noNetworks = no('there are no virtual networks');
const noTuning = no('nodes have no operating system of their own');
const noPrivate = no('the API server of a Podpass cluster is reachable wherever the platform is');

/** What a client may say about an agent pool. Empty strings stand for the default. */
export const poolFields = {
  count: optional(whole({ min: 1, max: limits.nodes })),
  vmSize: optional(text({ max: 80 }), { emptyToo: true }),
  mode: optional(word(['System', 'User'])),
  maxPods: optional(whole({ min: 10, max: 250 })),
  osDiskSizeGB: optional(whole({ min: 0, max: 2048 })),
  osType: unsupported(no('nodes run Linux'), among('linux', '')),
  type: unsupported(no('pools are of type VirtualMachineScaleSets'), among('virtualmachinescalesets', '')),
  enableAutoScaling: unsupported(noAuto, blank),
  nodeTaints: unsupported(no('nodes have no taints'), blank),
  scaleSetPriority: unsupported(no('there are no spot nodes'), among('regular', '')),
  enableNodePublicIP: unsupported(no('nodes have no public addresses'), blank),
  nodeLabels: unsupported(no('nodes have the labels of their pool only'), (value) => isObject(value) && Object.keys(value).length === 0),
  availabilityZones: unsupported(no('there are no availability zones'), blank),
  vnetSubnetID: unsupported(noNetworks, blank),
  podSubnetID: unsupported(noNetworks, blank),
  kubeletConfig: unsupported(noTuning, disabled),
  linuxOSConfig: unsupported(noTuning, disabled),
  enableFIPS: unsupported(noTuning, blank),
  enableEncryptionAtHost: unsupported(noTuning, blank),
  enableUltraSSD: unsupported(noTuning, blank),
} as const;

const pool = record({
  name: text({ pattern: names.pool, rule: 'must be 1 to 12 lower-case letters and digits, a letter first' }),
  ...poolFields,
});

const linuxProfile = record({
  adminUsername: text({ max: 64, pattern: /^[A-Za-z][-A-Za-z0-9_]*$/ }),
  ssh: record({ publicKeys: list(record({ keyData: text({ max: 16_384 }) }), 10) }),
});

const networkProfile = record({
  networkPlugin: optional(word(['azure', 'kubenet', 'none']), { emptyToo: true }),
  networkPluginMode: optional(word(['overlay']), { emptyToo: true }),
  networkPolicy: unsupported(no('network policies are not enforced'), among('', 'none')),
  outboundType: optional(word(['loadBalancer', 'userDefinedRouting', 'managedNATGateway', 'userAssignedNATGateway', 'none']), {
    emptyToo: true,
  }),
  advancedNetworking: unsupported(no('there is no advanced networking'), disabled),
});

const properties = record({
  kubernetesVersion: optional(text({ max: 20 }), { emptyToo: true }),
  dnsPrefix: optional(text({ pattern: names.dnsPrefix, rule: 'must be 1 to 54 letters, digits and hyphens' }), { emptyToo: true }),
  nodeResourceGroup: optional(text({ pattern: names.nodeGroup, rule: 'must be the name of a resource group of at most 80 characters' }), {
    emptyToo: true,
  }),
  agentPoolProfiles: optional(list(pool, limits.pools)),
  enableRBAC: unsupported(no('clusters always use Kubernetes RBAC'), (value) => value === true),
  disableLocalAccounts: unsupported(no('local accounts are the only ones that clusters have'), blank),
  linuxProfile: optional(linuxProfile),
  networkProfile: optional(networkProfile),
  oidcIssuerProfile: optional(record({ enabled: optional(flag()) })),
  securityProfile: optional(
    record({
      workloadIdentity: optional(record({ enabled: optional(flag()) })),
      defender: unsupported(no('there is no Defender'), disabled),
      azureKeyVaultKms: unsupported(no('etcd encryption by a key vault does not exist here'), disabled),
      imageCleaner: unsupported(no('there is no image cleaner'), (value) => isObject(value) && value['enabled'] !== true),
      customCATrustCertificates: unsupported(no('nodes trust the certificates of the platform only'), blank),
    }),
  ),
  servicePrincipalProfile: unsupported(
    no('clusters use managed identities, not service principals'),
    (value) => isObject(value) && (value['clientId'] === 'msi' || value['clientId'] === undefined || value['clientId'] === null),
  ),
  podIdentityProfile: optional(podIdentityBody),
  aadProfile: unsupported(no('clusters do not integrate with Entra ID'), disabled),
  windowsProfile: unsupported(no('there are no Windows nodes')),
  apiServerAccessProfile: unsupported(noPrivate, disabled),
  publicNetworkAccess: unsupported(noPrivate, among('enabled', '')),
  autoUpgradeProfile: unsupported(noAuto, (value) => isObject(value) && (value['upgradeChannel'] ?? 'none') === 'none'),
  addonProfiles: addonsBody,
  ingressProfile: unsupported(no('there is no managed ingress'), disabled),
  serviceMeshProfile: unsupported(no('there is no managed service mesh'), (value) => isObject(value) && value['mode'] !== 'Istio'),
  workloadAutoScalerProfile: unsupported(noAuto, disabled),
  azureMonitorProfile: unsupported(no('there is no Azure Monitor'), disabled),
  httpProxyConfig: unsupported(no('nodes use the proxy of the platform'), disabled),
  diskEncryptionSetID: unsupported(no('there are no disk encryption sets'), blank),
  identityProfile: optional(dictionary(record({ resourceId: optional(text()) }), 5)),
});

/** The body of a cluster. Read-only members that clients echo (issuerURL, fqdn and so on) are passed over. */
export const clusterBody = record({
  location: optional(text({ max: 60 })),
  tags: optional(tags()),
  identity: optional(
    record({
      type: word(['SystemAssigned', 'UserAssigned']),
      userAssignedIdentities: optional(dictionary(anything(), 10)),
    }),
  ),
  sku: optional(
    record({
      name: unsupported(no('there are no automatic clusters'), among('base', 'basic', '')),
      tier: optional(word(['Free', 'Standard', 'Premium', 'Paid'])),
    }),
  ),
  extendedLocation: unsupported(no('there are no edge zones')),
  properties,
});

export type ClusterBody = Shaped<typeof clusterBody>;
export type PoolBody = Shaped<typeof pool>;
