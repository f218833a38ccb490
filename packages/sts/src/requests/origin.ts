import type { Exchange } from '@podpass/http';

/** The web origin that a browser's script sent the request from (RFC 6454, 7); undefined without one, or when it hides it (`null`). */
export const requestOrigin = ({ headers }: Pick<Exchange, 'headers'>): string | undefined => {
  const { origin } = headers;
  return typeof origin === 'string' && URL.parse(origin)?.origin === origin ? origin : undefined;
};
