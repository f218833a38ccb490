import { defineProvider, idKey, identityType, type ArmServices, type IdentityState, type Resource } from '@podpass/arm';
import { associatedResources } from './associated-resources.ts';
import { credentialDelete } from './credential-delete.ts';
import { credentialPut } from './credential-put.ts';
import { credentialGet, credentialsList } from './credential-read.ts';
import { deleteIdentity, identityDelete } from './identity-delete.ts';
import { identityPatch } from './identity-patch.ts';
import { identityPut } from './identity-put.ts';
import { identitiesListByGroup, identitiesListBySubscription, identityGet } from './identity-read.ts';
import { versions } from './wire.ts';

/** Takes away principals whose resource was never written, or is gone: what a crash between the two leaves behind. */
const recover = async ({ directory, resources, log }: ArmServices): Promise<void> => {
  const kept = new Set(resources.everywhere(identityType).map((identity) => idKey(identity.id)));
  const mark = `/providers/${identityType}/`.toLowerCase();
  for (const tenant of directory.tenants.list()) {
    for (const { id, resourceId } of Array.from(directory.servicePrincipals.list(tenant.id))) {
      if (resourceId === undefined || !idKey(resourceId).includes(mark) || kept.has(idKey(resourceId))) continue;
      log.warn({ principal: id, resource: resourceId }, 'removing a principal whose identity does not exist');
      await directory.managedIdentities.delete(tenant.id, id);
    }
  }
};

export const managedIdentityProvider = defineProvider({
  namespace: 'Microsoft.ManagedIdentity',
  types: [
    {
      type: 'userAssignedIdentities',
      apiVersions: versions,
      regional: true,
      operations: [
        identityPut,
        identityGet,
        identitiesListByGroup,
        identitiesListBySubscription,
        identityPatch,
        identityDelete,
        associatedResources,
      ],
      deletion: { order: 20, delete: (resource, arm) => deleteIdentity(resource as Resource<IdentityState>, arm) },
    },
    {
      type: 'userAssignedIdentities/federatedIdentityCredentials',
      apiVersions: versions,
      regional: false,
      operations: [credentialPut, credentialGet, credentialsList, credentialDelete],
    },
  ],
  recover,
});
