import { groupId, groupType, requireRegion, stamp, type ArmRequest, type GroupState, type Resource } from '@podpass/arm';
import { newGuid, randomText } from '@podpass/kernel';
import { nextPolicy } from './addons.ts';
import { assignedIdentities } from './assigned-identities.ts';
import type { Cluster, ContainerServiceDependencies } from './cluster.ts';
import type { ClusterBody } from './cluster-body.ts';
import { checkKubelet, nextIssuer, nextPools, nextVersion, tierOf } from './cluster-rules.ts';
import { fail } from './errors.ts';
import { nextPodIdentity } from './pod-identity/next.ts';
import { clusterId, names, nodeGroupName, types } from './wire.ts';

/** The DNS label of the API server: the client's prefix, cut and cleaned, and eight random characters. */
const labelOf = (prefix: string) => `${prefix.toLowerCase()}-${randomText(8)}`;

const prefixOf = (name: string) => {
  const cleaned = name
    .replaceAll('_', '-')
    .slice(0, 45)
    .replaceAll(/^-+|-+$/g, '');
  return cleaned === '' ? 'dns' : `${cleaned}-dns`;
};

/** A cluster out of a PUT, and the node resource group that goes with it. Nothing is written; everything is checked. */
export const newCluster = (
  request: ArmRequest,
  given: ClusterBody,
  dependencies: Pick<ContainerServiceDependencies, 'clusters' | 'names'>,
): { readonly cluster: Cluster; readonly nodeGroup: Resource<GroupState> } => {
  const { arm, caller, group, subscription } = request;
  const name = request.param('resourceName');
  if (!names.cluster.test(name)) throw fail('InvalidClusterName', { name });
  const location = requireRegion(given.location, types.cluster);
  const { properties, identity } = given;
  if (identity === undefined) {
    if (properties.podIdentityProfile?.enabled === true) throw fail('PodIdentityRequiresManagedIdentity');
    throw fail('InvalidParameter', {
      parameter: 'identity',
      reason: 'A cluster needs a managed identity: SystemAssigned or UserAssigned.',
    });
  }
  checkKubelet(given, undefined);
  const issuer = nextIssuer(properties, undefined);
  const kubernetesVersion = nextVersion(properties.kubernetesVersion, undefined, { host: dependencies.clusters, name });
  const pools = nextPools(properties.agentPoolProfiles, []);
  const userAssigned = Object.keys(identity.userAssignedIdentities ?? {});
  const identities = identity.type === 'UserAssigned' ? assignedIdentities(request, userAssigned) : [];
  const nodeResourceGroup = properties.nodeResourceGroup ?? nodeGroupName({ group: group.name, name, location });
  if (arm.resources.group(subscription.subscriptionId, nodeResourceGroup) !== undefined) {
    throw fail('NodeResourceGroupExists', { group: nodeResourceGroup });
  }
  const uid = newGuid();
  const dnsPrefix = properties.dnsPrefix ?? prefixOf(name);
  const label = labelOf(dnsPrefix);
  const now = arm.clock.date().toISOString();
  const system = stamp(caller, now);
  const { tenantId, subscriptionId } = subscription;
  const id = clusterId({ subscriptionId, group: group.name, name });
  const draft: Cluster = {
    id,
    name,
    type: types.cluster,
    tenantId,
    subscriptionId,
    resourceGroup: group.name,
    location,
    tags: given.tags ?? {},
    system,
    state: {
      uid,
      provisioningState: 'Creating',
      changedAt: now,
      hosted: false,
      kubernetesVersion,
      dnsPrefix,
      fqdn: dependencies.names.fqdn({ region: location, label }),
      portalFqdn: dependencies.names.portalFqdn({ region: location, label }),
      issuerUrl: dependencies.names.issuerUrl({ region: location, tenantId, uid }),
      ...issuer,
      pools,
      principalId: undefined,
      identities,
      identityIds: identities.map((each) => each.id),
      kubelet: undefined,
      nodeResourceGroup,
      tier: tierOf(given.sku),
      linuxProfile: properties.linuxProfile,
      network: {
        plugin: properties.networkProfile?.networkPlugin ?? 'azure',
        mode:
          properties.networkProfile?.networkPluginMode ?? (properties.networkProfile?.networkPlugin === undefined ? 'overlay' : undefined),
        outboundType: properties.networkProfile?.outboundType ?? 'loadBalancer',
      },
      policyEnabled: nextPolicy(properties.addonProfiles, undefined),
    },
  };
  const podIdentity = nextPodIdentity(arm, properties.podIdentityProfile, { cluster: draft, creating: true });
  const cluster: Cluster = { ...draft, state: { ...draft.state, podIdentity } };
  const nodeGroup: Resource<GroupState> = {
    id: groupId(subscriptionId, nodeResourceGroup),
    name: nodeResourceGroup,
    type: groupType,
    tenantId,
    subscriptionId,
    resourceGroup: nodeResourceGroup,
    location,
    tags: { 'aks-managed-cluster-name': name, 'aks-managed-cluster-rg': group.name },
    state: { provisioningState: 'Succeeded', managedBy: id },
    system,
  };
  return { cluster, nodeGroup };
};
