import { identityType, requireAssignable, type ArmRequest, type IdentityState } from '@podpass/arm';
import type { AssignedIdentity } from './cluster.ts';
import { fail } from './errors.ts';

/**
 * The identities that a body assigns to a cluster. Whoever creates the cluster must also be allowed to assign each of
 * them, else anybody could act as any identity: the linked access check of the resource manager.
 */
export const assignedIdentities = (request: ArmRequest, ids: readonly string[]): readonly AssignedIdentity[] => {
  if (ids.length !== 1) {
    throw fail('InvalidParameter', {
      parameter: 'identity.userAssignedIdentities',
      reason: 'A cluster takes exactly one user-assigned identity.',
    });
  }
  requireAssignable(request, { ids, action: 'Microsoft.ContainerService/managedClusters/write', scope: request.path });
  return ids.map((id) => {
    const identity = request.arm.resources.of<IdentityState>(identityType).get(id);
    if (identity === undefined || identity.tenantId !== request.subscription.tenantId) throw fail('IdentityNotFound', { id });
    return { id, clientId: identity.state.clientId, principalId: identity.state.principalId };
  });
};
