import type { Answer, Exchange } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import { interactiveRoutes } from '../interactive/routes.ts';
import type { Services } from '../services.ts';
import { crossOriginPreflight } from './cross-origin.ts';
import { discoveryDocument, keysDocument } from './discovery.ts';
import { instanceDiscovery } from './instance-discovery.ts';
import { tokenEndpoint } from './token.ts';
import { userRealm } from './user-realm.ts';

type Handler = (services: Services, exchange: Exchange, parameters: readonly string[]) => Answer | Promise<Answer>;

/** One route: methods, a pattern over the whole path (case-insensitive, as Entra's are) and what answers. */
export interface Route {
  readonly name: string;
  readonly methods: readonly ('GET' | 'HEAD' | 'POST' | 'OPTIONS')[];
  readonly path: RegExp;
  readonly handle: Handler;
}

const read = ['GET', 'HEAD'] as const;
const post = ['POST'] as const;
const preflight = ['OPTIONS'] as const;
const tokenPath = /^\/[^/]+\/oauth2\/(?:v2\.0\/)?token$/i;

const decoded = (text: string | undefined): string => {
  try {
    return decodeURIComponent(text ?? '');
  } catch {
    throw new AadstsError(9002313);
  }
};

export const routes: readonly Route[] = [
  {
    name: 'token',
    methods: post,
    path: /^\/([^/]+)\/oauth2\/v2\.0\/token$/i,
    handle: (services, exchange, [tenant]) => tokenEndpoint(services, exchange, { tenantSegment: decoded(tenant), version: 2 }),
  },
  {
    name: 'token-v1',
    methods: post,
    path: /^\/([^/]+)\/oauth2\/token$/i,
    handle: (services, exchange, [tenant]) => tokenEndpoint(services, exchange, { tenantSegment: decoded(tenant), version: 1 }),
  },
  { name: 'instance-discovery', methods: read, path: /^\/(?:common\/)?discovery\/instance$/i, handle: instanceDiscovery },
  {
    name: 'user-realm',
    methods: read,
    path: /^\/(?:common\/)?userrealm\/([^/]+)$/i,
    handle: (services, _exchange, [user]) => userRealm(services, decoded(user)),
  },
  {
    name: 'discovery',
    methods: read,
    path: /^\/([^/]+)\/v2\.0\/\.well-known\/openid-configuration$/i,
    handle: (services, exchange, [tenant]) => discoveryDocument(services, exchange, { tenantSegment: decoded(tenant), version: 2 }),
  },
  {
    name: 'discovery-v1',
    methods: read,
    path: /^\/([^/]+)\/\.well-known\/openid-configuration$/i,
    handle: (services, exchange, [tenant]) => discoveryDocument(services, exchange, { tenantSegment: decoded(tenant), version: 1 }),
  },
  {
    name: 'keys',
    methods: read,
    path: /^\/([^/]+)\/discovery\/(?:v2\.0\/)?keys$/i,
    handle: (services, _exchange, [tenant]) => keysDocument(services, decoded(tenant)),
  },
  { name: 'token-preflight', methods: preflight, path: tokenPath, handle: crossOriginPreflight },
  ...interactiveRoutes,
];

/** Finds the route and answers. Throws `AadstsError`: 900561 for a wrong method, 9002313 with status 404 for an unknown path. */
export const dispatch = (services: Services, exchange: Exchange): Answer | Promise<Answer> => {
  let expected: readonly string[] | undefined;
  for (const route of routes) {
    const match = route.path.exec(exchange.path);
    if (!match) continue;
    if (route.methods.some((method) => method === exchange.method)) return route.handle(services, exchange, match.slice(1));
    expected ??= route.methods;
  }
  if (expected) throw new AadstsError(900561, { data: { expected: expected.join(' or '), method: exchange.method } });
  throw new AadstsError(9002313, { status: 404, hint: 'The token service has no such path.' });
};
