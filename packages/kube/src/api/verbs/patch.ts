import type { Answer } from '@podpass/http';
import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch, checkTypes } from '../../codec/index.ts';
import { errors, StatusError } from '../../errors.ts';
import { readObject } from '../../object/metadata.ts';
import { clone } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import { kindOf } from '../../resources/lookup.ts';
import { limits, mediaTypes, patchMediaTypes } from '../../wire.ts';
import { objectAnswer, representationOf } from '../answer.ts';
import { codecStatus, contentTypeOf, parseText } from '../body.ts';
import { existing, type ResourceCall } from '../call.ts';
import { writeOptions } from '../options.ts';
import { withoutUnknownFields } from '../field-validation.ts';
import { placeObject } from '../write/names.ts';
import { applyUpdate } from '../write/apply-update.ts';

type Patcher = (object: JsonObject, patch: Json, kind: string) => JsonObject;

const patchers: Readonly<Record<string, Patcher>> = {
  [mediaTypes.jsonPatch]: (object, patch) => applyJsonPatch(object, patch),
  [mediaTypes.mergePatch]: (object, patch) => applyMergePatch(object, patch),
  [mediaTypes.strategicPatch]: (object, patch, kind) => applyStrategicMergePatch(object, patch, kind),
};

/** The formats that work for every kind. */
const schemalessPatches = patchMediaTypes.filter((type) => type !== mediaTypes.strategicPatch);

/** What a patch leaves cannot be read. Of no kind, as the API server words it; the object itself is not repeated. */
const invalidPatch = (problem: string): StatusError =>
  errors.invalid({ group: '', kind: '' }, '', [{ reason: 'FieldValueInvalid', field: 'patch', message: `Invalid value: ${problem}` }]);

const patched = (call: ResourceCall, current: KubeObject, patcher: Patcher, patch: Json): KubeObject => {
  const { row, name } = call.target;
  const result = ((): unknown => {
    try {
      return patcher(clone(current) as JsonObject, patch, row.kind);
    } catch (thrown) {
      throw codecStatus(thrown, schemalessPatches);
    }
  })();
  if (!isObject(result)) throw errors.badRequest('the patch does not leave an object');
  const body: Fields = { ...result, apiVersion: current.apiVersion, kind: current.kind };
  const mistyped = row.custom === undefined ? checkTypes(kindOf(row), body as JsonObject) : undefined;
  if (mistyped !== undefined) throw invalidPatch(mistyped);
  const object = readObject(withoutUnknownFields(call, row, body, { refuse: invalidPatch }), row.kind);
  if (object.metadata.name !== name)
    throw errors.badRequest(`the name of the object (${object.metadata.name ?? ''}) does not match the name on the URL (${name})`);
  placeObject(call, object);
  return object;
};

/**
 * PATCH of an object or of one of its subresources: JSON patch, merge patch or strategic merge patch. Server-side apply is refused
 * with 415, as an API server without the feature does. A patch is applied anew when the object changed underneath, unless it names a resourceVersion.
 */
export const patchObject = async (call: ResourceCall): Promise<Answer> => {
  const { row } = call.target;
  representationOf(call);
  const options = writeOptions(call, 'PatchOptions');
  const patcher = patchers[contentTypeOf(call)];
  if (patcher === undefined) throw errors.unsupportedMediaType(row.custom === undefined ? patchMediaTypes : schemalessPatches);
  // Strategic merge needs the Go types of a kind.
  if (row.custom !== undefined && contentTypeOf(call) === mediaTypes.strategicPatch) throw errors.unsupportedMediaType(schemalessPatches);
  const patch = parseText(call.exchange.body, false) as Json;
  if (Array.isArray(patch) && patch.length > limits.patchOperations) {
    throw new StatusError(
      413,
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is ${limits.patchOperations}, got ${patch.length}`,
    );
  }
  for (let attempt = 1; ; attempt += 1) {
    const current = existing(call);
    const warned = call.warnings.length;
    const next = patched(call, current, patcher, patch);
    const pinned = next.metadata.resourceVersion !== current.metadata.resourceVersion;
    try {
      return objectAnswer(call, row, await applyUpdate(call, current, next, options));
    } catch (thrown) {
      const raced = thrown instanceof StatusError && thrown.reason === 'Conflict' && !pinned;
      if (!raced || attempt >= limits.patchAttempts || namesVersion(patch)) throw thrown;
      call.warnings.length = warned;
    }
  }
};

/** Whether a merge patch states the version or uid that it is for: then a race is the client's to solve. */
const namesVersion = (patch: Json): boolean => {
  const metadata = isObject(patch) ? patch['metadata'] : undefined;
  return isObject(metadata) && (metadata['resourceVersion'] !== undefined || metadata['uid'] !== undefined);
};
