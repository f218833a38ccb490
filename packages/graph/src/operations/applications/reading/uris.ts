import { isGuid } from '@podpass/kernel';
import { GraphError } from '../../../errors.ts';
import { applicationLimits as limits } from '../limits.ts';
import { distinct, invalid, listOf, optionalText, text, type Place, type Reader } from '../../../values.ts';

export type Platform = 'web' | 'spa' | 'publicClient';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Never the scheme of a redirect: browsers would run or show what follows. */
const dangerous = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'about:']);

const parse = (value: string, place: Place): URL => {
  const parsed = URL.parse(value);
  if (!parsed || /[\s\\]/.test(value) || value.includes('#') || parsed.username !== '' || parsed.password !== '') throw invalid(place);
  return parsed;
};

/** https, or http to this machine; clients without a secret may also have a scheme of their own. */
const mayRedirect = ({ protocol, hostname }: URL, platform: Platform): boolean => {
  if (protocol === 'https:') return hostname !== '';
  if (protocol === 'http:') return loopback.has(hostname);
  return platform === 'publicClient' && !dangerous.has(protocol);
};

/** https://learn.microsoft.com/entra/identity-platform/reply-url : no fragment, and no wildcard, which only old registrations had. */
export const redirectUriList = (platform: Platform): Reader<readonly string[]> => {
  const redirectUri: Reader<string> = (value, place) => {
    const uri = text(limits.redirectUri)(value, place);
    if (uri.includes('*') || !mayRedirect(parse(uri, place), platform)) throw invalid(place);
    return uri;
  };
  return (value, place) => distinct(listOf(redirectUri, limits.redirectUris)(value, place), (uri) => uri);
};

/** An address of a page, or nothing. */
export const url: Reader<string | undefined> = (value, place) => {
  const read = optionalText(limits.url)(value, place);
  if (read === undefined) return undefined;
  const { protocol } = parse(read, place);
  if (protocol !== 'https:' && protocol !== 'http:') throw invalid(place);
  return read;
};

interface IdentifierOwner {
  /** Client id; undefined for an application that is being made. */
  readonly appId: string | undefined;
  readonly tenantId: string;
  /** The tenant's verified domains. */
  readonly domains: readonly string[];
  /** The application accepts version 2 tokens, whose audience is the client id: it is free in the choice of its domains. */
  readonly anyDomain: boolean;
}

/**
 * Refuses new identifier URIs outside of the tenant's verified domains. Allowed are `api://` with the client id or the tenant id, and `api://` or `https://` with a
 * verified domain or a name below one; client ids of others never. What is no URI, and names of Microsoft's own, the directory refuses.
 * https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions
 */
export const checkIdentifierUris = (uris: readonly string[], owner: IdentifierOwner): void => {
  for (const uri of uris) if (!isVerified(uri, owner)) throw new GraphError('unverifiedDomain', { value: uri });
};

const isVerified = (uri: string, { appId, tenantId, domains, anyDomain }: IdentifierOwner): boolean => {
  const [, scheme, host = '', path = ''] = /^(api|https):\/\/([\w.-]+)(\/[^\s?#\\]*)?$/i.exec(uri) ?? [];
  const name = host.toLowerCase();
  const isOwnId = name === tenantId || (appId !== undefined && name === appId);
  if (isGuid(name)) return isOwnId && scheme?.toLowerCase() === 'api';
  if (anyDomain) return true;
  if (scheme === undefined) return false;
  if (domains.some((domain) => name === domain || name.endsWith(`.${domain}`))) return true;
  return scheme.toLowerCase() === 'api' && appId !== undefined && path.toLowerCase().split('/').at(-1) === appId;
};
