import { isGuid, newGuid, type Clock } from '@podpass/kernel';
import type { Answer, Exchange } from '@podpass/http';
import { AadstsError } from '../errors.ts';

type Asked = Pick<Exchange, 'id' | 'headers' | 'query'>;

/** The client's own id for the request, when it sent a GUID as header or query parameter (the JavaScript SDK does the latter). */
const correlationId = ({ headers, query }: Asked): string | undefined => {
  const header = headers['client-request-id'];
  const sent = typeof header === 'string' ? header : query.get('client-request-id');
  return sent !== null && isGuid(sent) ? sent : undefined;
};

/** Headers of every answer that may hold a token or tells why there is none. */
export const noStoreHeaders = (asked: Asked): Record<string, string> => {
  const correlation = correlationId(asked);
  return {
    'cache-control': 'no-store, no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-ms-request-id': asked.id,
    'x-ms-ests-server': '2.1.0 - podpass',
    ...(correlation === undefined ? {} : { 'client-request-id': correlation }),
  };
};

/** The one writer of error bodies. Whatever is no `AadstsError` is answered as AADSTS50000 and tells nothing. */
export const errorAnswer = (
  thrown: unknown,
  asked: Asked,
  { clock, authority }: { readonly clock: Clock; readonly authority: string },
): Answer => {
  const error = thrown instanceof AadstsError ? thrown : new AadstsError(50000);
  const timestamp = clock
    .date()
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
  const correlation = correlationId(asked) ?? newGuid();
  return {
    status: error.status,
    headers: noStoreHeaders(asked),
    body: {
      error: error.error,
      error_description: `AADSTS${error.code}: ${error.sentence} Trace ID: ${asked.id} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [error.code],
      timestamp,
      trace_id: asked.id,
      correlation_id: correlation,
      error_uri: `https://${authority}/error?code=${error.code}`,
    },
  };
};
