import { createInformer, isKubeStatus, type KubeObject } from '@podpass/kube-client';
import type { Telemetry } from '@podpass/telemetry';
import { connect, unexpected, type ApiConnection } from './kubernetes-api.ts';
import type { ServiceAccounts } from './webhook-surface.ts';

export type { ApiConnection } from './kubernetes-api.ts';

export interface ServiceAccountReaderOptions extends ApiConnection {
  readonly telemetry: Telemetry;
  /** Delays after failures in milliseconds: doubling from `first` up to `longest`. */
  readonly backoff?: { readonly first: number; readonly longest: number };
}

export interface ServiceAccountReader extends ServiceAccounts {
  /** Starts to fill the cache. Before, every look-up is a live one. */
  start(): void;
  /** Whether the cache holds a complete list. */
  readonly synced: boolean;
  /** Settles when no request is under way any more. */
  close(): Promise<void>;
}

/** Names of service accounts are DNS subdomains, those of namespaces labels (RFC 1123). */
const namePattern = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Of a service account the mutation reads only its annotations. */
const withoutRest = ({ metadata }: KubeObject): KubeObject => {
  const { name, namespace, uid, resourceVersion, annotations } = metadata;
  return { metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion, annotations } };
};

/**
 * Keeps service accounts in memory by list and watch, as Kubernetes controllers do. What the cache does not hold is
 * asked for live, so that an account created right before its pod is found.
 */
export const createServiceAccountReader = (options: ServiceAccountReaderOptions): ServiceAccountReader => {
  const { telemetry, backoff = { first: 500, longest: 30_000 } } = options;
  const client = connect(options);
  const informer = createInformer({
    client,
    path: '/api/v1/serviceaccounts',
    log: telemetry.log,
    keep: withoutRest,
    pauses: { shortest: backoff.first, longest: backoff.longest },
  });
  const stop = new AbortController();
  let started = false;

  return {
    async get(namespace, name) {
      const known = informer.get(`${namespace}/${name}`);
      if (known !== undefined) return known;
      // What cannot be a name must not become part of a path.
      if (!namePattern.test(namespace) || !namePattern.test(name)) return undefined;
      try {
        return await client.get(`/api/v1/namespaces/${namespace}/serviceaccounts/${name}`);
      } catch (thrown) {
        if (isKubeStatus(thrown, 404)) return undefined;
        throw unexpected(`reading the service account ${namespace}/${name}`, thrown);
      }
    },
    start() {
      if (started) return;
      started = true;
      // It only rejects when the reader is closed before the first list.
      informer.start(stop.signal).catch(() => undefined);
    },
    get synced() {
      return informer.synced;
    },
    async close() {
      stop.abort();
      await informer.settle();
    },
  };
};
