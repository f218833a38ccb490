import type { ClusterHost } from '@podpass/arm';
import { randomText } from '@podpass/kernel';
import type { Cluster, Pool } from './cluster.ts';
import type { ClusterBody, PoolBody } from './cluster-body.ts';
import { fail } from './errors.ts';
import { defaults } from './wire.ts';

/** Lower-case digits for the names of nodes. */
const digits = (length: number) => randomText(length, '0123456789');

const poolOf = (given: PoolBody, before: Pool | undefined): Pool => {
  if (before !== undefined && given.vmSize !== undefined && given.vmSize !== before.vmSize) {
    throw fail('PropertyChangeNotAllowed', { property: 'agentPoolProfile.vmSize' });
  }
  return {
    name: given.name,
    count: given.count ?? before?.count ?? defaults.count,
    vmSize: given.vmSize ?? before?.vmSize ?? defaults.vmSize,
    mode: given.mode ?? before?.mode ?? 'System',
    maxPods: given.maxPods ?? before?.maxPods ?? 250,
    osDiskSizeGB: given.osDiskSizeGB === undefined || given.osDiskSizeGB === 0 ? (before?.osDiskSizeGB ?? 128) : given.osDiskSizeGB,
    suffix: before?.suffix ?? digits(8),
  };
};

/** The pools after a PUT. Pools that the body leaves out stay; without any, a new cluster gets the usual one. */
export const nextPools = (given: readonly PoolBody[] | undefined, before: readonly Pool[]): readonly Pool[] => {
  const wanted = given ?? [];
  if (new Set(wanted.map((pool) => pool.name)).size !== wanted.length) {
    throw fail('InvalidParameter', { parameter: 'agentPoolProfile.name', reason: 'Every agent pool needs a name of its own.' });
  }
  const kept = before.filter((pool) => wanted.every((each) => each.name !== pool.name));
  const made = wanted.map((each) =>
    poolOf(
      each,
      before.find((pool) => pool.name === each.name),
    ),
  );
  const pools = [...kept, ...made];
  if (pools.length === 0) return [poolOf({ name: defaults.poolName } as PoolBody, undefined)];
  if (pools.every((pool) => pool.mode !== 'System')) {
    throw fail('InvalidParameter', {
      parameter: 'agentPoolProfile.mode',
      reason: 'A cluster needs at least one agent pool of mode System.',
    });
  }
  return pools;
};

/** The version to run. Only the host's own is to be had, by its full name or its minor; an old cluster may keep its own. */
export const nextVersion = (
  given: string | undefined,
  before: Cluster | undefined,
  context: { host: ClusterHost; name: string },
): string => {
  const newest = context.host.kubernetesVersion;
  const minor = newest.split('.').slice(0, 2).join('.');
  if (given === undefined) return before?.state.kubernetesVersion ?? newest;
  if (given === before?.state.kubernetesVersion) return given;
  if (given === newest || given === minor) return newest;
  throw fail('K8sVersionNotSupported', { name: context.name, version: given });
};

/** Issuer and workload identity after a PUT. The issuer cannot be taken back; workload identity cannot do without it. */
export const nextIssuer = (properties: ClusterBody['properties'], before: Cluster | undefined) => {
  const oidc = properties.oidcIssuerProfile?.enabled;
  if (oidc === false && before?.state.oidcIssuerEnabled === true) throw fail('OIDCIssuerFeatureCannotBeDisabled');
  const oidcIssuerEnabled = oidc ?? before?.state.oidcIssuerEnabled ?? false;
  const workloadIdentityEnabled = properties.securityProfile?.workloadIdentity?.enabled ?? before?.state.workloadIdentityEnabled ?? false;
  if (workloadIdentityEnabled && !oidcIssuerEnabled) throw fail('WorkloadIdentityRequiresOIDCIssuer');
  return { oidcIssuerEnabled, workloadIdentityEnabled };
};

/** What cannot change once the cluster exists. */
export const checkUnchanged = (given: ClusterBody, before: Cluster): void => {
  const same = (a: string | undefined, b: string) => a === undefined || a.replaceAll(' ', '').toLowerCase() === b.toLowerCase();
  if (!same(given.location, before.location)) throw fail('PropertyChangeNotAllowed', { property: 'location' });
  if (!same(given.properties.dnsPrefix, before.state.dnsPrefix)) throw fail('PropertyChangeNotAllowed', { property: 'dnsPrefix' });
  if (!same(given.properties.nodeResourceGroup, before.state.nodeResourceGroup)) {
    throw fail('PropertyChangeNotAllowed', { property: 'nodeResourceGroup' });
  }
  const system = before.state.principalId !== undefined;
  if (given.identity !== undefined && (given.identity.type === 'SystemAssigned') !== system) {
    throw fail('PropertyChangeNotAllowed', { property: 'identity.type' });
  }
  checkAssigned(given, before);
  checkNetwork(given.properties.networkProfile, before);
  checkKubelet(given, before);
};

/** Other identities than the present ones would have to be assigned anew, which is not offered. */
const checkAssigned = ({ identity }: ClusterBody, { state }: Cluster): void => {
  if (identity?.userAssignedIdentities === undefined) return;
  const given = Object.keys(identity.userAssignedIdentities).map((id) => id.toLowerCase());
  const present = new Set(state.identities.map(({ id }) => id.toLowerCase()));
  if (given.length === present.size && given.every((id) => present.has(id))) return;
  throw fail('PropertyChangeNotAllowed', { property: 'identity.userAssignedIdentities' });
};

const checkNetwork = (given: ClusterBody['properties']['networkProfile'], { state: { network } }: Cluster): void => {
  const changed = (value: string | undefined, present: string | undefined) => value !== undefined && value !== present;
  if (changed(given?.networkPlugin, network.plugin)) throw fail('PropertyChangeNotAllowed', { property: 'networkProfile.networkPlugin' });
  if (changed(given?.networkPluginMode, network.mode))
    throw fail('PropertyChangeNotAllowed', { property: 'networkProfile.networkPluginMode' });
  if (changed(given?.outboundType, network.outboundType))
    throw fail('PropertyChangeNotAllowed', { property: 'networkProfile.outboundType' });
};

/** The tier as answers write it. `Paid` is the old word for Standard. */
export const tierOf = (given: ClusterBody['sku'], before: Cluster['state']['tier'] = 'Free'): Cluster['state']['tier'] => {
  if (given?.tier === undefined) return before;
  return given.tier === 'Paid' ? 'Standard' : given.tier;
};

/** A kubelet identity is made with the cluster; one's own cannot be brought along. */
export const checkKubelet = (given: ClusterBody, before: Cluster | undefined): void => {
  const wanted = given.properties.identityProfile?.['kubeletidentity']?.resourceId;
  if (wanted !== undefined && wanted.toLowerCase() !== before?.state.kubelet?.resourceId.toLowerCase()) {
    throw fail('InvalidParameter', {
      parameter: 'identityProfile.kubeletidentity',
      reason: 'Podpass makes the kubelet identity itself; bringing one along is not supported.',
    });
  }
};

/** Why nothing may be started now: another operation is running. */
export const checkIdle = (cluster: Cluster): void => {
  const { provisioningState, changedAt } = cluster.state;
  if (provisioningState === 'Succeeded' || provisioningState === 'Failed') return;
  throw fail('OperationNotAllowed', { operation: provisioningState, time: changedAt });
};
