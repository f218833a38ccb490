import type { JsonObject } from '@podpass/kernel';
import type { Fields, KubeObject } from '../../object/types.ts';
import { fillObject } from '../schema/defaults.ts';
import { pruneObject } from '../schema/prune.ts';
import type { Structural } from '../schema/structural.ts';

/**
 * How one version shows stored objects: pruned and filled by the schema of the version in which they were stored, with this version's name, and filled
 * by its schema. Conversion `None` changes nothing else. Each stored object is worked on once; what stays the same is not copied.
 */
export const createView = (version: {
  readonly apiVersion: string;
  readonly schema: Structural;
  readonly schemas: ReadonlyMap<string, Structural>;
}): ((object: KubeObject) => KubeObject) => {
  const views = new WeakMap<KubeObject, KubeObject>();
  return (object) => {
    const known = views.get(object);
    if (known !== undefined) return known;
    const storedAs = (object.apiVersion ?? '').split('/')[1] ?? '';
    const stored = version.schemas.get(storedAs) ?? version.schema;
    const source = object as JsonObject;
    const pruned = pruneObject(source, stored).object;
    // Defaults that came with a later schema and are too large for this object are left out: it must stay readable.
    const read = fillObject(pruned, stored) ?? pruned;
    const filled = stored === version.schema ? read : (fillObject(read, version.schema) ?? read);
    const same = filled === source && object.apiVersion === version.apiVersion;
    const view = same ? object : { ...(filled as Fields), apiVersion: version.apiVersion, metadata: object.metadata };
    views.set(object, view);
    return view;
  };
};
