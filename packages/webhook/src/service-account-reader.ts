import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, messageOf, parseJson } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';
import { createKubernetesApi, unexpected, type ApiConnection } from './kubernetes-api.ts';
import { createServiceAccountCache } from './service-account-cache.ts';
import type { ServiceAccounts } from './webhook-surface.ts';

export type { ApiConnection, ApiCredential } from './kubernetes-api.ts';

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

const accountsPath = '/api/v1/serviceaccounts';
const pageSize = 500;
/** The API server ends watches after this time; another follows from where it stood. Seconds. */
const watchSeconds = 300;
/** Seconds. */
const watchGrace = 30;

/** Names of service accounts are DNS subdomains, those of namespaces labels (RFC 1123). */
const namePattern = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Thrown to list anew at once: the watch cannot go on from its revision. */
class Stale extends Error {}

const versionOf = (object: Record<string, unknown>): string | undefined => {
  const { metadata } = object;
  return isObject(metadata) && typeof metadata['resourceVersion'] === 'string' ? metadata['resourceVersion'] : undefined;
};

/**
 * Keeps service accounts in memory by list and watch, as Kubernetes controllers do. What the cache does not hold is
 * asked for live, so that an account created right before its pod is found.
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export const createServiceAccountReader = (options: ServiceAccountReaderOptions): ServiceAccountReader => {
  const { telemetry, backoff = { first: 500, longest: 30_000 } } = options;
  const api = createKubernetesApi(options);
  const cache = createServiceAccountCache();
  const stop = new AbortController();
  let running: Promise<void> | undefined;

  const list = async (): Promise<string> => {
    const items: unknown[] = [];
    let next = '';
    for (;;) {
      const query = `?limit=${pageSize}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`;
      const answer = await api.call('GET', accountsPath + query);
      if (answer.status === 410) throw new Stale('the list expired');
      if (answer.status !== 200) throw unexpected('listing service accounts', answer);
      if (Array.isArray(answer.body['items'])) items.push(...(answer.body['items'] as unknown[]));
      const { metadata } = answer.body;
      next = isObject(metadata) && typeof metadata['continue'] === 'string' ? metadata['continue'] : '';
      if (next !== '') continue;
      cache.replaceAll(items);
      return versionOf(answer.body) ?? '0';
    }
  };

  /** Follows changes; answers the revision to go on from when the server ends the watch. */
  const watch = async (from: string): Promise<string> => {
    let version = from;
    const query = `?watch=true&allowWatchBookmarks=true&timeoutSeconds=${watchSeconds}&resourceVersion=${encodeURIComponent(from)}`;
    // A connection that died silently would never end: it is dropped when the server is overdue.
    const overdue = AbortSignal.timeout((watchSeconds + watchGrace) * 1000);
    for await (const line of api.lines(accountsPath + query, AbortSignal.any([stop.signal, overdue]))) {
      if (line === '') continue;
      const event = parseJson(line);
      if (!isObject(event) || !isObject(event['object'])) throw new Stale('the watch sent something else than an event');
      const { type, object } = event;
      if (type === 'ERROR') throw new Stale(`the watch failed: ${String(object['message'] ?? object['reason'] ?? object['code'])}`);
      if (type === 'DELETED') cache.remove(object);
      else if (type === 'ADDED' || type === 'MODIFIED') cache.put(object);
      version = versionOf(object) ?? version;
    }
    return version;
  };

  const pause = (delay: number): Promise<unknown> => sleep(delay, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);

  const follow = async (): Promise<void> => {
    let delay = backoff.first;
    while (!stop.signal.aborted) {
      try {
        let version = await list();
        delay = backoff.first;
        while (!stop.signal.aborted) {
          const reached = await watch(version);
          // A server that ends every watch at once must not be asked in a tight loop.
          if (reached === version) await pause(backoff.first);
          version = reached;
        }
      } catch (thrown) {
        if (stop.signal.aborted) return;
        telemetry.log.warn({ error: messageOf(thrown) }, 'the service account cache lists anew');
        await pause(delay);
        delay = Math.min(delay * 2, backoff.longest);
      }
    }
  };

  return {
    async get(namespace, name) {
      const known = cache.get(namespace, name);
      if (known !== undefined) return known;
      // What cannot be a name must not become part of a path.
      if (!namePattern.test(namespace) || !namePattern.test(name)) return undefined;
      const answer = await api.call('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`);
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw unexpected(`reading the service account ${namespace}/${name}`, answer);
      return answer.body;
    },
    start() {
      running ??= follow();
    },
    get synced() {
      return cache.complete;
    },
    async close() {
      stop.abort();
      await running;
    },
  };
};
