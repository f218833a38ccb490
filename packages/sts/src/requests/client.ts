import { AadstsError } from '../errors.ts';
import type { TokenRequest } from './token-request.ts';

/** Client id and secret as the request carries them. */
export interface PresentedClient {
  readonly clientId: string | undefined;
  readonly secret: string | undefined;
}

type Carrier = Pick<TokenRequest, 'form' | 'exchange'>;

/**
 * Reads client id and secret from the body, or from basic authentication with form-encoded parts (RFC 6749, 2.3.1). Throws
 * AADSTS9002313 when both ways are used at once or the header is malformed.
 */
export const presentedClient = ({ form, exchange }: Carrier): PresentedClient => {
  const clientId = form.get('client_id');
  const secret = form.get('client_secret');
  const { authorization } = exchange.headers;
  return authorization === undefined ? { clientId, secret } : basicClient(authorization, { clientId, secret });
};

/** The client id of the body or of basic authentication, also noted for the audit trail. Throws AADSTS900144 without one. */
export const requireClientId = (request: Carrier & Pick<TokenRequest, 'trail'>): string => {
  const { clientId } = presentedClient(request);
  if (clientId === undefined) throw new AadstsError(900144, { data: { parameter: 'client_id' } });
  request.trail.client = clientId;
  return clientId;
};

const basicClient = (authorization: string, body: PresentedClient): PresentedClient => {
  const encoded = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization)?.[1];
  if (encoded === undefined) return body;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const clientId = formDecode(text.slice(0, colon));
  const secret = formDecode(text.slice(colon + 1));
  const contradicts = body.secret !== undefined || (body.clientId !== undefined && body.clientId !== clientId);
  if (colon < 1 || clientId === undefined || secret === undefined || contradicts) {
    throw new AadstsError(9002313, { hint: 'The Authorization header and the body do not agree on one client.' });
  }
  return { clientId, secret: secret === '' ? undefined : secret };
};

const formDecode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
};
