import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import { CodecError } from '../errors.ts';
import { refuseDeep } from './limits.ts';

const merge = (target: Json, patch: Json): Json => {
  if (!isObject(patch)) return patch;
  const members = new Map<string, Json>(isObject(target) ? (Object.entries(target) as [string, Json][]) : []);
  for (const [name, value] of Object.entries(patch) as [string, Json][]) {
    if (value === null) members.delete(name);
    else members.set(name, merge(members.get(name), value));
  }
  return Object.fromEntries(members);
};

/** JSON merge patch (RFC 7396). Never changes its arguments. Throws CodecError `patch-malformed` when the patch is no object. */
export const applyMergePatch = (object: JsonObject, patch: Json): JsonObject => {
  if (!isObject(patch)) throw new CodecError('patch-malformed', 'a merge patch must be a JSON object');
  refuseDeep(patch as JsonObject);
  return merge(object, patch as JsonObject) as JsonObject;
};
