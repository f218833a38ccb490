import type { Envelope } from '@podpass/crypto';
import type { KeyValue } from '@podpass/store';
import type { KubeObject } from '../object/types.ts';
import type { ResourceRow } from '../resources/types.ts';

/** Translates between objects and stored bytes. */
export interface Records {
  encode(row: ResourceRow, key: string, object: KubeObject): Uint8Array;
  /** The same bytes decode to the same (shared) object. */
  decode(row: Pick<ResourceRow, 'group' | 'resource'>, entry: KeyValue): KubeObject;
}

/**
 * Objects are stored as JSON without `resourceVersion`, which is the store's revision; custom resources in the storage version. Secrets are sealed with their
 * key as context, so that a value cannot be moved to another name.
 */
export const createRecords = (envelope: Envelope): Records => {
  const decoded = new WeakMap<Uint8Array, KubeObject>();
  const sealed = (row: Pick<ResourceRow, 'group' | 'resource'>) => row.group === '' && row.resource === 'secrets';
  return {
    encode(row, key, object) {
      const { resourceVersion: _version, ...metadata } = object.metadata;
      const { custom } = row;
      const apiVersion = custom === undefined ? object.apiVersion : `${row.group}/${custom.storageVersion}`;
      const bytes = Buffer.from(JSON.stringify({ ...object, apiVersion, metadata }));
      return sealed(row) ? envelope.seal(bytes, key) : bytes;
    },
    decode(row, entry) {
      const known = decoded.get(entry.value);
      if (known !== undefined) return known;
      const bytes = sealed(row)
        ? envelope.open(entry.value, entry.key)
        : Buffer.from(entry.value.buffer, entry.value.byteOffset, entry.value.byteLength);
      const object = JSON.parse(bytes.toString('utf8')) as KubeObject;
      object.metadata.resourceVersion = String(entry.modRevision);
      decoded.set(entry.value, object);
      return object;
    },
  };
};
