import { verifyClientCertificate } from '@podpass/crypto';
import type { Exchange } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import { errors } from '../errors.ts';
import type { TokenVerifier } from '../tokens/verify.ts';
import { groups } from '../wire.ts';
import { anonymous, type UserInfo } from './user.ts';

export interface Authentication {
  readonly tokens: TokenVerifier;
  /** PEM of the cluster's client CA. */
  readonly clientCa: string;
  /** The machine's own time: certificates are not part of the platform's time travel. */
  readonly machineClock: Clock;
}

const bearerOf = (header: string | undefined): string | undefined => {
  const parsed = /^Bearer +(\S+) *$/i.exec(header ?? '');
  return parsed?.[1];
};

const withAuthenticated = (user: { username: string; groups: readonly string[] }): UserInfo => ({
  username: user.username,
  groups: user.groups.includes(groups.authenticated) ? user.groups : [...user.groups, groups.authenticated],
});

/**
 * Who the caller is: a client certificate of the cluster's CA, else a service account token, else anonymous. Credentials that are presented
 * but do not hold are refused, never treated as anonymous. Throws Unauthorized.
 */
export const authenticate = async (deps: Authentication, exchange: Exchange): Promise<UserInfo> => {
  const { certificate } = exchange.peer;
  if (certificate !== undefined) {
    const identity = verifyClientCertificate(certificate, deps.clientCa, deps.machineClock);
    if (identity !== undefined) return withAuthenticated({ username: identity.commonName, groups: identity.organizations });
  }
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
