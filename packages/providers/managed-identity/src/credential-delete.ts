import { operation } from '@podpass/arm';
import { requireParent } from './credential.ts';
import { paths } from './wire.ts';

/** 200 when it existed, 204 when not. */
export const credentialDelete = operation({
  name: 'FederatedIdentityCredentials_Delete',
  method: 'DELETE',
  path: paths.credential,
  access: { kind: 'action', action: 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/delete' },
  handler: async (request) => {
    const identity = requireParent(request);
    const existed = await request.arm.directory.federatedCredentials.delete(
      identity.tenantId,
      identity.state.principalId,
      request.param('federatedIdentityCredentialResourceName'),
    );
    return { status: existed ? 200 : 204 };
  },
});
