import { canonicalPath, looksLikeHostToken, looksLikeIdentityToken } from '../endpoint/canonical-path.ts';

/** Where a request goes, in the order in which upstream's router looks. */
export type RouteName = 'token' | 'blocked' | 'host' | 'instance' | 'other';

/** Decoded once, as Go does before it routes; broken escapes leave the path as it is. */
const decodedOnce = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

const tokenPrefix = /^\/metadata\/identity\/oauth2\/token/i;
const hostPrefix = '/host/token';

/** Upstream takes only the first segment in any case. */
const isToken = (path: string): boolean => tokenPrefix.test(path) && path.slice('/metadata'.length).startsWith('/identity/oauth2/token');

/**
 * The route of a path as it was sent. A path that is none of the token routes but could be taken for one by the service
 * behind NMI is blocked: upstream does so for back-slashes, here whatever its disguise.
 */
export const routeOf = (path: string): RouteName => {
  const decoded = decodedOnce(path);
  if (isToken(decoded)) return 'token';
  if (looksLikeIdentityToken(path)) return 'blocked';
  if (decoded.startsWith(hostPrefix)) return 'host';
  if (looksLikeHostToken(path)) return 'blocked';
  return canonicalPath(path).startsWith('/metadata/instance') ? 'instance' : 'other';
};
