import type { Catalogue } from '../resources/catalogue.ts';
import { findResource } from '../resources/lookup.ts';
import type { ResourceRow } from '../resources/types.ts';

/** What a path and method ask for, before anything is known about the caller. */
export interface RequestInfo {
  /** Kubernetes' verb: `get`, `list`, `watch`, `create` …; the lower-case method for paths that are no resources. */
  readonly verb: string;
  /** Decoded path without trailing slash (except the root). */
  readonly path: string;
  /** Present for resource requests. */
  readonly resource?: ResourceRequest;
}

export interface ResourceRequest {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** Undefined when the server does not have it (authorization comes before that is told). */
  readonly row: ResourceRow | undefined;
  /** Empty for cluster-scoped requests and lists over all namespaces. */
  readonly namespace: string;
  /** Empty for collections. */
  readonly name: string;
  /** Empty for the object itself; what follows the name otherwise. */
  readonly subresource: string;
}

const namedVerbs: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
const collectionVerbs: Readonly<Record<string, string>> = {
  GET: 'list',
  HEAD: 'list',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'deletecollection',
};

const truthy = (value: string | null) => value !== null && value !== '0' && value !== 'false';

const verbOf = (method: string, query: URLSearchParams, named: boolean): string => {
  const verb = (named ? namedVerbs : collectionVerbs)[method] ?? method.toLowerCase();
  return verb === 'list' && truthy(query.get('watch')) ? 'watch' : verb;
};

const resourceParts = (segments: readonly string[]): Omit<ResourceRequest, 'row'> | undefined => {
  const core = segments[0] === 'api';
  if (!core && segments[0] !== 'apis') return undefined;
  const group = core ? '' : (segments[1] ?? '');
  const version = segments[core ? 1 : 2] ?? '';
  const rest = segments.slice(core ? 2 : 3);
  const [first, second, third] = rest;
  if (first === undefined) return undefined;
  if (first !== 'namespaces')
    return { group, version, resource: first, namespace: '', name: second ?? '', subresource: rest.slice(2).join('/') };
  const ofNamespace = third === undefined || third === 'status' || third === 'finalize';
  if (ofNamespace && group === '') {
    return { group, version, resource: 'namespaces', namespace: second ?? '', name: second ?? '', subresource: third ?? '' };
  }
  // A custom resource may bear the same plural; its objects are no namespaces.
  if (third === undefined) return { group, version, resource: 'namespaces', namespace: '', name: second ?? '', subresource: '' };
  return { group, version, resource: third ?? '', namespace: second ?? '', name: rest[3] ?? '', subresource: rest.slice(4).join('/') };
};

/**
 * Reads what a request asks for, as the API server's RequestInfo does. Undefined for a path that is not well-formed
 * (bad percent-encoding, empty or dotted segments). `find` knows the resources; without it only those that are built in.
 */
export const readRequest = (
  method: string,
  path: string,
  query: URLSearchParams,
  find: Catalogue['find'] = findResource,
): RequestInfo | undefined => {
  const segments: string[] = [];
  for (const raw of path.split('/').slice(1)) {
    try {
      segments.push(decodeURIComponent(raw));
    } catch {
      return undefined;
    }
  }
  if (segments.at(-1) === '') segments.pop();
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..' || segment.includes('/') || segment.includes('%')))
    return undefined;
  const plain = `/${segments.join('/')}`;
  const parts = resourceParts(segments);
  if (parts === undefined) return { verb: method === 'HEAD' ? 'get' : method.toLowerCase(), path: plain };
  const row = find(parts.group, parts.version, parts.resource);
  // A namespace stands below itself; nothing else that is cluster-wide has one, whatever its plural.
  const clusterWide = row !== undefined && !row.namespaced && (parts.group !== '' || parts.resource !== 'namespaces');
  const namespace = clusterWide ? '' : parts.namespace;
  const misplaced = clusterWide && parts.namespace !== '';
  return {
    verb: verbOf(method, query, parts.name !== ''),
    path: plain,
    resource: { ...parts, namespace, row: misplaced ? undefined : row },
  };
};
