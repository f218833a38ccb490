import { KernelError } from '@podpass/kernel';
import type { Services } from '../services.ts';
import type { TokenService } from '../types.ts';
import { mintAppToken } from './app-token.ts';

/** What the metadata endpoint asks for: see `TokenService.managedIdentityToken`. */
type IdentityRequest = Parameters<TokenService['managedIdentityToken']>[0];

/** Issues a managed identity's token to a caller who has established the identity by other means. */
export const managedIdentityToken = async (
  services: Pick<Services, 'clock' | 'keys' | 'names' | 'directory' | 'findResource'>,
  { tenantId, principalId, resource: requested }: IdentityRequest,
): ReturnType<TokenService['managedIdentityToken']> => {
  const { directory, findResource } = services;
  const tenant = directory.tenants.find(tenantId);
  const principal = tenant && directory.servicePrincipals.byId(tenant.id, principalId);
  if (!tenant || principal?.servicePrincipalType !== 'ManagedIdentity' || !principal.accountEnabled) {
    throw new KernelError('not-found', 'There is no such managed identity.');
  }
  const resource = findResource(tenant.id, requested);
  if (!resource || resource.principal?.accountEnabled === false) throw new KernelError('invalid', 'There is no such resource.');
  const audience = resource.version === 2 ? resource.appId : requested;
  // `certificate`: the platform itself vouches for the identity, as Azure's does with a certificate; no federated credential is involved.
  return mintAppToken(services, { tenant, principal, target: { resource, requested, audience }, proof: 'certificate' });
};
