import { keyOf, type KubeObject } from '@podpass/kube-client';
import { readAssigned, type AzureAssignedIdentity } from '../../crds/index.ts';
import { createMultiMap } from './multi-map.ts';

/**
 * The assigned identities: what the watch told and what was written since. A write is seen at once, and an older state
 * that the watch brings later does not undo it.
 */
export interface AssignedStore {
  get(key: string): AzureAssignedIdentity | undefined;
  /** Keys by `namespace/name` of the pod. */
  ofPod(podKey: string): ReadonlySet<string>;
  onNode(nodeName: string): boolean;
  all(): Iterable<readonly [string, AzureAssignedIdentity]>;
  /** What a write returned, or the watch brought. */
  put(object: KubeObject): void;
  /** What the watch says is gone. */
  removed(object: KubeObject): void;
  /** What a delete of ours took away. */
  deleted(key: string, uid: string): void;
  /** Drops what a whole list does not hold. */
  keepOnly(listed: ReadonlySet<string>): void;
  readonly size: number;
}

/** Deleted objects whose late events are still awaited. */
const remembered = 10_000;

/** Versions are compared as numbers, as Kubernetes allows for one resource (KEP-5504); others count as newer. */
const isOlder = (version: string, than: string): boolean =>
  /^\d{1,30}$/.test(version) && /^\d{1,30}$/.test(than) && BigInt(version) < BigInt(than);

export const podKeyOf = ({ podNamespace, pod }: Pick<AzureAssignedIdentity, 'podNamespace' | 'pod'>): string => `${podNamespace}/${pod}`;

export const createAssignedStore = (onPod: (podKey: string) => void): AssignedStore => {
  const objects = new Map<string, AzureAssignedIdentity>();
  const byPod = createMultiMap<string>();
  const byNode = createMultiMap<string>();
  const gone = new Set<string>();

  const drop = (key: string): void => {
    const known = objects.get(key);
    if (known === undefined) return;
    objects.delete(key);
    byPod.delete(podKeyOf(known), key);
    byNode.delete(known.nodeName, key);
    onPod(podKeyOf(known));
  };
  return {
    get: (key) => objects.get(key),
    ofPod: byPod.get,
    onNode: (name) => byNode.get(name).size > 0,
    all: () => objects.entries(),
    put(object) {
      const { value } = readAssigned(object);
      if (value === undefined || gone.has(value.uid)) return;
      const key = keyOf(object);
      const known = objects.get(key);
      if (known !== undefined && isOlder(value.resourceVersion, known.resourceVersion)) return;
      if (known !== undefined && (podKeyOf(known) !== podKeyOf(value) || known.nodeName !== value.nodeName)) drop(key);
      objects.set(key, value);
      byPod.add(podKeyOf(value), key);
      byNode.add(value.nodeName, key);
      onPod(podKeyOf(value));
    },
    removed(object) {
      gone.delete(object.metadata.uid);
      const key = keyOf(object);
      if (objects.get(key)?.uid === object.metadata.uid) drop(key);
    },
    deleted(key, uid) {
      if (gone.size >= remembered) gone.clear();
      gone.add(uid);
      if (objects.get(key)?.uid === uid) drop(key);
    },
    keepOnly(listed) {
      for (const key of objects.keys()) if (!listed.has(key)) drop(key);
    },
    get size() {
      return objects.size;
    },
  };
};
