import { keyOf } from './object.ts';
import type { KubeObject } from './types.ts';

/** Objects by key and by uid. Every change is told after the cache holds it. */
export interface ObjectCache {
  put(object: KubeObject): void;
  /** Removes what the cache holds under the object's key. */
  remove(object: KubeObject): void;
  /** Takes a whole list in; what it lacks is removed. */
  replaceAll(objects: readonly KubeObject[]): void;
  get(key: string): KubeObject | undefined;
  byUid(uid: string): KubeObject | undefined;
  list(): Iterable<KubeObject>;
}

type Listener = (before: KubeObject | undefined, after: KubeObject | undefined) => void;

export const createObjectCache = (onChange: Listener): ObjectCache => {
  const objects = new Map<string, KubeObject>();
  const uids = new Map<string, KubeObject>();

  const drop = (key: string): void => {
    const before = objects.get(key);
    if (before === undefined) return;
    objects.delete(key);
    uids.delete(before.metadata.uid);
    onChange(before, undefined);
  };
  const put = (object: KubeObject): void => {
    const key = keyOf(object);
    // Another object under the same name: the deletion in between was missed.
    if (objects.get(key) !== undefined && objects.get(key)?.metadata.uid !== object.metadata.uid) drop(key);
    const before = objects.get(key);
    if (before?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    objects.set(key, object);
    uids.set(object.metadata.uid, object);
    onChange(before, object);
  };
  return {
    put,
    remove: (object) => drop(keyOf(object)),
    replaceAll(listed) {
      const present = new Set(listed.map((object) => keyOf(object)));
      for (const key of [...objects.keys()].filter((known) => !present.has(known))) drop(key);
      for (const object of listed) put(object);
    },
    get: (key) => objects.get(key),
    byUid: (uid) => uids.get(uid),
    list: () => objects.values(),
  };
};
