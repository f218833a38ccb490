import type { Answer, Exchange } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';
import { discoveryDocument, keysDocument } from './discovery.ts';
import { instanceDiscovery } from './instance-discovery.ts';
import { tokenEndpoint } from './token.ts';
import { userRealm } from './user-realm.ts';

type Handler = (services: Services, exchange: Exchange, parameters: readonly string[]) => Answer | Promise<Answer>;

/** One route: methods, a pattern over the whole path (case-insensitive, as Entra's are) and what answers. */
export interface Route {
  readonly name: string;
  readonly methods: readonly ('GET' | 'HEAD' | 'POST')[];
  readonly path: RegExp;
  readonly handle: Handler;
  /** Known to Entra, not offered here: answered with a refusal that says so. */
  readonly refused?: true;
}

const read = ['GET', 'HEAD'] as const;
const post = ['POST'] as const;

const refuse =
  (what: string): Handler =>
  ({ telemetry }) => {
    telemetry.metrics.refusals.increment({ surface: 'sts', reason: 'not-offered' });
    throw new AadstsError(9002313, {
      status: 501,
      hint: `Podpass does not offer ${what} yet: sign in with a password, a client secret or a federated token.`,
    });
  };

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
  {
    name: 'authorize',
    methods: ['GET', 'POST'],
    path: /^\/[^/]+\/oauth2\/(?:v2\.0\/)?authorize$/i,
    handle: refuse('the interactive sign-in'),
    refused: true,
  },
  {
    name: 'devicecode',
    methods: post,
    path: /^\/[^/]+\/oauth2\/(?:v2\.0\/)?devicecode$/i,
    handle: refuse('the device code flow'),
    refused: true,
  },
  {
    name: 'logout',
    methods: ['GET', 'POST'],
    path: /^\/[^/]+\/oauth2\/(?:v2\.0\/)?logout$/i,
    handle: refuse('the sign-out page'),
    refused: true,
  },
];

/** Finds the route and answers. Throws `AadstsError`: 900561 for a wrong method, 9002313 with status 404 for an unknown path. */
export const dispatch = (services: Services, exchange: Exchange): Answer | Promise<Answer> => {
  for (const route of routes) {
    const match = route.path.exec(exchange.path);
    if (!match) continue;
    if (!route.methods.some((method) => method === exchange.method)) {
      throw new AadstsError(900561, { data: { expected: route.methods.join(' or '), method: exchange.method } });
    }
    return route.handle(services, exchange, match.slice(1));
  }
  services.telemetry.metrics.refusals.increment({ surface: 'sts', reason: 'unknown-path' });
  throw new AadstsError(9002313, { status: 404, hint: 'The token service has no such path.' });
};
