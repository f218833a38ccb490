import type { Answer, Exchange } from '@podpass/http';
import type { Clock } from '@podpass/kernel';

/**
 * The catalogue of Graph errors: code, HTTP status and sentence; `{name}` stands for a value of the error's data.
 * Source: https://learn.microsoft.com/graph/errors and texts as clients report them.
 */
export const catalogue = {
  tokenMissing: { code: 'InvalidAuthenticationToken', status: 401, text: 'Access token is empty.' },
  tokenMalformed: { code: 'InvalidAuthenticationToken', status: 401, text: 'IDX14100: JWT is not well formed.' },
  tokenExpired: { code: 'InvalidAuthenticationToken', status: 401, text: 'Lifetime validation failed, the token is expired.' },
  tokenEarly: { code: 'InvalidAuthenticationToken', status: 401, text: 'Lifetime validation failed, the token is not yet valid.' },
  tokenAudience: { code: 'InvalidAuthenticationToken', status: 401, text: 'Access token validation failure. Invalid audience.' },
  tokenIssuer: { code: 'InvalidAuthenticationToken', status: 401, text: 'Access token validation failure. Invalid issuer.' },
  tokenSignature: { code: 'InvalidAuthenticationToken', status: 401, text: 'Access token validation failure. Invalid signature.' },
  denied: { code: 'Authorization_RequestDenied', status: 403, text: 'Insufficient privileges to complete the operation.' },
  delegatedOnly: { code: 'BadRequest', status: 400, text: '/me request is only valid with delegated authentication flow.' },
  notFound: {
    code: 'Request_ResourceNotFound',
    status: 404,
    text: "Resource '{id}' does not exist or one of its queried reference-property objects are not present.",
  },
  unknownVersion: { code: 'BadRequest', status: 400, text: 'Invalid version: {version}.' },
  unknownSegment: { code: 'BadRequest', status: 400, text: "Resource not found for the segment '{segment}'." },
  notOffered: { code: 'NotImplemented', status: 501, text: "Podpass does not offer '{what}' of Microsoft Graph." },
  badFilter: { code: 'Request_UnsupportedQuery', status: 400, text: 'Unsupported or invalid query filter clause specified.' },
  badOption: { code: 'Request_UnsupportedQuery', status: 400, text: "The query option '{option}' is not supported." },
  badTop: { code: 'Request_BadRequest', status: 400, text: "Invalid page size specified: '{top}'. Must be between 1 and 999 inclusive." },
  unknownProperty: {
    code: 'BadRequest',
    status: 400,
    text: "Parsing OData Select and Expand failed: Could not find a property named '{property}' on type 'microsoft.graph.{type}'.",
  },
  badBody: {
    code: 'Request_BadRequest',
    status: 400,
    text: 'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  },
  badIds: {
    code: 'Request_BadRequest',
    status: 400,
    text: "Invalid value specified for property 'ids': between 1 and 1000 GUIDs are expected.",
  },
  badTypes: { code: 'Request_BadRequest', status: 400, text: "Invalid value specified for property 'types'." },
  tooLarge: { code: 'RequestEntityTooLarge', status: 413, text: 'The request is too large.' },
  headersTooLarge: { code: 'BadRequest', status: 431, text: 'The request headers are too large.' },
  timeout: { code: 'RequestTimeout', status: 408, text: 'The request was not complete in time.' },
  badRequest: { code: 'BadRequest', status: 400, text: 'The request is malformed.' },
  internal: { code: 'InternalServerError', status: 500, text: 'An internal server error occurred.' },
} as const;
export type GraphErrorName = keyof typeof catalogue;

/** A refusal on its way to the writer. */
export class GraphError extends Error {
  readonly row: (typeof catalogue)[GraphErrorName];
  readonly sentence: string;

  constructor(name: GraphErrorName, data: Readonly<Record<string, string>> = {}) {
    super(name);
    this.name = 'GraphError';
    this.row = catalogue[name];
    this.sentence = this.row.text.replaceAll(/\{(\w+)\}/g, (whole, key: string) => data[key]?.slice(0, 200) ?? whole);
  }
}

/** The one writer of error bodies. https://learn.microsoft.com/graph/errors#json-representation */
export const errorAnswer = (error: GraphError, exchange: Pick<Exchange, 'id' | 'headers'>, clock: Clock): Answer => {
  const sent = exchange.headers['client-request-id'];
  const clientId = typeof sent === 'string' && /^[\w-]{1,64}$/.test(sent) ? sent : exchange.id;
  return {
    status: error.row.status,
    headers: {
      'cache-control': 'no-cache',
      'request-id': exchange.id,
      'client-request-id': clientId,
      ...(error.row.status === 401
        ? {
            'www-authenticate':
              'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"',
          }
        : {}),
    },
    body: {
      error: {
        code: error.row.code,
        message: error.sentence,
        innerError: { date: clock.date().toISOString().slice(0, 19), 'request-id': exchange.id, 'client-request-id': clientId },
      },
    },
  };
};
