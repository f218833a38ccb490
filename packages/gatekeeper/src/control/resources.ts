import { isObject, type JsonObject } from '@podpass/kernel';
import { isKubeStatus, type KubeClient } from '@podpass/kube-client';

/** A collection of objects of one kind. */
export interface Collection {
  readonly path: string;
  readonly version: string;
}

const objectsIn = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isObject) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Finds where the objects of a kind are listed, by the API server's own discovery. Asks for each group once. */
export const createCollections = (client: KubeClient) => {
  const known = new Map<string, Promise<ReadonlyMap<string, Collection>>>();

  const get = async (path: string): Promise<JsonObject> => {
    try {
      return await client.get(path);
    } catch (thrown) {
      if (isKubeStatus(thrown, 404)) return {};
      throw thrown;
    }
  };
  const discover = async (group: string): Promise<ReadonlyMap<string, Collection>> => {
    const preferred = group === '' ? undefined : (await get(`/apis/${encodeURIComponent(group)}`))['preferredVersion'];
    const version = group === '' ? 'v1' : text(isObject(preferred) ? preferred['version'] : undefined);
    if (version === '') return new Map();
    const root = group === '' ? '/api/v1' : `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
    const resources = objectsIn((await get(root))['resources']).filter(
      (row) => Array.isArray(row['verbs']) && row['verbs'].includes('list'),
    );
    return new Map(
      resources
        .filter((row) => !text(row['name']).includes('/'))
        .map((row) => [text(row['kind']), { path: `${root}/${encodeURIComponent(text(row['name']))}`, version }]),
    );
  };
  return async (group: string, kind: string): Promise<Collection | undefined> => {
    const found = known.get(group) ?? discover(group);
    known.set(group, found);
    return (await found).get(kind);
  };
};
