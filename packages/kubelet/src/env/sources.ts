import type { JsonObject } from '@podpass/kernel';
import { isObject, messageOf } from '@podpass/kernel';
import { isKubeStatus, type KubeClient } from '@podpass/kube-client';
import { paths } from '../wire.ts';

/** Why a container or a volume cannot be prepared, for the waiting message and the event. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/** The data of config maps and secrets, as bytes by key; undefined when there is no such object. */
export interface DataSource {
  configMap(namespace: string, name: string): Promise<ReadonlyMap<string, Buffer> | undefined>;
  secret(namespace: string, name: string): Promise<ReadonlyMap<string, Buffer> | undefined>;
}

const entries = (object: JsonObject, member: string, encoding: BufferEncoding): [string, Buffer][] => {
  const data = object[member];
  if (!isObject(data)) return [];
  return Object.entries(data).flatMap(([key, value]) => (typeof value === 'string' ? [[key, Buffer.from(value, encoding)]] : []));
};

export const createDataSource = (api: KubeClient, signal: AbortSignal): DataSource => {
  const read = async (resource: 'configmaps' | 'secrets', namespace: string, name: string): Promise<JsonObject | undefined> => {
    try {
      return await api.get(paths.object(namespace, resource, name), signal);
    } catch (thrown) {
      if (isKubeStatus(thrown, 404)) return undefined;
      throw new ConfigError(messageOf(thrown));
    }
  };
  return {
    async configMap(namespace, name) {
      const object = await read('configmaps', namespace, name);
      return object && new Map([...entries(object, 'data', 'utf8'), ...entries(object, 'binaryData', 'base64')]);
    },
    async secret(namespace, name) {
      const object = await read('secrets', namespace, name);
      return object && new Map(entries(object, 'data', 'base64'));
    },
  };
};

export const missing = (kind: 'configmap' | 'secret', name: string): ConfigError => new ConfigError(`${kind} "${name}" not found`);
