import type { Answer, Exchange } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import { findTenant, tenantWord } from '../requests/tenant.ts';
import type { Services } from '../services.ts';

/** Seconds for which clients and proxies may keep metadata; Entra says a day. */
export const metadataHeaders = {
  'cache-control': 'max-age=86400, private',
  'access-control-allow-origin': '*',
  'x-content-type-options': 'nosniff',
} as const;

const claims = [
  'sub',
  'iss',
  'cloud_instance_name',
  'cloud_instance_host_name',
  'cloud_graph_host_name',
  'msgraph_host',
  'aud',
  'exp',
  'iat',
  'auth_time',
  'acr',
  'nonce',
  'preferred_username',
  'name',
  'tid',
  'ver',
  'at_hash',
  'c_hash',
  'email',
];

/**
 * OpenID Connect metadata (OpenID Connect Discovery, 4) of a tenant, or of `organizations` and `common`, whose issuer is a
 * pattern. For a domain the endpoints carry the tenant's id: clients derive the realm of their caches from them.
 */
export const discoveryDocument = (
  services: Services,
  exchange: Exchange,
  at: { readonly tenantSegment: string; readonly version: 1 | 2 },
): Answer => {
  const { names } = services;
  const word = tenantWord(at.tenantSegment);
  if (word === 'consumers')
    throw new AadstsError(90002, { data: { tenant: word }, error: 'invalid_tenant', hint: 'Personal accounts are not offered.' });
  const tenantId = word ?? findTenant(services, at.tenantSegment, 'invalid_tenant').id;
  const issued = word === undefined ? tenantId : '{tenantid}';
  // The authority as the client wrote it: its host is one that is served, and clients compare origins.
  const root = `https://${exchange.authority}/${tenantId}`;
  const version = at.version === 2 ? '/v2.0' : '';
  return {
    status: 200,
    headers: metadataHeaders,
    body: {
      token_endpoint: `${root}/oauth2${version}/token`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      jwks_uri: `${root}/discovery${version}/keys`,
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      issuer: at.version === 2 ? names.v2Issuer(issued) : names.v1Issuer(issued),
      request_uri_parameter_supported: false,
      userinfo_endpoint: `https://${names.graphHost}/oidc/userinfo`,
      authorization_endpoint: `${root}/oauth2${version}/authorize`,
      device_authorization_endpoint: `${root}/oauth2${version}/devicecode`,
      http_logout_supported: true,
      frontchannel_logout_supported: true,
      end_session_endpoint: `${root}/oauth2${version}/logout`,
      claims_supported: claims,
      tenant_region_scope: word === undefined ? 'NA' : null,
      cloud_instance_name: 'microsoftonline.com',
      cloud_graph_host_name: 'graph.windows.net',
      msgraph_host: names.graphHost,
      rbac_url: 'https://pas.windows.net',
    },
  };
};

/** The service's signing keys. Tenants share them, as Entra's do; the tenant must exist all the same. */
export const keysDocument = (services: Services, tenantSegment: string): Answer => {
  const word = tenantWord(tenantSegment);
  if (word === undefined) findTenant(services, tenantSegment, 'invalid_tenant');
  return { status: 200, headers: metadataHeaders, body: services.keys.published() };
};
