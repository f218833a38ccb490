import type { Clock } from '@podpass/kernel';
import type { Envelope } from '@podpass/crypto';
import type { Store } from '@podpass/store';
import { appRoleAssignmentActions } from './app-role-assignments.ts';
import { applicationActions } from './applications.ts';
import { credentialActions } from './credentials.ts';
import { directoryRoleActions } from './directory-roles.ts';
import type { Directory } from './directory-types.ts';
import { federatedCredentialActions } from './federated-credentials.ts';
import { groupActions } from './groups.ts';
import { managedIdentityActions } from './managed-identities.ts';
import { findObject, principalTypeOf } from './objects.ts';
import { permissionGrantActions } from './permission-grants.ts';
import { propagationActions } from './propagation.ts';
import { memberActions, ownerActions } from './relations.ts';
import { servicePrincipalActions } from './service-principals.ts';
import { openState } from './state.ts';
import { tenantActions } from './tenants.ts';
import { upgrade } from './upgrade.ts';
import { userActions } from './users.ts';

export interface DirectoryOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Seals users, applications and service principals at rest (they hold password and secret hashes) when given. */
  readonly envelope?: Envelope;
}

/**
 * Opens the directory on a store: loads its objects into memory and follows the store's changes, so that reads never
 * wait; brings what earlier versions wrote into the present form. Several directories may share one store. Throws
 * KernelError `corrupt` when a stored object cannot be read.
 */
export const createDirectory = async (options: DirectoryOptions): Promise<Directory> => {
  const state = await openState(options);
  await upgrade(state);
  return {
    tenants: tenantActions(state),
    users: userActions(state),
    groups: groupActions(state),
    members: memberActions(state),
    owners: ownerActions(state),
    applications: applicationActions(state),
    credentials: credentialActions(state),
    servicePrincipals: servicePrincipalActions(state),
    managedIdentities: managedIdentityActions(state),
    federatedCredentials: federatedCredentialActions(state),
    appRoleAssignments: appRoleAssignmentActions(state),
    permissionGrants: permissionGrantActions(state),
    directoryRoles: directoryRoleActions(state),
    propagation: propagationActions(state),
    objectById: (tenantId, id) => findObject(state, tenantId, id),
    principalType: (tenantId, id) => principalTypeOf(findObject(state, tenantId, id)),
    close: async () => state.close(),
  };
};
