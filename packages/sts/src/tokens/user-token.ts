import type { Tenant, User } from '@podpass/directory';
import { randomBelow } from '@podpass/kernel';
import type { Client, ClientProof } from '../clients/types.ts';
import type { UserTarget } from '../consent/user-target.ts';
import { lifetimes } from '../wire.ts';
import { membershipClaims, rolesClaim } from './membership-claims.ts';
import { authenticationContext, newTokenId, signAccessToken, type AccessToken, type Claims, type Minting } from './mint.ts';
import { pairwiseSubject } from './pairwise-subject.ts';

export interface UserTokenRequest {
  readonly tenant: Tenant;
  readonly user: User;
  readonly client: Pick<Client, 'clientId'>;
  readonly proof: ClientProof;
  readonly wanted: Pick<UserTarget, 'target'>;
  /** Delegated scopes that are granted. */
  readonly scopes: readonly string[];
  /** How the user signed in (`amr`). */
  readonly methods: readonly string[];
  /** Address of the request. */
  readonly peer: string;
}

/**
 * Issues a user's access token for a client, in the version that the resource wants.
 * Claims: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference. Entra's `rh`, `aio` and `puid` are internal to it
 * and left out.
 */
export const mintUserToken = (services: Minting, request: UserTokenRequest): Promise<AccessToken> => {
  const { names } = services;
  const { tenant, user, client, proof, wanted, scopes } = request;
  const { resource, audience } = wanted.target;
  const { groupMembershipClaims, firstParty } = resource.application;
  const reader = { groupMembershipClaims, firstParty, principal: resource.principal };
  const first = resource.version === 1;
  const v1Issuer = names.v1Issuer(tenant.id);
  const life = lifetimes.userLeast + randomBelow(lifetimes.userMost - lifetimes.userLeast);
  const notBefore = services.clock.seconds();
  const context = authenticationContext[proof];
  return signAccessToken(
    { keys: services.keys, notBefore, life },
    {
      aud: audience,
      iss: first ? v1Issuer : names.v2Issuer(tenant.id),
      iat: notBefore,
      nbf: notBefore,
      exp: notBefore + life,
      ...(first
        ? { ...firstVersion(request), appid: client.clientId, appidacr: context }
        : { ...secondVersion(request), azp: client.clientId, azpacr: context }),
      ...membershipClaims(services, request, reader),
      ...rolesClaim(services, request, reader),
      idtyp: 'user',
      name: user.displayName,
      oid: user.id,
      scp: scopes.join(' '),
      sub: pairwiseSubject(user, resource.appId),
      tid: tenant.id,
      uti: newTokenId(),
      ver: first ? '1.0' : '2.0',
    },
  );
};

const firstVersion = ({ user, methods, peer }: UserTokenRequest): Claims => ({
  acr: '1',
  amr: methods,
  family_name: user.surname,
  given_name: user.givenName,
  ipaddr: peer,
  unique_name: user.userPrincipalName,
  upn: user.userPrincipalName,
});

const secondVersion = ({ user }: UserTokenRequest): Claims => ({ preferred_username: user.userPrincipalName });
