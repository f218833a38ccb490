import { isObject } from '@podpass/kernel';
import { applicationLimits } from '../limits.ts';
import { invalid } from './problems.ts';
import type { PropertyRule } from './properties.ts';

const platforms = ['web', 'spa', 'publicClient'] as const;
type Platform = (typeof platforms)[number];

/** Graph's name of the property that holds each list. */
const propertyOf: Readonly<Record<Platform, string>> = {
  web: 'web.redirectUris',
  spa: 'spa.redirectUris',
  publicClient: 'publicClient.redirectUris',
};

const printable = /^[\x21-\x7e]+$/;
/** Signs that Entra refuses, wildcards, fragments, and what would end an attribute or be read in two ways. */
const forbiddenSigns = /[!#$'(),;*"<>\\^`{|}]/;
const localHosts = new Set(['localhost', '127.0.0.1']);

/** Schemes that a browser acts upon itself: never an application of the user's own. */
const forbiddenSchemes = new Set([
  'about:',
  'blob:',
  'chrome:',
  'data:',
  'file:',
  'filesystem:',
  'ftp:',
  'http:',
  'intent:',
  'javascript:',
  'mailto:',
  'vbscript:',
  'view-source:',
  'ws:',
  'wss:',
]);

/**
 * Whether tokens may be sent to this URI: https, http to the machine itself, and for native clients schemes of their own.
 * Source: https://learn.microsoft.com/entra/identity-platform/reply-url
 */
const isRedirectUri = (uri: unknown, platform: Platform): uri is string => {
  if (typeof uri !== 'string' || uri.length > applicationLimits.redirectUri || !printable.test(uri) || forbiddenSigns.test(uri))
    return false;
  const url = URL.parse(uri);
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return /^https:\/\/[^/]/i.test(uri);
  if (url.protocol === 'http:') return /^http:\/\/[^/]/i.test(uri) && localHosts.has(url.hostname);
  return platform === 'publicClient' && !forbiddenSchemes.has(url.protocol);
};

/** The three lists of redirect URIs. A URI belongs to one platform only: the platform tells how a client must authenticate. */
export const redirectUris: PropertyRule = {
  optional: false,
  check(value) {
    if (!isObject(value) || Object.keys(value).some((key) => !platforms.some((platform) => platform === key))) {
      throw invalid('redirectUris', 'The redirect URIs are not given by platform.');
    }
    const seen = new Set<string>();
    for (const platform of platforms) {
      const property = propertyOf[platform];
      const uris: unknown = value[platform];
      if (!Array.isArray(uris)) throw invalid(property, 'The redirect URIs are no list.');
      for (const uri of uris as unknown[]) {
        if (!isRedirectUri(uri, platform)) throw invalid(property, 'One or more redirect URIs are not valid.', 'InvalidRedirectUri');
        if (seen.has(uri)) throw invalid(property, `The redirect URI '${uri}' is given twice.`);
        seen.add(uri);
      }
    }
    if (seen.size > applicationLimits.redirectUris) throw invalid('web.redirectUris', 'There are too many redirect URIs.');
  },
};
