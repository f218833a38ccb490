import { isObject, messageOf, type JsonObject } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';
import { pause } from '../time.ts';
import { api, paths } from '../wire.ts';
import type { ApiClient } from './client.ts';
import { ApiError } from './error.ts';
import type { Pod } from './types.ts';

export interface PodSource {
  readonly api: ApiClient;
  readonly node: string;
  readonly log: Logger;
  /** All pods of the node, after every list. */
  readonly onList: (pods: readonly Pod[]) => void;
  readonly onChange: (pod: Pod) => void;
  readonly onDelete: (pod: Pod) => void;
}

/** The API server validated its pods; only the members that identify one are checked. */
const isPod = (value: unknown): value is Pod =>
  isObject(value) && isObject(value['metadata']) && typeof value['metadata']['uid'] === 'string' && isObject(value['spec']);

const versionOf = (object: JsonObject): string => {
  const metadata = object['metadata'];
  const version = isObject(metadata) ? metadata['resourceVersion'] : undefined;
  return typeof version === 'string' ? version : '';
};

/** Lists, then watches until the watch fails; returns when a new list is needed. */
const follow = async ({ api: client, node, onList, onChange, onDelete }: PodSource, signal: AbortSignal): Promise<void> => {
  const selector = `fieldSelector=${encodeURIComponent(`spec.nodeName=${node}`)}`;
  const list = await client.get(`${paths.pods}?${selector}`, signal);
  onList((Array.isArray(list['items']) ? list['items'] : []).filter((item: unknown) => isPod(item)));
  let version = versionOf(list);
  while (!signal.aborted) {
    const query = `${selector}&watch=true&allowWatchBookmarks=true&timeoutSeconds=${String(api.watchSeconds)}&resourceVersion=${version}`;
    for await (const { type, object } of client.watch(`${paths.pods}?${query}`, signal)) {
      if (type === 'ERROR') throw new ApiError(410, 'Expired', 'the watch has to start over');
      version = versionOf(object) || version;
      if (type === 'BOOKMARK' || !isPod(object)) continue;
      if (type === 'DELETED') onDelete(object);
      else onChange(object);
    }
  }
};

/** Keeps the node's pods up to date until `signal` aborts. Failures are retried with doubling pauses; never rejects. */
export const watchPods = async (source: PodSource, signal: AbortSignal): Promise<void> => {
  let wait: number = api.retryShortest;
  const counted: PodSource = {
    ...source,
    onList(pods) {
      wait = api.retryShortest;
      source.onList(pods);
    },
  };
  while (!signal.aborted) {
    try {
      await follow(counted, signal);
    } catch (thrown) {
      if (signal.aborted) return;
      source.log.debug({ node: source.node, retryIn: wait }, `Watching pods failed: ${messageOf(thrown)}`);
    }
    await pause(wait, signal);
    wait = Math.min(wait * 2, api.retryLongest);
  }
};
