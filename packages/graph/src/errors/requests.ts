import type { ErrorRow } from './row.ts';

/** Requests as such: tokens, rights, paths, bodies. Source: https://learn.microsoft.com/graph/errors and texts as clients report them. */
export const requestErrors = {
  tokenMissing: { code: 'InvalidAuthenticationToken', status: 401, text: 'Access token is empty.' },
  tokenMalformed: { code: 'InvalidAuthenticationToken', status: 401, text: 'IDX14100: JWT is not well formed.' },
  tokenExpired: { code: 'InvalidAuthenticationToken', status: 401, text: 'Lifetime validation failed, the token is expired.' },
  tokenEarly: { code: 'InvalidAuthenticationToken', status: 401, text: 'Lifetime validation failed, the token is not yet valid.' },
  tokenAudience: { code: 'InvalidAuthenticationToken', status: 401, text: 'Access token validation failure. Invalid audience.' },
  tokenIssuer: { code: 'InvalidAuthenticationToken', status: 401, text: 'Access token validation failure. Invalid issuer.' },
  tokenSignature: { code: 'InvalidAuthenticationToken', status: 401, text: 'Access token validation failure. Invalid signature.' },
  /** The caller was deleted since. */
  identityNotFound: {
    code: 'Authorization_IdentityNotFound',
    status: 401,
    text: 'The identity of the calling application could not be established.',
  },
  /** The caller was disabled since. The code is Graph's; the sentence could not be verified. */
  identityDisabled: { code: 'Authorization_IdentityDisabled', status: 401, text: 'The calling principal is disabled.' },
  denied: { code: 'Authorization_RequestDenied', status: 403, text: 'Insufficient privileges to complete the operation.' },
  delegatedOnly: { code: 'BadRequest', status: 400, text: '/me request is only valid with delegated authentication flow.' },
  unknownVersion: { code: 'BadRequest', status: 400, text: 'Invalid version: {version}.' },
  unknownSegment: { code: 'BadRequest', status: 400, text: "Resource not found for the segment '{segment}'." },
  notOffered: { code: 'NotImplemented', status: 501, text: "Podpass does not offer '{what}' of Microsoft Graph." },
  badBody: {
    code: 'BadRequest',
    status: 400,
    text: 'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  },
  tooLarge: { code: 'RequestEntityTooLarge', status: 413, text: 'The request is too large.' },
  headersTooLarge: { code: 'BadRequest', status: 431, text: 'The request headers are too large.' },
  timeout: { code: 'RequestTimeout', status: 408, text: 'The request was not complete in time.' },
  badRequest: { code: 'BadRequest', status: 400, text: 'The request is malformed.' },
  unavailable: { code: 'serviceNotAvailable', status: 503, text: 'The service is temporarily unavailable.' },
  tooManyRequests: { code: 'TooManyRequests', status: 429, text: 'Too many requests. Try again later.' },
  internal: { code: 'InternalServerError', status: 500, text: 'An internal server error occurred.' },
} as const satisfies Readonly<Record<string, ErrorRow>>;
