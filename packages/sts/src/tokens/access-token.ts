import { signJwt } from '@podpass/crypto';
import type { ServicePrincipal, Tenant, User } from '@podpass/directory';
import { randomBelow, randomOctets } from '@podpass/kernel';
import type { Target } from '../requests/resource.ts';
import type { Services } from '../services.ts';
import { lifetimes } from '../wire.ts';
import { pairwiseSubject } from './pairwise-subject.ts';

/** A signed token with its times in seconds since the epoch. */
export interface AccessToken {
  readonly token: string;
  readonly notBefore: number;
  readonly expiry: number;
}

type Claims = Readonly<Record<string, unknown>>;
type Minting = Pick<Services, 'clock' | 'keys' | 'names'>;

const header = { typ: 'JWT' } as const;

/** How the client proved itself: `appidacr` and `azpacr` of its tokens. */
export type ClientProof = 'none' | 'secret' | 'assertion';
const acr = { none: '0', secret: '1', assertion: '2' } as const;

/**
 * Issues an application's own token. Managed identities get one for about 24 hours with `xms_mirid`, other applications
 * one for an hour. Claims: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export const mintAppToken = (
  services: Minting,
  { tenant, principal, target, proof }: { tenant: Tenant; principal: ServicePrincipal; target: Target; proof: ClientProof },
): Promise<AccessToken> => {
  const managed = principal.servicePrincipalType === 'ManagedIdentity';
  return mint(services, managed ? lifetimes.managedIdentity : lifetimes.servicePrincipal, {
    ...common(services, tenant, target),
    ...clientClaims(target, principal.appId, proof),
    idtyp: 'app',
    oid: principal.id,
    sub: principal.id,
    ...(managed && principal.resourceId !== undefined ? { xms_mirid: principal.resourceId } : {}),
  });
};

/** Issues a user's token for a client. `methods` is how the user signed in (`amr`). */
export const mintUserToken = (
  services: Minting,
  request: {
    tenant: Tenant;
    user: User;
    clientId: string;
    proof: ClientProof;
    target: Target;
    scopes: readonly string[];
    methods: readonly string[];
  },
): Promise<AccessToken> => {
  const { tenant, user, clientId, proof, target, scopes, methods } = request;
  const life = lifetimes.userLeast + randomBelow(lifetimes.userMost - lifetimes.userLeast);
  return mint(services, life, {
    ...common(services, tenant, target),
    ...clientClaims(target, clientId, proof),
    ...(target.resource.version === 1
      ? {
          acr: '1',
          amr: methods,
          unique_name: user.userPrincipalName,
          upn: user.userPrincipalName,
          family_name: user.surname,
          given_name: user.givenName,
        }
      : { preferred_username: user.userPrincipalName }),
    idtyp: 'user',
    name: user.displayName,
    oid: user.id,
    scp: scopes.join(' '),
    sub: pairwiseSubject(user, target.resource.appId),
  });
};

const common = ({ names }: Minting, tenant: Tenant, { audience, resource }: Target): Claims => {
  const v1 = names.v1Issuer(tenant.id);
  return {
    aud: audience,
    iss: resource.version === 1 ? v1 : names.v2Issuer(tenant.id),
    idp: v1,
    tid: tenant.id,
    ver: resource.version === 1 ? '1.0' : '2.0',
  };
};

const clientClaims = ({ resource }: Target, clientId: string, proof: ClientProof): Claims =>
  resource.version === 1 ? { appid: clientId, appidacr: acr[proof] } : { azp: clientId, azpacr: acr[proof] };

const mint = async ({ clock, keys }: Minting, life: number, claims: Claims): Promise<AccessToken> => {
  const notBefore = clock.seconds();
  const expiry = notBefore + life;
  const uti = randomOctets(16).toString('base64url');
  const token = await signJwt(keys.current(), { header, claims: { ...claims, iat: notBefore, nbf: notBefore, exp: expiry, uti } });
  return { token, notBefore, expiry };
};
