import { firstPartyApplications, type ServicePrincipal } from '@podpass/directory';
import { GraphError } from '../../errors.ts';
import type { GraphRequest } from '../../request.ts';

/** The service principal that the path names. */
export const principalOf = ({ directory, caller, keys }: GraphRequest): ServicePrincipal => {
  const id = keys['id'] ?? '';
  const principal = directory.servicePrincipals.byId(caller.tenantId, id);
  if (!principal) throw new GraphError('notFound', { id });
  return principal;
};

/** Managed identities are changed through their Azure resource: no credential, owner or setting is theirs to have here. */
export const refuseManagedIdentity = (request: GraphRequest): ServicePrincipal => {
  const principal = principalOf(request);
  if (principal.servicePrincipalType === 'ManagedIdentity') throw new GraphError('managedIdentity');
  return principal;
};

/** Nobody may sign in as one of Microsoft's own APIs, or take it away from the tenant. */
export const refuseFirstParty = (request: GraphRequest): ServicePrincipal => {
  const principal = refuseManagedIdentity(request);
  if (isFirstParty(principal.appId)) throw new GraphError('firstPartyPrincipal');
  return principal;
};

export const isFirstParty = (appId: string): boolean => firstParty.has(appId);
const firstParty: ReadonlySet<string> = new Set(firstPartyApplications.map(({ appId }) => appId));
