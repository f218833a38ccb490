import type { RedirectUris } from '@podpass/directory';
import type { AuthorizationCode } from './types.ts';
import { interactiveLimits } from './wire.ts';

export interface MatchedRedirect {
  /** As the request sent it. */
  readonly uri: string;
  readonly platform: AuthorizationCode['platform'];
}

/** `web` first: should one URI be registered for several platforms, the strictest rule for the redemption holds. */
const platforms = ['web', 'spa', 'publicClient'] as const;

/**
 * Finds the registered redirect URI that a request names. It must be equal to the character, with one exception: registered
 * `http://localhost` and `http://127.0.0.1` take any port, because native apps listen on whichever is free (RFC 8252, 7.3); host, path and
 * query must still be the same, and no path is the same as `/`.
 * https://learn.microsoft.com/entra/identity-platform/reply-url
 */
export const matchRedirectUri = (registered: RedirectUris, requested: string): MatchedRedirect | undefined => {
  if (!isHarmless(requested)) return undefined;
  const platform = platforms.find((name) => registered[name].some((uri) => uri === requested || isSameLoopback(uri, requested)));
  return platform && { uri: requested, platform };
};

/** Schemes that run script, show local content or lead nowhere. */
const badScheme = /^(?:javascript|data|vbscript|file|blob|filesystem|about|view-source|urn|ws|wss|ftp):/i;

/**
 * Refuses what browsers and servers may read in different ways, even when it was registered: anything but visible ASCII, backslashes,
 * wildcards, fragments, user names, dot segments, schemes that run script.
 */
const isHarmless = (uri: string): boolean => {
  if (uri.length > interactiveLimits.redirectUri || !/^[\x21-\x7E]+$/.test(uri) || /[\\*#"<>^`{|}]/.test(uri) || badScheme.test(uri))
    return false;
  const url = URL.parse(uri);
  if (!url || url.username !== '' || url.password !== '') return false;
  const [beforeQuery = ''] = uri.split('?');
  if (/\/(?:\.|%2e){1,2}(?:\/|$)/i.test(beforeQuery)) return false;
  // An authority with an empty user name, or one that the parser had to invent, reads differently elsewhere.
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?]*)/i.exec(uri)?.[1];
  if (authority?.includes('@')) return false;
  return url.protocol !== 'http:' && url.protocol !== 'https:' ? true : authority !== undefined && authority !== '';
};

const loopback = /^(http:\/\/(?:localhost|127\.0\.0\.1))(?::(\d{1,5}))?(\/[^?]*)?(\?.*)?$/;

const isSameLoopback = (registered: string, requested: string): boolean => {
  const [own, asked] = [loopback.exec(registered), loopback.exec(requested)];
  if (!own || !asked) return false;
  const [, ownOrigin, , ownPath = '/', ownQuery = ''] = own;
  const [, origin, port, path = '/', query = ''] = asked;
  return ownOrigin === origin && ownPath === path && ownQuery === query && (port === undefined || Number(port) <= 65_535);
};
