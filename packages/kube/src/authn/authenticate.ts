import type { X509Certificate } from 'node:crypto';
import { verifyClientCertificate } from '@podpass/crypto';
import type { Exchange } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import { errors } from '../errors.ts';
import type { TokenVerifier } from '../tokens/verify.ts';
import { groups, limits } from '../wire.ts';
import { anonymous, type UserInfo } from './user.ts';

export interface Authentication {
  readonly tokens: TokenVerifier;
  /** PEM of the cluster's client CA. */
  readonly clientCa: string;
  /** The machine's own time: certificates are not part of the platform's time travel. */
  readonly machineClock: Clock;
}

/** Tells who sent a request. Throws Unauthorized. */
export type Authenticator = (exchange: Exchange) => Promise<UserInfo>;

const bearerOf = (header: string | undefined): string | undefined => {
  const parsed = /^Bearer +(\S+) *$/i.exec(header ?? '');
  return parsed?.[1];
};

const withAuthenticated = (user: { username: string; groups: readonly string[] }): UserInfo => ({
  username: user.username,
  groups: user.groups.includes(groups.authenticated) ? user.groups : [...user.groups, groups.authenticated],
});

/** Users by the fingerprint of a certificate that was verified, for as long as the certificate is valid. */
const createCertificates = ({ clientCa, machineClock }: Authentication) => {
  const verified = new Map<string, { readonly user: UserInfo; readonly from: number; readonly until: number }>();
  return (certificate: X509Certificate): UserInfo | undefined => {
    const { fingerprint256 } = certificate;
    const known = verified.get(fingerprint256);
    const now = machineClock.now();
    if (known !== undefined && now >= known.from && now <= known.until) return known.user;
    verified.delete(fingerprint256);
    const identity = verifyClientCertificate(certificate, clientCa, machineClock);
    if (identity === undefined) return undefined;
    const user = withAuthenticated({ username: identity.commonName, groups: identity.organizations });
    if (verified.size >= limits.certificateCache) verified.clear();
    verified.set(fingerprint256, { user, from: certificate.validFromDate.getTime(), until: certificate.validToDate.getTime() });
    return user;
  };
};

/**
 * Who the caller is: a client certificate of the cluster's CA, else a service account token, else anonymous. Credentials that are presented
 * but do not hold are refused, never treated as anonymous.
 */
export const createAuthenticator = (deps: Authentication): Authenticator => {
  const userOf = createCertificates(deps);
  return async (exchange) => {
    const { certificate } = exchange.peer;
    const user = certificate === undefined ? undefined : userOf(certificate);
    if (user !== undefined) return user;
    const { authorization } = exchange.headers;
    if (authorization !== undefined && authorization.trim() !== '') {
      const token = bearerOf(authorization);
      if (token === undefined) throw errors.unauthorized();
      const verdict = await deps.tokens.verify(token, []);
      if ('problem' in verdict) throw errors.unauthorized();
      return verdict.user;
    }
    if (certificate !== undefined) throw errors.unauthorized();
    return anonymous;
  };
};
