import type { Envelope } from '@podpass/crypto';
import type { KeyValue } from '@podpass/store';
import type { KubeObject } from '../object/types.ts';
import type { ResourceRow } from '../resources/types.ts';

/** Translates between objects and stored bytes. */
export interface Records {
  encode(row: ResourceRow, key: string, object: KubeObject): Uint8Array;
  /** The same bytes decode to the same (shared) object. */
  decode(row: ResourceRow, entry: KeyValue): KubeObject;
}

/**
 * Objects are stored as JSON without `resourceVersion`, which is the store's revision. Secrets are sealed with their
 * key as context, so that a value cannot be moved to another name.
 */
export const createRecords = (envelope: Envelope): Records => {
  const decoded = new WeakMap<Uint8Array, KubeObject>();
  const sealed = (row: ResourceRow) => row.group === '' && row.resource === 'secrets';
  return {
    encode(row, key, object) {
      const { resourceVersion: _version, ...metadata } = object.metadata;
      const bytes = Buffer.from(JSON.stringify({ ...object, metadata }));
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
