import { isObject } from '@podpass/kernel';

/** Service accounts by namespace and name, reduced to what the mutation reads. */
export interface ServiceAccountCache {
  get(namespace: string, name: string): object | undefined;
  put(object: unknown): void;
  remove(object: unknown): void;
  replaceAll(objects: readonly unknown[]): void;
  /** Whether a whole list was ever taken in. */
  readonly complete: boolean;
}

/** Neither part may hold a slash. */
const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

const read = (object: unknown): { key: string; kept: object } | undefined => {
  const metadata = isObject(object) ? object['metadata'] : undefined;
  if (!isObject(metadata)) return undefined;
  const { name, namespace, annotations } = metadata;
  if (typeof name !== 'string' || typeof namespace !== 'string') return undefined;
  return { key: keyOf(namespace, name), kept: { metadata: { name, namespace, annotations } } };
};

export const createServiceAccountCache = (): ServiceAccountCache => {
  let accounts = new Map<string, object>();
  let complete = false;
  return {
    get: (namespace, name) => accounts.get(keyOf(namespace, name)),
    put(object) {
      const found = read(object);
      if (found !== undefined) accounts.set(found.key, found.kept);
    },
    remove(object) {
      const found = read(object);
      if (found !== undefined) accounts.delete(found.key);
    },
    replaceAll(objects) {
      const found = objects.map(read).filter((entry) => entry !== undefined);
      accounts = new Map(found.map(({ key, kept }) => [key, kept]));
      complete = true;
    },
    get complete() {
      return complete;
    },
  };
};
