import type { ErrorRow } from './row.ts';

const documentation = 'https://learn.microsoft.com/entra/workload-id/workload-identity-federation';
const compare = `Check your federated identity credential Subject, Audience and Issuer against the presented assertion. ${documentation}`;
const noRecord = 'No matching federated identity record found for presented assertion';

/**
 * Federated assertions: their form, the issuer, its keys, and the credential that must match. Texts are as clients report them unless a row
 * says otherwise; 70021, the one code for every mismatch until 2023, is not answered.
 */
export const federationErrors = {
  // Also reported as 501661, with the same text.
  50166: { error: 'invalid_request', status: 400, text: 'Request to External OIDC endpoint failed.' },
  700211: { error: 'invalid_client', status: 401, text: `${noRecord} issuer '{issuer}'. ${compare}` },
  700212: { error: 'invalid_client', status: 401, text: `${noRecord} audience '{audience}'. ${compare}` },
  700213: { error: 'invalid_client', status: 401, text: `${noRecord} subject '{subject}'. ${compare}` },
  700222: { error: 'invalid_client', status: 401, text: 'AAD-issued tokens may not be used for federated identity flows.' },
  700229: {
    error: 'invalid_client',
    status: 401,
    text: 'Forbidden token type. Only app-only tokens may be used as Federated Identity Credentials for AAD issuer.',
  },
  // The text is not verified against Entra.
  700230: {
    error: 'invalid_client',
    status: 401,
    text: 'Forbidden token subject. Only tokens of managed identities may be used as Federated Identity Credentials for AAD issuer.',
  },
  700231: {
    error: 'invalid_client',
    status: 401,
    text: 'Token obtained using another federated identity credential may not be used as federated identity credential.',
  },
  // The sentence is Entra's; the detail that follows it is not verified.
  700233: { error: 'invalid_client', status: 401, text: 'Federated Identity Credential expression parsing failed. {detail}' },
  700235: {
    error: 'invalid_client',
    status: 401,
    text: 'The federated identity credentials flow does not support credentials matching via expression at this time.',
  },
  // The sentence is Entra's; the detail that follows it is not verified.
  700237: { error: 'invalid_client', status: 401, text: 'Federated Identity Credential expression not allowed. {detail}' },
  5002723: {
    error: 'invalid_client',
    status: 401,
    text: 'Invalid JWT token. No certificate SHA-1 thumbprint, certificate SHA-256 thumbprint, nor keyId specified in token header.',
  },
  // The list of headers is ours: Entra's is not documented.
  5002726: {
    error: 'invalid_request',
    status: 400,
    text: "Invalid JWT token. Found unsupported token header. Supported headers are: '{supported}'.",
  },
  5002727: {
    error: 'invalid_request',
    status: 400,
    text: "Invalid JWT header type specified. Allowed types: 'JWT','http://openid.net/specs/jwt/1.0'.",
  },
  5002738: {
    error: 'invalid_client',
    status: 401,
    text: "Invalid JWT token. '{algorithm}' is not a supported signature algorithm. Supported signing algorithms are: 'RS256'.",
  },
  5002741: {
    error: 'invalid_client',
    status: 401,
    text: 'Number of audience values in the provided client credential exceed maximum allowed. {count} audience values provided, maximum allowed is 1.',
  },
  7000226: { error: 'invalid_client', status: 401, text: 'No federated identity credential policy found on application ({app}).' },
  7000272: {
    error: 'invalid_client',
    status: 401,
    text: "The certificate with identifier {key} used to sign the federated credential could not be found in the metadata of identity provider {issuer}. Please validate that your Identity Provider's metadata exposes the key used to sign the incoming token.",
  },
  7002131: {
    error: 'invalid_client',
    status: 401,
    text: `${noRecord} subject '{subject}' or no federated identity credential expression matched. Please check your federated identity credential Subject, Expression, Audience and Issuer against the presented assertion. ${documentation}`,
  },
  7002138: {
    error: 'invalid_client',
    status: 401,
    text: `${noRecord} subject '{subject}'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. See documentation at: ${documentation}.`,
  },
  7002241: { error: 'invalid_client', status: 401, text: "Issuer '{issuer}' may not use credentials matching via expression." },
} as const satisfies Readonly<Record<number, ErrorRow>>;
