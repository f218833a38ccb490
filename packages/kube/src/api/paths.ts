import type { Answer } from '@podpass/http';
import { encodeSwagger, openApiDocument, openApiIndex, swaggerDocument } from '../codec/index.ts';
import type { ResourceRow } from '../resources/types.ts';
import { mediaTypes } from '../wire.ts';
import { errors } from '../errors.ts';
import { acceptedRanges, acceptsJson, jsonAnswer } from './answer.ts';
import { answerCached, cachedDocument, type CachedDocument } from './cached.ts';
import type { ApiCall } from './call.ts';
import { aggregatedDiscovery } from './discovery/aggregated.ts';
import { coreVersions, groupList, groupOf, resourceList } from './discovery/legacy.ts';
import { jwksDocument, openIdConfiguration } from '../issuers/documents.ts';

/*
 * Everything that is no resource: discovery, version, health, OpenAPI and the issuer's documents. Documents that depend on the resource
 * table only are made once for each table, on first use.
 */

type Rows = readonly ResourceRow[];

const made = new WeakMap<Rows, Map<string, CachedDocument>>();
const once = (call: ApiCall, name: string, make: (rows: Rows) => object | undefined): CachedDocument | undefined => {
  const { rows } = call.cluster.registry.resources;
  const documents = made.get(rows) ?? new Map<string, CachedDocument>();
  made.set(rows, documents);
  const known = documents.get(name);
  if (known !== undefined) return known;
  const value = make(rows);
  if (value === undefined) return undefined;
  const fresh = cachedDocument(value);
  documents.set(name, fresh);
  return fresh;
};

const revalidate = 'public, max-age=0';
const forever = 'public, immutable, max-age=31536000';

const document = (call: ApiCall, name: string, make: (rows: Rows) => object | undefined): Answer => {
  const found = once(call, name, make);
  if (found === undefined) throw errors.noSuchPath();
  return answerCached(call.exchange, found, { type: mediaTypes.json, cacheControl: revalidate });
};

/** Clients that do not ask for exactly `v2` of aggregated discovery get the older lists. */
const wantsAggregated = (call: ApiCall): boolean =>
  acceptedRanges(call.exchange.headers.accept).some(
    ({ type, parameters }) =>
      type === mediaTypes.json &&
      parameters['g'] === 'apidiscovery.k8s.io' &&
      parameters['v'] === 'v2' &&
      parameters['as'] === 'APIGroupDiscoveryList',
  );

const discovery = (call: ApiCall, core: boolean): Answer => {
  const aggregated = wantsAggregated(call);
  if (aggregated) {
    const found = once(call, `aggregated ${core ? 'core' : 'named'}`, (rows) => aggregatedDiscovery(rows, core));
    if (found !== undefined) return answerCached(call.exchange, found, { type: mediaTypes.discovery, cacheControl: revalidate });
  }
  if (!core) return document(call, 'groups', groupList);
  return answerCached(call.exchange, cachedDocument(coreVersions(call.exchange.authority)), {
    type: mediaTypes.json,
    cacheControl: revalidate,
  });
};

const version = (call: ApiCall): Answer => {
  const gitVersion = `v${call.cluster.spec.version}`;
  const [major = '', minor = ''] = call.cluster.spec.version.split('.');
  const body = {
    major,
    minor,
    gitVersion,
    gitCommit: '',
    gitTreeState: '',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: 'linux/amd64',
  };
  return jsonAnswer(call, body);
};

const health: Answer = {
  status: 200,
  headers: { 'Content-Type': `${mediaTypes.text}; charset=utf-8`, 'Cache-Control': 'no-cache, private' },
  body: 'ok',
};

const openApi = (call: ApiCall): Answer => {
  if (call.info.path === '/openapi/v3') return document(call, 'openapi', openApiIndex);
  const parts = call.info.path.slice('/openapi/v3/'.length).split('/');
  const [group = '', apiVersion = ''] = parts[0] === 'api' ? ['', parts[1]] : [parts[1], parts[2]];
  const name = `openapi ${group}/${apiVersion}`;
  const depth = parts[0] === 'api' ? 2 : 3;
  if (parts.length !== depth || !call.cluster.registry.resources.isServed(group, apiVersion)) throw errors.noSuchPath();
  const found = once(call, name, (rows) => openApiDocument(group, apiVersion, rows));
  if (found === undefined) throw errors.noSuchPath();
  const hashed = call.exchange.query.has('hash');
  return answerCached(call.exchange, found, { type: mediaTypes.json, cacheControl: hashed ? forever : revalidate });
};

/** Swagger 2.0 as the first of the accepted types that there is: protobuf or JSON. Throws NotAcceptable. */
const swagger = (call: ApiCall): Answer => {
  for (const { type } of acceptedRanges(call.exchange.headers.accept)) {
    if (type === mediaTypes.swaggerProtobuf || type === mediaTypes.swaggerProtobufAsked) {
      const found = once(call, 'swagger protobuf', (rows) => encodeSwagger(swaggerDocument(rows)));
      if (found !== undefined) return answerCached(call.exchange, found, { type: mediaTypes.swaggerProtobuf, cacheControl: revalidate });
    }
    if (acceptsJson(type)) return document(call, 'swagger', swaggerDocument);
  }
  throw errors.notAcceptable([mediaTypes.json, mediaTypes.swaggerProtobuf]);
};

const rootPaths = [
  '/api',
  '/api/v1',
  '/apis',
  '/healthz',
  '/livez',
  '/openapi/v2',
  '/openapi/v3',
  '/openid/v1/jwks',
  '/readyz',
  '/version',
  '/.well-known/openid-configuration',
];

const exact: Readonly<Record<string, (call: ApiCall) => Answer>> = {
  '/': (call) => jsonAnswer(call, { paths: rootPaths.toSorted() }),
  '/api': (call) => discovery(call, true),
  '/apis': (call) => discovery(call, false),
  '/openapi/v2': swagger,
  '/version': version,
  '/healthz': () => health,
  '/livez': () => health,
  '/readyz': () => health,
  '/.well-known/openid-configuration': (call) => openIdConfiguration(call.cluster),
  '/openid/v1/jwks': (call) => jwksDocument(call.cluster),
};

/** Answers a path that is no resource. Throws NotFound or MethodNotAllowed. */
export const answerPath = (call: ApiCall): Answer => {
  const { path } = call.info;
  const { method } = call.exchange;
  const handler = ((): ((call: ApiCall) => Answer) | undefined => {
    const known = Object.hasOwn(exact, path) ? exact[path] : undefined;
    if (known !== undefined) return known;
    if (/^\/(?:healthz|livez|readyz)\/(?:ping|etcd)$/.test(path)) return () => health;
    if (path === '/openapi/v3' || path.startsWith('/openapi/v3/')) return openApi;
    const parts = path.slice(1).split('/');
    if (parts[0] === 'api' && parts.length === 2) return (inner) => document(inner, path, (rows) => resourceList(rows, '', parts[1] ?? ''));
    if (parts[0] !== 'apis') return undefined;
    if (parts.length === 2) return (inner) => document(inner, path, (rows) => groupOf(rows, parts[1] ?? ''));
    return parts.length === 3 ? (inner) => document(inner, path, (rows) => resourceList(rows, parts[1] ?? '', parts[2] ?? '')) : undefined;
  })();
  if (handler === undefined) throw errors.noSuchPath();
  if (method !== 'GET' && method !== 'HEAD') throw errors.methodNotAllowed();
  return handler(call);
};
