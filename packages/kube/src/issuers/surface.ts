import type { Answer, Exchange, Fault, Surface } from '@podpass/http';
import type { ClusterContext } from '../cluster/context.ts';
import { mediaTypes } from '../wire.ts';
import { configurationPath, jwksDocument, jwksPath, openIdConfiguration } from './documents.ts';

const plain = (status: number, message: string): Answer => ({
  status,
  headers: { 'Content-Type': `${mediaTypes.text}; charset=utf-8`, 'Cache-Control': 'no-store' },
  body: `${message}\n`,
});

const faultStatus: Readonly<Record<Fault['kind'], number>> = {
  'body-too-large': 413,
  'headers-too-large': 431,
  'malformed-request': 400,
  'bad-path': 400,
  timeout: 504,
  internal: 500,
};

/**
 * The public documents of all clusters that publish their issuer, without authentication, under the issuers' own names. `hostSuffix` claims every
 * name under it.
 */
export const createIssuerSurface = (options: { clusters: () => Iterable<ClusterContext>; hostSuffix: string }): Surface => {
  /** Issuers, taken apart once. */
  const places = new Map<string, { readonly host: string; readonly base: string }>();
  const placeOf = (issuer: string) => {
    const known = places.get(issuer);
    if (known !== undefined) return known;
    const { hostname, pathname } = new URL(issuer);
    const place = { host: hostname, base: pathname.endsWith('/') ? pathname : `${pathname}/` };
    places.set(issuer, place);
    return place;
  };
  const find = (exchange: Exchange): { cluster: ClusterContext; rest: string } | undefined => {
    for (const cluster of options.clusters()) {
      const { host, base } = placeOf(cluster.spec.issuer);
      if (cluster.spec.publishIssuer && host === exchange.host && exchange.path.startsWith(base)) {
        return { cluster, rest: exchange.path.slice(base.length) };
      }
    }
    return undefined;
  };
  const hosts = (host: string) => {
    for (const cluster of options.clusters()) if (placeOf(cluster.spec.issuer).host === host) return true;
    return false;
  };
  return {
    name: 'issuer',
    bodyLimit: 1_024,
    hosts: [`*${options.hostSuffix}`],
    serves: (host) => host.endsWith(options.hostSuffix) || hosts(host),
    handle(exchange) {
      const found = find(exchange);
      if (found === undefined || (found.rest !== configurationPath && found.rest !== jwksPath))
        return Promise.resolve(plain(404, 'not found'));
      if (exchange.method !== 'GET' && exchange.method !== 'HEAD') return Promise.resolve(plain(405, 'method not allowed'));
      return Promise.resolve(found.rest === jwksPath ? jwksDocument(found.cluster) : openIdConfiguration(found.cluster));
    },
    fault: (fault) => plain(fault.status ?? faultStatus[fault.kind], fault.message),
  };
};
