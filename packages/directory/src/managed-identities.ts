import { createHash } from 'node:crypto';
import { newGuid } from '@podpass/kernel';
import { deleteObject } from './deletion.ts';
import type { Directory } from './directory-types.ts';
import { claims, joined } from './keys.ts';
import { principalClaim } from './name-claims.ts';
import type { State } from './state.ts';
import { requireTenant } from './tenants.ts';
import type { ServicePrincipal } from './types.ts';
import { createClaiming } from './writing.ts';

/**
 * Managed identities are service principals without an application: `explicit` ones are user-assigned, the others belong
 * to a resource. One resource id has at most one.
 */
export const managedIdentityActions = (state: State): Directory['managedIdentities'] => ({
  async create({ tenantId, resourceId, displayName, explicit }) {
    const tenant = requireTenant(state, tenantId);
    const appId = newGuid();
    const principal: ServicePrincipal = {
      id: newGuid(),
      tenantId: tenant.id,
      appId,
      displayName,
      servicePrincipalType: 'ManagedIdentity',
      servicePrincipalNames: [appId, identityUrl(appId)],
      alternativeNames: [`isExplicit=${explicit ? 'True' : 'False'}`, resourceId],
      accountEnabled: true,
      appRoleAssignmentRequired: false,
      secrets: [],
      certificates: [],
      tags: [],
      resourceId,
      createdDateTime: state.clock.date().toISOString(),
    };
    const wanted = [
      { name: claims.managedIdentity(resourceId), taken: `${resourceId} has an identity already.`, property: 'resourceId' },
      { name: claims.appId(appId), taken: `The client id ${appId} is taken.`, property: 'appId' },
      principalClaim(principal),
    ];
    await createClaiming(state, wanted, [state.servicePrincipals.written.putOperation(joined(tenant.id, principal.id), principal)]);
    return principal;
  },
  async delete(tenantId, principalId) {
    const principal = state.servicePrincipals.read.get(joined(tenantId, principalId));
    return principal?.servicePrincipalType === 'ManagedIdentity' ? deleteObject(state, tenantId, principalId) : false;
  },
});

/** The second name of a managed identity's principal, as Azure writes it: a hash under identity.azure.net. */
const identityUrl = (appId: string): string => `https://identity.azure.net/${createHash('sha256').update(appId).digest('base64')}`;
