import type { Store, WatchEvent } from '@podpass/store';
import type { KubeObject } from '../object/types.ts';
import { compileDefinition } from '../custom/definitions/row.ts';
import { nameOf } from '../object/read.ts';
import { createCatalogue, type Catalogue } from '../resources/catalogue.ts';
import { resourceOf } from '../resources/lookup.ts';
import type { ResourceRow } from '../resources/types.ts';
import { clusterPrefix, listPrefix, objectKey, partsOfKey, resourcePrefix, storageOf } from './keys.ts';
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
  /** What the cluster serves, kept current with its definitions: before any listener hears of a change. */
  readonly catalogue: Catalogue;
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

const definitions = resourceOf('apiextensions.k8s.io', 'customresourcedefinitions');

/** Definitions in the order of their creation: of two that would clash, the older one is served. */
const byAge = (left: KubeObject, right: KubeObject) => order(left.metadata.creationTimestamp ?? '', right.metadata.creationTimestamp ?? '');

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
  const catalogue = createCatalogue(compileDefinition);
  /** By group and resource: what a definition added stays known while it is not served. */
  const shelves = new Map<string, Shelf>();
  const byRow = new WeakMap<ResourceRow, Shelf>();
  const listeners = new Set<(event: ObjectEvent) => void>();
  const shelfOf = (parts: Pick<ResourceRow, 'group' | 'resource'>): Shelf => {
    const storage = storageOf(parts);
    const known = shelves.get(storage);
    if (known !== undefined) return known;
    const created: Shelf = { objects: new Map(), sorted: undefined };
    shelves.set(storage, created);
    return created;
  };
  const shelf = (row: ResourceRow): Shelf => {
    const known = byRow.get(row);
    if (known !== undefined) return known;
    const found = shelfOf(row);
    byRow.set(row, found);
    return found;
  };
  const put = (target: Shelf, key: string, object: KubeObject) => {
    if (!target.objects.has(key)) target.sorted = undefined;
    target.objects.set(key, object);
  };
  const loaded = await store.list(prefix);
  let changed = loaded.revision;
  for (const entry of loaded.items) {
    const parts = partsOfKey(uid, entry.key);
    put(shelfOf(parts), entry.key, records.decode(parts, entry));
  }
  for (const definition of [...shelf(definitions).objects.values()].toSorted(byAge)) catalogue.follow(nameOf(definition), definition);
  const apply = (event: WatchEvent): ObjectEvent | undefined => {
    const parts = partsOfKey(uid, event.key);
    changed = event.revision;
    // A resource that is no longer served is followed, but nobody is told.
    const row = catalogue.ofResource(parts.group, parts.resource);
    const result = objectEvent(event, row ?? { ...definitions, ...parts }, records);
    if (result === undefined) return undefined;
    const target = shelfOf(parts);
    if (result.type !== 'DELETED') put(target, event.key, result.object);
    else if (target.objects.delete(event.key)) target.sorted = undefined;
    if (row === definitions) catalogue.follow(nameOf(result.object), result.type === 'DELETED' ? undefined : result.object);
    return row === undefined ? undefined : result;
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
    catalogue,
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
