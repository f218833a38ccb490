import type { ServicePrincipal, Tenant } from '@podpass/directory';
import type { ClientProof } from '../clients/types.ts';
import { AadstsError } from '../errors.ts';
import type { Target } from '../requests/resource.ts';
import { federatedInfo, lifetimes } from '../wire.ts';
import { authenticationContext, newTokenId, signAccessToken, type AccessToken, type Minting } from './mint.ts';

export interface AppTokenRequest {
  readonly tenant: Tenant;
  readonly principal: ServicePrincipal;
  readonly target: Target;
  readonly proof: ClientProof;
}

/**
 * Issues an application's own token. Managed identities get one for about 24 hours with `xms_mirid`, other applications
 * one for an hour. Throws AADSTS501051 when the resource wants its clients assigned and this one has no role.
 * Claims: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference. Entra's `rh` and `aio` are internal to it and left
 * out. `xms_ficinfo` tells that a federated credential was used: such a token may not be one itself.
 */
export const mintAppToken = (services: Minting, { tenant, principal, target, proof }: AppTokenRequest): Promise<AccessToken> => {
  const { names } = services;
  const { resource, audience } = target;
  const roles = rolesAt(services, { tenant, principal, target, proof });
  const managed = principal.servicePrincipalType === 'ManagedIdentity';
  const first = resource.version === 1;
  const v1Issuer = names.v1Issuer(tenant.id);
  const context = authenticationContext[proof];
  const notBefore = services.clock.seconds();
  const life = managed ? lifetimes.managedIdentity : lifetimes.servicePrincipal;
  return signAccessToken(
    { keys: services.keys, notBefore, life },
    {
      aud: audience,
      iss: first ? v1Issuer : names.v2Issuer(tenant.id),
      iat: notBefore,
      nbf: notBefore,
      exp: notBefore + life,
      appid: first ? principal.appId : undefined,
      appidacr: first ? context : undefined,
      azp: first ? undefined : principal.appId,
      azpacr: first ? undefined : context,
      idp: v1Issuer,
      idtyp: 'app',
      oid: principal.id,
      roles: roles.length === 0 ? undefined : roles,
      sub: principal.id,
      tid: tenant.id,
      uti: newTokenId(),
      ver: first ? '1.0' : '2.0',
      xms_ficinfo: proof === 'federated' ? federatedInfo : undefined,
      xms_mirid: managed ? principal.resourceId : undefined,
    },
  );
};

const none: readonly string[] = [];

/** An assignment without a role (all zeros) does not count here: it lets users in, not applications. */
const rolesAt = ({ directory }: Minting, { tenant, principal, target }: AppTokenRequest): readonly string[] => {
  const { resource } = target;
  if (!resource.principal) return none;
  const roles = directory.appRoleAssignments.rolesOf(tenant.id, principal.id, resource.principal.id);
  if (roles.length > 0 || !resource.principal.appRoleAssignmentRequired || principal.id === resource.principal.id) return roles;
  throw new AadstsError(501051, {
    data: { app: principal.appId, name: principal.displayName, resource: resource.appId, resourceName: resource.displayName },
  });
};
