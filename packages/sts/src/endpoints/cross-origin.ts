import type { Answer, Exchange } from '@podpass/http';
import type { Form } from '../requests/form.ts';
import { requestOrigin } from '../requests/origin.ts';
import type { Services } from '../services.ts';

/**
 * Lets the script of a single page application read the token endpoint's answer: the request's origin must be that of one of the client's redirect
 * URIs of the platform `spa`. Undefined when nothing is allowed. Answers never depend on cookies, so no credentials are allowed.
 * https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export const crossOriginHeaders = (
  { directory }: Pick<Services, 'directory'>,
  exchange: Exchange,
  form: Form,
): Readonly<Record<string, string>> | undefined => {
  const origin = requestOrigin(exchange);
  const clientId = form.get('client_id');
  if (origin === undefined || clientId === undefined) return undefined;
  const { spa = [] } = directory.applications.anywhere(clientId)?.redirectUris ?? {};
  if (!spa.some((uri) => URL.parse(uri)?.origin === origin)) return undefined;
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'x-ms-request-id', vary: 'Origin' };
};

/** A preflight names no client, so it promises nothing but that the real request may be sent. */
export const crossOriginPreflight = (_services: Services, exchange: Exchange): Answer => ({
  status: 200,
  headers: {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': allowedHeaders(exchange),
    'access-control-max-age': '86400',
  },
});

const headerNames = /^[\w-]+(?: *, *[\w-]+){0,49}$/;

const allowedHeaders = ({ headers }: Exchange): string => {
  const asked = headers['access-control-request-headers'];
  return typeof asked === 'string' && headerNames.test(asked) ? asked : 'content-type';
};
