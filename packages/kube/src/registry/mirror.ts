import type { Store, WatchEvent } from '@podpass/store';
import type { KubeObject } from '../object/types.ts';
import type { ResourceRow } from '../resources/types.ts';
import { clusterPrefix, listPrefix, objectKey, resourcePrefix, rowOfKey } from './keys.ts';
import type { Records } from './records.ts';

export interface ObjectEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly row: ResourceRow;
  /** The new object; for deletions the last state with the revision of the deletion. */
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
  readonly revision: number;
}

/** All objects of a cluster in memory, decoded once and kept current by a watch. */
export interface Mirror {
  get(row: ResourceRow, namespace: string, name: string): KubeObject | undefined;
  /** Objects in key order, of one namespace or (empty) of all. */
  list(row: ResourceRow, namespace: string): readonly KubeObject[];
  /** Like `list`, with the keys. */
  entries(row: ResourceRow, namespace: string): readonly (readonly [key: string, object: KubeObject])[];
  /** The newest revision that changed anything in the cluster. */
  readonly changed: number;
  /** Calls the listener for each change, in order, after the mirror was updated. It must not throw. */
  subscribe(listener: (event: ObjectEvent) => void): () => void;
  close(): void;
}

interface Shelf {
  readonly objects: Map<string, KubeObject>;
  /** Keys in order; undefined when it has to be sorted anew. */
  sorted: string[] | undefined;
}

const order = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);

/** Position of the first key that is not before `key`. */
const lowerBound = (keys: readonly string[], key: string): number => {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** What a watch event means for the object. */
export const objectEvent = (event: WatchEvent, row: ResourceRow, records: Records): ObjectEvent | undefined => {
  const previous = event.previous === undefined ? undefined : records.decode(row, event.previous);
  if (event.value !== undefined) {
    const object = records.decode(row, event.value);
    return { type: previous === undefined ? 'ADDED' : 'MODIFIED', row, object, previous, revision: event.revision };
  }
  if (previous === undefined) return undefined;
  const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(event.revision) } };
  return { type: 'DELETED', row, object, previous, revision: event.revision };
};

/** Loads a cluster's objects and follows their changes. */
export const createMirror = async (deps: { store: Store; records: Records; uid: string }): Promise<Mirror> => {
  const { store, records, uid } = deps;
  const prefix = clusterPrefix(uid);
  const shelves = new Map<ResourceRow, Shelf>();
  const listeners = new Set<(event: ObjectEvent) => void>();
  const shelf = (row: ResourceRow): Shelf => {
    const known = shelves.get(row);
    if (known !== undefined) return known;
    const created: Shelf = { objects: new Map(), sorted: undefined };
    shelves.set(row, created);
    return created;
  };
  const put = (row: ResourceRow, key: string, object: KubeObject) => {
    const target = shelf(row);
    if (!target.objects.has(key)) target.sorted = undefined;
    target.objects.set(key, object);
  };
  const loaded = await store.list(prefix);
  let changed = loaded.revision;
  for (const entry of loaded.items) {
    const row = rowOfKey(uid, entry.key);
    if (row !== undefined) put(row, entry.key, records.decode(row, entry));
  }
  const apply = (event: WatchEvent): ObjectEvent | undefined => {
    const row = rowOfKey(uid, event.key);
    if (row === undefined) return undefined;
    changed = event.revision;
    const result = objectEvent(event, row, records);
    if (result === undefined) return undefined;
    if (result.type === 'DELETED') {
      const target = shelf(row);
      if (target.objects.delete(event.key)) target.sorted = undefined;
    } else put(row, event.key, result.object);
    return result;
  };
  const subscription = store.watch(prefix, { from: loaded.revision }, (events) => {
    const applied = events.map(apply);
    for (const event of applied) if (event !== undefined) for (const listener of listeners) listener(event);
  });
  const entries = (row: ResourceRow, namespace: string) => {
    const source = shelf(row);
    source.sorted ??= [...source.objects.keys()].toSorted(order);
    const keys = source.sorted;
    const within = namespace === '' ? resourcePrefix(uid, row) : listPrefix(uid, row, namespace);
    const result: (readonly [string, KubeObject])[] = [];
    for (let index = lowerBound(keys, within); index < keys.length; index += 1) {
      const key = keys[index] ?? '';
      if (!key.startsWith(within)) break;
      const object = source.objects.get(key);
      if (object !== undefined) result.push([key, object]);
    }
    return result;
  };
  return {
    get: (row, namespace, name) => shelf(row).objects.get(objectKey(uid, row, { namespace, name })),
    list: (row, namespace) => entries(row, namespace).map(([, object]) => object),
    entries,
    get changed() {
      return changed;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      subscription.close();
      listeners.clear();
    },
  };
};
