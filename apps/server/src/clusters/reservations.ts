import type { ClusterDescription } from '@podpass/arm';
import type { Reservations } from '@podpass/pod-identity';

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Resource id of the identity that AKS makes for a cluster's nodes. */
const kubeletId = ({ subscriptionId, nodeResourceGroup, name }: ClusterDescription): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${nodeResourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}-agentpool`;

/**
 * For whom the identities on a cluster's scale sets are: those of the pod identity profile for the namespaces of their
 * entries, the nodes' own for the nodes. Others were put there by hand; whoever did that wants them bound by objects of
 * his own, as upstream's managed mode provides.
 */
export const reservationsOf =
  (description: () => ClusterDescription, kubeletClientId: () => string | undefined): Reservations =>
  (asked) => {
    const cluster = description();
    const isAsked = (identity: { readonly resourceId: string; readonly clientId: string | undefined }): boolean =>
      'resourceId' in asked ? same(identity.resourceId, asked.resourceId) : same(identity.clientId ?? '', asked.clientId);
    const entries = (cluster.podIdentity?.identities ?? []).filter(isAsked);
    if (entries.length > 0) return entries.map(({ namespace }) => namespace);
    return isAsked({ resourceId: kubeletId(cluster), clientId: kubeletClientId() }) ? 'machine' : undefined;
  };
