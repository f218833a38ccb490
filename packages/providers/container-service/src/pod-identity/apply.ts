import { idKey, scaleSetsOf, changedIdentities, withIdentities, type ArmError, type ArmServices, type ClusterUpdate } from '@podpass/arm';
import type { Cluster } from '../cluster.ts';
import { fail } from '../errors.ts';
import { scaleSetsOfCluster } from '../scale-sets.ts';
import { findIdentity, mayAssign } from './identities.ts';
import { entryName, type PodIdentity, type PodIdentityProfile } from './profile.ts';

const failed = (entry: PodIdentity, { code, message }: Pick<ArmError, 'code' | 'message'>): PodIdentity => ({
  ...entry,
  provisioningState: 'Failed',
  error: { code, message },
});

/**
 * What stands in the way of one entry. An identity that all nodes have already needs no permission any more; one that was
 * deleted, or made anew under the same name, does not come back by itself.
 */
const checked = (arm: ArmServices, cluster: Cluster, entry: PodIdentity): PodIdentity => {
  const { resourceId, objectId } = entry.identity;
  const found = findIdentity(arm, cluster, resourceId);
  if (found === undefined || found.state.principalId !== objectId) {
    return failed(entry, fail('PodIdentityNotFound', { id: resourceId, entry: entryName(entry) }));
  }
  const holds = ({ state }: ReturnType<typeof scaleSetsOfCluster>[number]) =>
    state.identities.some(({ id, principalId }) => idKey(id) === idKey(resourceId) && principalId === objectId);
  if (!scaleSetsOfCluster(arm, cluster).every(holds) && !mayAssign(arm, cluster, found)) {
    return failed(entry, fail('PodIdentityAddonIdentitiesAssignmentError', entry.identity));
  }
  return { ...entry, provisioningState: 'Updating', error: undefined };
};

/** Decides which entries can be applied; the others are `Failed` from here on, each by itself. */
export const checkEntries = (arm: ArmServices, cluster: Cluster): PodIdentityProfile | undefined => {
  const profile = cluster.state.podIdentity;
  return profile === undefined ? undefined : { ...profile, identities: profile.identities.map((entry) => checked(arm, cluster, entry)) };
};

/**
 * Gives every scale set of the cluster the identities of the entries, and takes those away that only removed entries used.
 * The kubelet's stays, whatever an entry says; so does what somebody else assigned.
 */
export const assignToNodes = async (arm: ArmServices, cluster: Cluster): Promise<void> => {
  const { state } = cluster;
  const entries = (state.podIdentity?.identities ?? []).filter(({ provisioningState }) => provisioningState !== 'Failed');
  const add = entries.map(({ identity }) => ({ id: identity.resourceId, clientId: identity.clientId, principalId: identity.objectId }));
  const stale = new Map(add.map(({ id, principalId }) => [idKey(id), principalId]));
  const kubelet = state.kubelet === undefined ? undefined : idKey(state.kubelet.resourceId);
  const remove = (state.leavingIdentities ?? []).filter((id) => idKey(id) !== kubelet);
  for (const { id } of scaleSetsOfCluster(arm, cluster)) {
    await scaleSetsOf(arm).update(id, (set) => {
      const present = set.state.identities.filter((each) => (stale.get(idKey(each.id)) ?? each.principalId) === each.principalId);
      return { ...set, state: withIdentities(set.state, changedIdentities(present, { add, remove })) };
    });
  }
};

/** The entries after the host has applied them: `Assigned`, or `Failed` by its own account. */
export const settleEntries = (
  profile: PodIdentityProfile | undefined,
  result: ClusterUpdate | undefined,
): PodIdentityProfile | undefined => {
  if (profile === undefined) return undefined;
  const reasons = new Map((result?.podIdentityFailures ?? []).map((each) => [entryName(each), each.message]));
  const identities = profile.identities.map((entry): PodIdentity => {
    if (entry.provisioningState === 'Failed') return entry;
    const message = reasons.get(entryName(entry));
    if (message !== undefined) return failed(entry, { code: 'ReconcilePodIdentityAddonError', message: message.slice(0, 1000) });
    return { ...entry, provisioningState: 'Assigned', error: undefined };
  });
  return { ...profile, identities };
};

/** The entries of an update that broke off: what was still on its way did not arrive. */
export const abandonEntries = (profile: PodIdentityProfile | undefined): PodIdentityProfile | undefined =>
  profile === undefined
    ? undefined
    : {
        ...profile,
        identities: profile.identities.map((entry) =>
          entry.provisioningState === 'Updating'
            ? failed(entry, {
                code: 'ReconcilePodIdentityAddonError',
                message: 'The update of the cluster ended before this pod identity was applied.',
              })
            : entry,
        ),
      };

/** The error that the operation ends with when entries failed; undefined when none did. */
export const entriesError = (profile: PodIdentityProfile | undefined): ArmError | undefined => {
  const bad = (profile?.identities ?? []).filter(({ provisioningState }) => provisioningState === 'Failed');
  const [first] = bad;
  if (first === undefined) return undefined;
  return fail('ReconcilePodIdentityAddonError', { count: bad.length, entry: entryName(first), reason: first.error?.message ?? '' });
};
