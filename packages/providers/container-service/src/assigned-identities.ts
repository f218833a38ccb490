import { fail as armFail, identityType, type ArmRequest, type IdentityState } from '@podpass/arm';
import type { AssignedIdentity } from './cluster.ts';
import { fail } from './errors.ts';

const assign = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';

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
  return ids.map((id) => {
    const { caller, arm, path } = request;
    if (!arm.access.check({ caller, action: assign, scope: id, plane: 'control' }).allowed) {
      throw armFail('LinkedAuthorizationFailed', {
        label: caller.label,
        objectId: caller.objectId,
        action: 'Microsoft.ContainerService/managedClusters/write',
        scope: path,
        linkedAction: assign,
        linkedScope: id,
      });
    }
    const identity = arm.resources.of<IdentityState>(identityType).get(id);
    if (identity === undefined || identity.tenantId !== request.subscription.tenantId) throw fail('IdentityNotFound', { id });
    return { id, clientId: identity.state.clientId, principalId: identity.state.principalId };
  });
};
