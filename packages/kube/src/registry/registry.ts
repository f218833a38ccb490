import type { Operation, Store, Subscription } from '@podpass/store';
import { errors, messages, StatusError } from '../errors.ts';
import { nameOf, namespaceOf } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import { definitionFor } from '../custom/definitions/guard.ts';
import type { Catalogue } from '../resources/catalogue.ts';
import { resourceOf } from '../resources/lookup.ts';
import type { ResourceRow } from '../resources/types.ts';
import { listPrefix, objectKey } from './keys.ts';
import { objectEvent, type Mirror, type ObjectEvent } from './mirror.ts';
import { namespaceFor } from './namespace-guard.ts';
import type { Records } from './records.ts';

/**
 * One cluster's objects. The API handlers and the controllers both write through it; admission belongs to the API
 * and stands in front. Objects handed out are shared: clone before changing.
 */
export interface Registry {
  readonly mirror: Mirror;
  /** What the cluster serves. */
  readonly resources: Catalogue;
  /** The present revision of the store. */
  readonly revision: number;
  /** The oldest revision from which a watch or an exact list can start. */
  readonly oldest: number;
  get(row: ResourceRow, namespace: string, name: string): KubeObject | undefined;
  /** Writes a new object. Throws AlreadyExists; NotFound or Forbidden when its namespace is missing or going. */
  create(row: ResourceRow, object: KubeObject): Promise<KubeObject>;
  /** Replaces `current` (compared by its resourceVersion). Throws Conflict, NotFound when it is gone. */
  update(row: ResourceRow, current: KubeObject, next: KubeObject): Promise<KubeObject>;
  /** Removes `current` at once. Throws Conflict, NotFound when it is gone. Returns the last state with the new revision. */
  remove(row: ResourceRow, current: KubeObject): Promise<KubeObject>;
  /** Removes objects at once, whatever their state, in few transactions. */
  purge(objects: readonly (readonly [ResourceRow, KubeObject])[]): Promise<void>;
  /** A page of the state at an older revision, by key. Throws KernelError `compacted`. */
  pageAt(row: ResourceRow, namespace: string, page: { revision: number; after: string | undefined; limit: number }): Promise<SnapshotPage>;
  /** Changes after `from`: history first, then live. Throws KernelError `compacted`. */
  watch(row: ResourceRow, namespace: string, from: number, listener: (events: readonly ObjectEvent[]) => void): Subscription;
}

interface SnapshotPage {
  readonly entries: readonly (readonly [key: string, object: KubeObject])[];
  readonly remaining: number;
}

const namespaces = resourceOf('', 'namespaces');
const definitions = resourceOf('apiextensions.k8s.io', 'customresourcedefinitions');

const idOf = (object: KubeObject) => ({ namespace: namespaceOf(object), name: nameOf(object) });
const revisionOf = (object: KubeObject) => Number(object.metadata.resourceVersion ?? '0');
const withRevision = (object: KubeObject, revision: number): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: String(revision) },
});

/** Creates the registry of the cluster `uid`. */
export const createRegistry = (deps: { store: Store; records: Records; mirror: Mirror; uid: string }): Registry => {
  const { store, records, mirror, uid } = deps;
  const subject = (row: ResourceRow, object: KubeObject) => ({ group: row.group, resource: row.resource, name: nameOf(object) });
  const keyOf = (row: ResourceRow, object: KubeObject) => objectKey(uid, row, idOf(object));
  const get = (row: ResourceRow, namespace: string, name: string) => mirror.get(row, namespace, name);

  const failed = (row: ResourceRow, object: KubeObject) => {
    const { namespace, name } = idOf(object);
    return get(row, namespace, name) === undefined
      ? errors.notFound(subject(row, object))
      : errors.conflict(subject(row, object), messages.modified);
  };
  const swap = async (row: ResourceRow, current: KubeObject, then: Operation) => {
    const result = await store.txn({ compare: [{ key: then.key, modRevision: revisionOf(current) }], then: [then] });
    if (!result.succeeded) throw failed(row, current);
    return result.revision;
  };

  return {
    mirror,
    resources: mirror.catalogue,
    get revision() {
      return store.revision;
    },
    get oldest() {
      return store.compactedRevision;
    },
    get,
    async create(row, object) {
      const key = keyOf(row, object);
      const value = records.encode(row, key, object);
      for (;;) {
        const home = namespaceFor(mirror, row, idOf(object));
        if (home instanceof StatusError) throw home;
        // The namespace must still be as it was seen, or an object could be left in one that is gone.
        const guard = home === undefined ? [] : [{ key: keyOf(namespaces, home), modRevision: revisionOf(home) }];
        // So must the definition of a custom resource: it goes with its objects.
        const definition = definitionFor(mirror, row);
        if (definition !== undefined) guard.push({ key: keyOf(definitions, definition), modRevision: revisionOf(definition) });
        const result = await store.txn({ compare: [{ key, modRevision: 0 }, ...guard], then: [{ op: 'put', key, value }] });
        if (result.succeeded) return withRevision(object, result.revision);
        const { namespace, name } = idOf(object);
        if (get(row, namespace, name) !== undefined) throw errors.alreadyExists(subject(row, object));
      }
    },
    async update(row, current, next) {
      const key = keyOf(row, current);
      const revision = await swap(row, current, { op: 'put', key, value: records.encode(row, key, next) });
      return withRevision(next, revision);
    },
    async remove(row, current) {
      const revision = await swap(row, current, { op: 'delete', key: keyOf(row, current) });
      return withRevision(current, revision);
    },
    async purge(objects) {
      for (let start = 0; start < objects.length; start += 200) {
        const batch = objects.slice(start, start + 200);
        await store.txn({ then: batch.map(([row, object]) => ({ op: 'delete', key: keyOf(row, object) })) });
      }
    },
    async pageAt(row, namespace, page) {
      const result = await store.list(listPrefix(uid, row, namespace), {
        revision: page.revision,
        limit: page.limit,
        ...(page.after === undefined ? {} : { after: page.after }),
      });
      return { entries: result.items.map((entry) => [entry.key, records.decode(row, entry)] as const), remaining: result.remaining };
    },
    watch: (row, namespace, from, listener) =>
      store.watch(listPrefix(uid, row, namespace), { from }, (events) => {
        const mapped = events.flatMap((event) => objectEvent(event, row, records) ?? []);
        if (mapped.length > 0) listener(mapped);
      }),
  };
};
