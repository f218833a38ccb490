import { signJwt } from '@podpass/crypto';
import type { Tenant, User } from '@podpass/directory';
import { randomOctets } from '@podpass/kernel';
import type { Services } from '../services.ts';
import { lifetimes } from '../wire.ts';
import { pairwiseSubject } from './pairwise-subject.ts';

/**
 * Issues an ID token in the endpoint's own version.
 * Claims: https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 */
export const mintIdToken = (
  { clock, keys, names }: Pick<Services, 'clock' | 'keys' | 'names'>,
  { tenant, user, clientId, version }: { tenant: Tenant; user: User; clientId: string; version: 1 | 2 },
): Promise<string> => {
  const now = clock.seconds();
  return signJwt(keys.current(), {
    header: { typ: 'JWT' },
    claims: {
      aud: clientId,
      iss: version === 1 ? names.v1Issuer(tenant.id) : names.v2Issuer(tenant.id),
      iat: now,
      nbf: now,
      exp: now + lifetimes.idToken,
      ...(version === 1
        ? {
            amr: ['pwd'],
            unique_name: user.userPrincipalName,
            upn: user.userPrincipalName,
            family_name: user.surname,
            given_name: user.givenName,
          }
        : { preferred_username: user.userPrincipalName }),
      name: user.displayName,
      oid: user.id,
      sub: pairwiseSubject(user, clientId),
      tid: tenant.id,
      uti: randomOctets(16).toString('base64url'),
      ver: version === 1 ? '1.0' : '2.0',
    },
  });
};

/** MSAL's `client_info`: the user and the home tenant, from which it makes the account's id. */
export const clientInfo = (user: User): string => Buffer.from(JSON.stringify({ uid: user.id, utid: user.tenantId })).toString('base64url');
