import { isDeleting, nameOf, namespaceOf, uidOf } from '../object/read.ts';
import type { KubeObject, OwnerReference } from '../object/types.ts';
import { isReleasedAfter } from '../registry/released.ts';
import { deleteThrough } from '../registry/removal.ts';
import { apiVersionOf } from '../resources/lookup.ts';
import type { ResourceRow } from '../resources/types.ts';
import { names } from '../wire.ts';
import type { Controller, ControllerDeps } from './types.ts';
import { createWorker } from './worker.ts';

const keyOf = (row: ResourceRow, object: KubeObject) => `${row.group}|${row.resource}|${namespaceOf(object)}|${nameOf(object)}`;

/**
 * Garbage collection by owner references: dependents go with their last owner; foreground deletion waits for those that block it, orphaning
 * cuts them loose. Source: https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export const ownerController = (deps: ControllerDeps): Controller => {
  const { registry, clock, log } = deps;
  /** Of kinds that this server does not have nobody can tell whether the owner exists; their dependents stay. */
  const isServedKind = (owner: OwnerReference) =>
    registry.resources.rows.some((row) => row.kind === owner.kind && apiVersionOf(row) === owner.apiVersion);
  const live = new Set<string>();
  const dependents = new Map<string, Set<string>>();
  const find = (key: string): { row: ResourceRow; object: KubeObject } | undefined => {
    const [group = '', resource = '', namespace = '', name = ''] = key.split('|');
    const row = registry.resources.ofResource(group, resource);
    const object = row === undefined ? undefined : registry.get(row, namespace, name);
    return row === undefined || object === undefined ? undefined : { row, object };
  };
  /** What names the owner now, and is where its owner may be: references across namespaces do not count. */
  const dependentsOf = (owner: KubeObject) =>
    [...(dependents.get(uidOf(owner)) ?? [])]
      .flatMap((key) => find(key) ?? [])
      .filter(
        ({ object }) =>
          (namespaceOf(owner) === '' || namespaceOf(owner) === namespaceOf(object)) &&
          (object.metadata.ownerReferences ?? []).some((reference) => reference.uid === uidOf(owner)),
      );
  const releaseFinalizer = async (row: ResourceRow, owner: KubeObject, finalizer: string) => {
    const finalizers = (owner.metadata.finalizers ?? []).filter((entry) => entry !== finalizer);
    const { finalizers: _before, ...metadata } = owner.metadata;
    const next = { ...owner, metadata: { ...metadata, ...(finalizers.length === 0 ? {} : { finalizers }) } };
    await (isReleasedAfter(row, next) ? registry.remove(row, owner) : registry.update(row, owner, next));
  };
  const cutLoose = async (dependent: { row: ResourceRow; object: KubeObject }, owner: KubeObject) => {
    const { ownerReferences, ...metadata } = dependent.object.metadata;
    const others = (ownerReferences ?? []).filter((reference) => reference.uid !== uidOf(owner));
    const kept = others.length === 0 ? metadata : { ...metadata, ownerReferences: others };
    await registry.update(dependent.row, dependent.object, { ...dependent.object, metadata: kept });
  };
  const orphan = async (row: ResourceRow, owner: KubeObject) => {
    for (const dependent of dependentsOf(owner)) await cutLoose(dependent, owner);
    await releaseFinalizer(row, owner, names.orphanFinalizer);
  };
  const foreground = async (row: ResourceRow, owner: KubeObject) => {
    for (const dependent of dependentsOf(owner)) {
      if (isDeleting(dependent.object)) continue;
      const shared = (dependent.object.metadata.ownerReferences ?? []).some(({ uid }) => uid !== uidOf(owner) && live.has(uid));
      // Somebody else still owns it.
      if (shared) await cutLoose(dependent, owner);
      else await deleteThrough(registry, dependent.row, dependent.object, { propagation: 'Foreground', now: clock.now() });
    }
    const blocking = dependentsOf(owner).some(({ object }) =>
      (object.metadata.ownerReferences ?? []).some((reference) => reference.uid === uidOf(owner) && reference.blockOwnerDeletion === true),
    );
    if (!blocking) await releaseFinalizer(row, owner, names.foregroundFinalizer);
  };
  const worker = createWorker({
    name: 'owners',
    log,
    async handle(key) {
      const found = find(key);
      if (found === undefined) return;
      const { row, object } = found;
      const finalizers = object.metadata.finalizers ?? [];
      if (isDeleting(object) && finalizers.includes(names.orphanFinalizer)) return orphan(row, object);
      if (isDeleting(object) && finalizers.includes(names.foregroundFinalizer)) return foreground(row, object);
      const owners = object.metadata.ownerReferences ?? [];
      if (owners.length === 0 || isDeleting(object) || owners.some((owner) => live.has(owner.uid) || !isServedKind(owner))) return;
      await deleteThrough(registry, row, object, { propagation: 'Background', now: clock.now() });
    },
  });
  const index = (row: ResourceRow, object: KubeObject) => {
    live.add(uidOf(object));
    for (const owner of object.metadata.ownerReferences ?? []) {
      const keys = dependents.get(owner.uid) ?? new Set();
      keys.add(keyOf(row, object));
      dependents.set(owner.uid, keys);
    }
    if ((object.metadata.ownerReferences ?? []).length > 0 || (object.metadata.finalizers ?? []).length > 0) worker.add(keyOf(row, object));
  };
  const forget = (row: ResourceRow, object: KubeObject) => {
    live.delete(uidOf(object));
    for (const owner of object.metadata.ownerReferences ?? []) {
      const keys = dependents.get(owner.uid);
      keys?.delete(keyOf(row, object));
      if (keys?.size === 0) dependents.delete(owner.uid);
      // A foreground deletion may have waited for this one.
      for (const waiting of ownersByUid.get(owner.uid) ?? []) worker.add(waiting);
    }
    for (const key of dependents.get(uidOf(object)) ?? []) worker.add(key);
    ownersByUid.delete(uidOf(object));
  };
  /** Objects in foreground deletion, by uid. */
  const ownersByUid = new Map<string, readonly string[]>();
  const noteForeground = (row: ResourceRow, object: KubeObject) => {
    if (isDeleting(object) && (object.metadata.finalizers ?? []).includes(names.foregroundFinalizer))
      ownersByUid.set(uidOf(object), [keyOf(row, object)]);
  };
  const stop = registry.mirror.subscribe((event) => {
    if (event.type === 'DELETED') return forget(event.row, event.object);
    index(event.row, event.object);
    noteForeground(event.row, event.object);
  });
  for (const row of registry.resources.stored) {
    for (const object of registry.mirror.list(row, '')) {
      index(row, object);
      noteForeground(row, object);
    }
  }
  return {
    close() {
      stop();
      worker.close();
    },
  };
};
