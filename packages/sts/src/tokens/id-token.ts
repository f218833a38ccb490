import { signJwt } from '@podpass/crypto';
import type { Tenant, User } from '@podpass/directory';
import type { Client } from '../clients/types.ts';
import type { UserTarget } from '../consent/user-target.ts';
import { lifetimes } from '../wire.ts';
import { membershipClaims, rolesClaim } from './membership-claims.ts';
import { newTokenId, type Claims, type Minting } from './mint.ts';
import { pairwiseSubject } from './pairwise-subject.ts';

export interface IdTokenRequest {
  readonly tenant: Tenant;
  readonly user: User;
  readonly client: Pick<Client, 'clientId' | 'application' | 'principal'>;
  /** Of the endpoint, which decides the form of the token. */
  readonly version: 1 | 2;
  readonly methods: readonly string[];
  readonly wanted: Pick<UserTarget, 'scope'>;
  readonly nonce?: string | undefined;
  /** When the user signed in; a claim only when it is given. */
  readonly authTime?: number | undefined;
  /** Binds the token to the code that comes with it (OpenID Connect Core, 3.3.2.11). */
  readonly codeHash?: string | undefined;
}

/**
 * Issues an ID token in the endpoint's own version. Version 2 tells who the user is to clients that asked for `profile`, and the address to
 * those that asked for `email`; groups and roles are those that the client's own registration asks for. Claims: https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 */
export const mintIdToken = (services: Minting, request: IdTokenRequest): Promise<string> => {
  const { clock, keys, names } = services;
  const { tenant, user, client, version, nonce, authTime, codeHash } = request;
  const { application, principal } = client;
  const reader = { groupMembershipClaims: application?.groupMembershipClaims ?? null, firstParty: false, principal };
  const now = clock.seconds();
  const key = keys.current();
  return signJwt(key, {
    header: { typ: 'JWT', x5t: key.kid },
    claims: {
      aud: client.clientId,
      iss: version === 1 ? names.v1Issuer(tenant.id) : names.v2Issuer(tenant.id),
      iat: now,
      nbf: now,
      exp: now + lifetimes.idToken,
      auth_time: authTime,
      ...(version === 1 ? firstVersion(request) : secondVersion(request)),
      ...membershipClaims(services, request, reader),
      ...rolesClaim(services, request, reader),
      nonce,
      c_hash: codeHash,
      sub: pairwiseSubject(user, client.clientId),
      tid: tenant.id,
      uti: newTokenId(),
      ver: version === 1 ? '1.0' : '2.0',
    },
  });
};

const firstVersion = ({ user, methods }: IdTokenRequest): Claims => ({
  amr: methods,
  family_name: user.surname,
  given_name: user.givenName,
  name: user.displayName,
  oid: user.id,
  unique_name: user.userPrincipalName,
  upn: user.userPrincipalName,
});

const secondVersion = ({ user, wanted }: IdTokenRequest): Claims => {
  const { openId } = wanted.scope;
  return {
    ...(openId.includes('profile') ? { name: user.displayName, oid: user.id, preferred_username: user.userPrincipalName } : {}),
    ...(openId.includes('email') ? { email: user.mail } : {}),
  };
};
