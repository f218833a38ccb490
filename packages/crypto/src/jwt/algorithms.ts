import { constants } from 'node:crypto';

/** How one JWS algorithm (RFC 7518, 3.1) is verified. Asymmetric ones only: a shared secret can never be a published key. */
export interface JwsAlgorithm {
  readonly kty: 'RSA' | 'EC';
  readonly crv?: string;
  readonly digest: string;
  /** What node:crypto's verify takes beside the key; nothing for RS256, whose padding is the default for RSA keys. */
  readonly parameters?: { readonly padding?: number; readonly saltLength?: number; readonly dsaEncoding?: 'ieee-p1363' };
}

const algorithms: ReadonlyMap<string, JwsAlgorithm> = new Map<string, JwsAlgorithm>([
  ['RS256', { kty: 'RSA', digest: 'sha256' }],
  ['PS256', { kty: 'RSA', digest: 'sha256', parameters: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } }],
  ['ES256', { kty: 'EC', crv: 'P-256', digest: 'sha256', parameters: { dsaEncoding: 'ieee-p1363' } }],
]);

export const algorithmNamed = (name: string): JwsAlgorithm | undefined => algorithms.get(name);
