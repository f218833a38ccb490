import type { LoginProfile } from './types.ts';
import { instanceAliases, v1IssuerHost } from './wire.ts';

/** The names of the login origin and the issuers that follow from them. */
export interface LoginNames {
  readonly host: string;
  /** Host with its port when that is not 443. */
  readonly authority: string;
  readonly graphHost: string;
  serves(host: string): boolean;
  /** Whether an issuer URL is one of ours: no federated credential may lean on it. */
  ownsIssuer(issuer: string): boolean;
  v1Issuer(tenantId: string): string;
  v2Issuer(tenantId: string): string;
  /** Host names that clients may treat as one, the preferred first. */
  readonly aliases: readonly string[];
}

export const createLoginNames = (profile: LoginProfile): LoginNames => {
  const host = profile.loginHost.toLowerCase();
  const authority = profile.port === undefined || profile.port === 443 ? host : `${host}:${profile.port}`;
  const served = new Set([host, ...(profile.aliases ?? []).map((alias) => alias.toLowerCase())]);
  const known = new Set([...served, ...instanceAliases, v1IssuerHost]);
  return {
    host,
    authority,
    graphHost: profile.graphHost ?? 'graph.microsoft.com',
    serves: (name) => served.has(name),
    ownsIssuer: (issuer) => {
      // A final dot names the same host (RFC 1034, 3.1).
      const name = URL.parse(issuer)?.hostname.replace(/\.$/, '');
      return name !== undefined && known.has(name);
    },
    v1Issuer: (tenantId) => `https://${v1IssuerHost}/${tenantId}/`,
    v2Issuer: (tenantId) => `https://${authority}/${tenantId}/v2.0`,
    aliases: [...new Set([authority, ...served, ...instanceAliases])],
  };
};
