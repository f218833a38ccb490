import { isIP } from 'node:net';

/** Where an issuer publishes its metadata (OpenID Connect Discovery, 4). */
export const discoveryUrl = (issuer: string): string =>
  `${issuer.endsWith('/') ? issuer.slice(0, -1) : issuer}/.well-known/openid-configuration`;

export const portOf = ({ port }: URL): number => (port === '' ? 443 : Number(port));

const localNames = /(^|\.)(localhost|local|internal|home\.arpa)\.?$/i;

/**
 * Whether an issuer's document may send us to `jwksUri`: https, no credentials, and either the issuer's own origin or a
 * named host on the standard port. An issuer is a stranger: its document must not aim our client at internal addresses.
 * What a name resolves to is the wire client's concern.
 */
export const mayFetchKeys = (issuer: string, jwksUri: string): boolean => {
  const from = URL.parse(issuer);
  const to = URL.parse(jwksUri);
  if (!from || !to || to.protocol !== 'https:' || to.username !== '' || to.password !== '') return false;
  if (to.origin === from.origin) return true;
  const literal = isIP(to.hostname) !== 0 || to.hostname.startsWith('[');
  return to.port === '' && !literal && to.hostname.includes('.') && !localNames.test(to.hostname);
};
