import { countOptions, listOptions, objectOptions } from '../../odata/options.ts';
import type { Route } from '../../operation.ts';
import { permissions } from '../../permissions.ts';
import type { GraphRequest } from '../../request.ts';
import { ownerRoutes } from '../applications/owners.ts';
import { addPassword, keyAction, removePassword } from '../applications/secrets.ts';
import { membershipRoutes } from '../memberships.ts';
import { mixedListRoutes } from '../mixed-lists.ts';
import { createServicePrincipal } from './create-service-principal.ts';
import { deleteServicePrincipal } from './delete-service-principal.ts';
import { refuseFirstParty, refuseManagedIdentity } from './guards.ts';
import { countServicePrincipals, getServicePrincipal, listServicePrincipals } from './read-service-principals.ts';
import { updateServicePrincipal } from './update-service-principal.ts';

const { readApplications: read, createApplication: create, manageApplication: manage } = permissions;

const add = addPassword('servicePrincipal');
const remove = removePassword('servicePrincipal');

/** Credentials of principals that may have some. */
const credentials = (run: typeof add) => (request: GraphRequest) => {
  refuseFirstParty(request);
  return run(request);
};

/** Operations on service principals. https://learn.microsoft.com/graph/api/resources/serviceprincipal */
export const servicePrincipalRoutes: readonly Route[] = [
  { method: 'GET', path: 'servicePrincipals', permission: read, options: listOptions, run: listServicePrincipals },
  { method: 'GET', path: 'servicePrincipals/$count', permission: read, options: countOptions, run: countServicePrincipals },
  { method: 'POST', path: 'servicePrincipals', permission: create, run: createServicePrincipal },
  { method: 'GET', path: 'servicePrincipals/{id}', permission: read, options: objectOptions, run: getServicePrincipal },
  { method: 'PATCH', path: 'servicePrincipals/{id}', permission: manage, run: updateServicePrincipal },
  { method: 'DELETE', path: 'servicePrincipals/{id}', permission: manage, run: deleteServicePrincipal },
  { method: 'POST', path: 'servicePrincipals/{id}/addPassword', permission: manage, run: credentials(add) },
  { method: 'POST', path: 'servicePrincipals/{id}/removePassword', permission: manage, run: credentials(remove) },
  { method: 'POST', path: 'servicePrincipals/{id}/addKey', permission: manage, run: keyAction('addKey') },
  { method: 'POST', path: 'servicePrincipals/{id}/removeKey', permission: manage, run: keyAction('removeKey') },
  ...ownerRoutes('servicePrincipals', refuseManagedIdentity),
  ...membershipRoutes('servicePrincipals/{id}', read),
  // https://learn.microsoft.com/graph/api/serviceprincipal-list-ownedobjects
  ...mixedListRoutes({
    path: 'servicePrincipals/{id}/ownedObjects',
    permission: read,
    ids: ({ directory, caller, keys }) => directory.owners.ofMember(caller.tenantId, keys['id'] ?? ''),
    types: ['group', 'application', 'servicePrincipal'],
  }),
];
