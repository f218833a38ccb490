import type { Answer } from '@podpass/http';
import { GraphError } from './errors.ts';
import { getByIds } from './operations/get-by-ids.ts';
import { me } from './operations/me.ts';
import { getServicePrincipal, listServicePrincipals } from './operations/service-principals.ts';
import { getUser, listUsers } from './operations/users.ts';
import type { GraphRequest } from './request.ts';
import { absentCollections } from './wire.ts';

type Operation = (request: GraphRequest) => Answer;

/** One operation: method, path below `/v1.0/` in lower case (`{key}` matches one segment) and what answers. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly run: Operation;
}

export const routes: readonly Route[] = [
  { method: 'GET', path: 'me', run: me },
  { method: 'GET', path: 'users', run: listUsers },
  { method: 'GET', path: 'users/{key}', run: getUser },
  { method: 'GET', path: 'serviceprincipals', run: listServicePrincipals },
  { method: 'GET', path: 'serviceprincipals/{key}', run: getServicePrincipal },
  { method: 'POST', path: 'directoryobjects/getbyids', run: getByIds },
];

export interface Found {
  readonly run: Operation;
  readonly key: string;
}

/**
 * Finds the operation of a path. Throws 400 for a version or segment that Graph does not have, 501 for what Graph has and this service
 * does not.
 */
export const findRoute = (method: string, path: string): Found => {
  const [version = '', ...raw] = path.split('/').slice(1);
  if (version.toLowerCase() === 'beta') throw new GraphError('notOffered', { what: 'beta' });
  if (version.toLowerCase() !== 'v1.0') throw new GraphError('unknownVersion', { version });
  const segments = (raw.at(-1) === '' ? raw.slice(0, -1) : raw).map(decode);
  const matching = routes.filter((route) => matches(route.path, segments));
  // `getByIds` is no user id: a literal path wins over a key.
  const route = matching.find((candidate) => candidate.method === method);
  if (route) return { run: route.run, key: segments[1] ?? '' };
  throw refusal(method, segments, matching.length > 0);
};

const matches = (pattern: string, segments: readonly string[]): boolean => {
  const parts = pattern.split('/');
  return parts.length === segments.length && parts.every((part, index) => part === '{key}' || part === segments[index]?.toLowerCase());
};

const offered = new Set(routes.map(({ path }) => path.split('/')[0]));

const refusal = (method: string, segments: readonly string[], knownPath: boolean): GraphError => {
  const [first = ''] = segments;
  if (knownPath || offered.has(first.toLowerCase())) return new GraphError('notOffered', { what: `${method} /${segments.join('/')}` });
  if (absentCollections.has(first.toLowerCase())) return new GraphError('notOffered', { what: `/${first}` });
  return new GraphError('unknownSegment', { segment: first });
};

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new GraphError('badRequest');
  }
};
