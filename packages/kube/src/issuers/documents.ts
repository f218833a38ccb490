import type { Answer } from '@podpass/http';
import type { ClusterContext } from '../cluster/context.ts';
import { issuerMaxAge, mediaTypes } from '../wire.ts';

/*
 * The issuer's public documents.
 * Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery
 */

/** The JWKS of AKS clusters is published beside the discovery document. */
export const jwksPath = 'openid/v1/jwks';
export const configurationPath = '.well-known/openid-configuration';

export const openIdConfiguration = ({ spec }: Pick<ClusterContext, 'spec'>): Answer => {
  const base = spec.issuer.endsWith('/') ? spec.issuer : `${spec.issuer}/`;
  const body = {
    issuer: spec.issuer,
    jwks_uri: `${base}${jwksPath}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
  return {
    status: 200,
    headers: { 'Content-Type': mediaTypes.json, 'Cache-Control': `public, max-age=${issuerMaxAge.discovery}` },
    body: JSON.stringify(body),
  };
};

export const jwksDocument = ({ keys }: Pick<ClusterContext, 'keys'>): Answer => ({
  status: 200,
  headers: { 'Content-Type': mediaTypes.jwks, 'Cache-Control': `public, max-age=${issuerMaxAge.jwks}` },
  body: JSON.stringify(keys.published()),
});
