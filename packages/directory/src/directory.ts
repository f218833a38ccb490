import type { Clock } from '@podpass/kernel';
import type { Envelope } from '@podpass/crypto';
import type { Store } from '@podpass/store';
import { applicationActions } from './applications.ts';
import { federatedCredentialActions } from './federated-credentials.ts';
import { managedIdentityActions } from './managed-identities.ts';
import { joined } from './keys.ts';
import { canonicalUri, openState } from './state.ts';
import { tenantActions } from './tenants.ts';
import type { Application, Directory, ServicePrincipal } from './types.ts';
import { userActions } from './users.ts';

export interface DirectoryOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Seals users and applications at rest (they hold password and secret hashes) when given. */
  readonly envelope?: Envelope;
}

/** The directory with the two look-ups by name that the token service and Graph need beside it. */
export interface SearchableDirectory extends Directory {
  /** The application that has this identifier URI; case-insensitive, a final slash is ignored. */
  applicationByIdentifierUri(tenantId: string, uri: string): Application | undefined;
  /** The service principal with this value among its `servicePrincipalNames`; case-insensitive. */
  servicePrincipalByName(tenantId: string, name: string): ServicePrincipal | undefined;
}

/**
 * Opens the directory on a store: loads its objects into memory and follows the store's changes, so that reads never
 * wait. Several directories may share one store. Throws KernelError `corrupt` when a stored object cannot be read.
 *
 * Writes throw KernelError `invalid` (a value breaks a rule), `conflict` (a name is taken) and `not-found` (the parent
 * does not exist); federated credentials throw `FederatedCredentialError`.
 */
export const createDirectory = async (options: DirectoryOptions): Promise<SearchableDirectory> => {
  const state = await openState(options);
  const { servicePrincipals } = state;
  return {
    tenants: tenantActions(state),
    users: userActions(state),
    applications: applicationActions(state),
    servicePrincipals: {
      byId: (tenantId, id) => servicePrincipals.read.get(joined(tenantId, id)),
      byAppId: (tenantId, appId) => servicePrincipals.byAppId(joined(tenantId, appId))[0],
      list: (tenantId) => servicePrincipals.byTenant(tenantId.toLowerCase()),
    },
    managedIdentities: managedIdentityActions(state),
    federatedCredentials: federatedCredentialActions(state),
    principalType(tenantId, id) {
      const key = joined(tenantId, id);
      if (servicePrincipals.read.get(key)) return 'ServicePrincipal';
      return state.users.read.get(key) ? 'User' : undefined;
    },
    applicationByIdentifierUri: (tenantId, uri) => state.applications.byUri(joined(tenantId, canonicalUri(uri)))[0],
    servicePrincipalByName: (tenantId, name) => servicePrincipals.byName(joined(tenantId, name))[0],
    close: async () => state.close(),
  };
};
