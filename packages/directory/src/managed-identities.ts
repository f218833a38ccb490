import { createHash } from 'node:crypto';
import { KernelError, newGuid } from '@podpass/kernel';
import { claims, joined } from './keys.ts';
import { createClaiming, writeGuarded, type State } from './state.ts';
import type { Directory, ServicePrincipal } from './types.ts';

/**
 * Managed identities are service principals without an application: `explicit` ones are user-assigned, the others belong
 * to a resource. One resource id has at most one.
 */
export const managedIdentityActions = (state: State): Directory['managedIdentities'] => ({
  async create({ tenantId, resourceId, displayName, explicit }) {
    const tenant = state.tenants.read.get(tenantId.toLowerCase());
    if (!tenant) throw new KernelError('not-found', `There is no tenant ${tenantId}.`);
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
      resourceId,
      createdDateTime: state.clock.date().toISOString(),
    };
    await createClaiming(
      state,
      [
        { name: claims.managedIdentity(resourceId), taken: `${resourceId} has an identity already.` },
        { name: claims.appId(appId), taken: `The client id ${appId} is taken.` },
      ],
      [state.servicePrincipals.written.putOperation(joined(tenant.id, principal.id), principal)],
    );
    return principal;
  },
  delete(tenantId, principalId) {
    const id = joined(tenantId, principalId);
    const { servicePrincipals, federationGuards, credentials, names } = state;
    // A credential that is being written changes the guard or finds the principal gone: none can outlive its identity.
    return writeGuarded(state.store, [federationGuards.key(id), servicePrincipals.written.key(id)], () => {
      const principal = servicePrincipals.read.get(id);
      if (principal?.servicePrincipalType !== 'ManagedIdentity') return undefined;
      return [
        servicePrincipals.written.deleteOperation(id),
        federationGuards.deleteOperation(id),
        names.deleteOperation(claims.managedIdentity(principal.resourceId ?? '')),
        names.deleteOperation(claims.appId(principal.appId)),
        ...credentials.byPrincipal(id).map(({ name }) => credentials.written.deleteOperation(joined(id, name))),
      ];
    });
  },
});

/** The second name of a managed identity's principal, as Azure writes it: a hash under identity.azure.net. */
const identityUrl = (appId: string): string => `https://identity.azure.net/${createHash('sha256').update(appId).digest('base64')}`;
