import { KernelError, messageOf } from '@podpass/kernel';
import { isKubeStatus, kubeErrorOf } from './error.ts';
import { createObjectCache, type ObjectCache } from './object-cache.ts';
import { readKubeObject, versionOf } from './object.ts';
import { elapsed, pause } from './time.ts';
import type { Informer, InformerOptions, KubeObject } from './types.ts';
import { informerLimits } from './wire.ts';

/** The query that both list and watch carry. */
const selection = ({ labelSelector, fieldSelector }: InformerOptions): URLSearchParams => {
  const query = new URLSearchParams();
  if (labelSelector !== undefined) query.set('labelSelector', labelSelector);
  if (fieldSelector !== undefined) query.set('fieldSelector', fieldSelector);
  return query;
};

/** Reads all pages of the collection and returns its objects with the version of the whole. */
const readAll = async (options: InformerOptions, signal: AbortSignal): Promise<{ objects: KubeObject[]; version: string }> => {
  const objects: KubeObject[] = [];
  let version = '';
  let next: unknown = '';
  do {
    const query = selection(options);
    query.set('limit', String(informerLimits.page));
    if (next !== '') query.set('continue', String(next));
    const page = await options.client.get(`${options.path}?${query.toString()}`, signal);
    for (const item of Array.isArray(page['items']) ? page['items'] : []) {
      const object = readKubeObject(item);
      if (object === undefined) options.log.debug({ path: options.path }, 'A listed object without metadata was passed over.');
      else objects.push(object);
    }
    version = versionOf(page);
    const metadata = page['metadata'] as { continue?: unknown } | undefined;
    next = typeof metadata?.continue === 'string' ? metadata.continue : '';
  } while (next !== '');
  return { objects, version };
};

interface Following {
  readonly options: InformerOptions;
  readonly cache: ObjectCache;
  readonly keep: (object: KubeObject) => KubeObject;
  readonly signal: AbortSignal;
}

/**
 * Watches from `version` on until the watch ends, and returns the version to go on from. Rejects when the server
 * refuses; with status 410 a new list is needed.
 */
const follow = async ({ options, cache, keep, signal }: Following, at: { version: string; events: number }): Promise<void> => {
  const query = selection(options);
  query.set('watch', 'true');
  query.set('allowWatchBookmarks', 'true');
  query.set('timeoutSeconds', String(informerLimits.watchSeconds));
  query.set('resourceVersion', at.version);
  const overdue = AbortSignal.timeout((informerLimits.watchSeconds + informerLimits.watchGrace) * 1_000);
  for await (const { type, object } of options.client.watch(`${options.path}?${query.toString()}`, AbortSignal.any([signal, overdue]))) {
    if (type === 'ERROR') throw kubeErrorOf(typeof object['code'] === 'number' ? object['code'] : 410, object);
    at.events += 1;
    at.version = versionOf(object) || at.version;
    if (type === 'BOOKMARK') continue;
    const read = readKubeObject(object);
    if (read === undefined) options.log.debug({ path: options.path }, 'A watched object without metadata was passed over.');
    else if (type === 'DELETED') cache.remove(read);
    else cache.put(keep(read));
  }
};

/**
 * Keeps a cache of one collection. A broken watch goes on from where it stood; an expired one (410) and any other
 * refusal start over with a list, whose differences to the cache are told as additions, changes and deletions.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export const createInformer = (options: InformerOptions): Informer => {
  const { log, path, onChange, onList, keep = (object) => object } = options;
  const { shortest, longest } = options.pauses ?? { shortest: informerLimits.shortestPause, longest: informerLimits.longestPause };
  const cache = createObjectCache(onChange ?? (() => undefined));
  let synced = false;
  let running: Promise<void> = Promise.resolve();

  const run = async (signal: AbortSignal, onSync: () => void): Promise<void> => {
    let wait = shortest;
    let listed = false;
    const at = { version: '', events: 0 };
    while (!signal.aborted) {
      const begun = elapsed();
      at.events = 0;
      try {
        if (!listed) {
          const { objects, version } = await readAll(options, signal);
          cache.replaceAll(objects.map(keep));
          at.version = version;
          listed = true;
          synced = true;
          onList?.();
          onSync();
        }
        await follow({ options, cache, keep, signal }, at);
        if (at.events === 0 && elapsed() - begun < informerLimits.healthyWatch)
          throw new KernelError('unavailable', 'the watch ended at once');
        wait = shortest;
        continue;
      } catch (thrown) {
        if (signal.aborted) return;
        if (isKubeStatus(thrown)) listed = false;
        log.debug({ path, retryIn: wait }, `Watching failed: ${messageOf(thrown)}`);
      }
      const healthy = at.events > 0 || elapsed() - begun >= informerLimits.healthyWatch;
      if (healthy && listed) wait = shortest;
      await pause(wait, signal);
      wait = Math.min(wait * 2, longest);
    }
  };

  return {
    start: (signal) =>
      new Promise((resolve, reject) => {
        const stop = () => reject(new KernelError('closed', 'The informer was stopped before its first list.'));
        if (signal.aborted) {
          stop();
          return;
        }
        signal.addEventListener('abort', stop, { once: true });
        const onSync = () => {
          signal.removeEventListener('abort', stop);
          resolve();
        };
        running = run(signal, onSync).catch((thrown: unknown) => log.error({ path }, `An informer ended: ${messageOf(thrown)}`));
      }),
    get synced() {
      return synced;
    },
    settle: () => running,
    get: cache.get,
    byUid: cache.byUid,
    list: cache.list,
  };
};
