import type { Tenant } from '@podpass/directory';
import type { Services } from '../services.ts';

/** What follows the tenant in a token endpoint of either version, and in the issuers' URLs. */
const endings: ReadonlySet<string> = new Set(['oauth2/token', 'oauth2/v2.0/token', 'v2.0', '']);

/**
 * Whether a client assertion is meant for this tenant: its one audience is the tenant's token endpoint, of either version and by id or
 * domain, or one of the tenant's issuers, on one of the login origin's hosts.
 */
export const isRealmAudience = (
  audience: unknown,
  { names, directory, tenant }: Pick<Services, 'names' | 'directory'> & { readonly tenant: Tenant },
): boolean => {
  const single: unknown = Array.isArray(audience) && audience.length === 1 ? audience[0] : audience;
  const url = typeof single === 'string' ? URL.parse(single) : null;
  if (url?.protocol !== 'https:' || !isOurs(url, names)) return false;
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return false;
  const [, segment = '', ending = ''] = /^\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
  return endings.has(ending.toLowerCase()) && directory.tenants.find(segment)?.id === tenant.id;
};

/** Every host of the login origin may stand with the origin's port, if it has one, or without. */
const isOurs = ({ host, hostname, port }: URL, { aliases, serves, authority }: Services['names']): boolean =>
  aliases.includes(host) || (serves(hostname) && authority.endsWith(`:${port}`));
