import { operation, type ArmServices } from '@podpass/arm';
import { findIdentity, type Identity } from './identity.ts';
import { paths } from './wire.ts';

/**
 * The resource goes first, so that nobody finds an identity whose principal is gone; a principal that a crash leaves
 * behind is taken away at the next start. Role assignments of the principal stay, as in Azure.
 */
export const deleteIdentity = async (identity: Identity, arm: ArmServices): Promise<void> => {
  await arm.resources.write([{ remove: identity.id }]);
  await arm.directory.managedIdentities.delete(identity.tenantId, identity.state.principalId);
};

/** 200 when it existed, 204 when not. */
export const identityDelete = operation({
  name: 'UserAssignedIdentities_Delete',
  method: 'DELETE',
  path: paths.identity,
  access: { kind: 'action', action: 'Microsoft.ManagedIdentity/userAssignedIdentities/delete' },
  handler: async (request) => {
    const identity = findIdentity(request);
    if (identity === undefined) return { status: 204 };
    await deleteIdentity(identity, request.arm);
    await request.arm.scopeDeleted(identity.tenantId, identity.id);
    return { status: 200 };
  },
});
