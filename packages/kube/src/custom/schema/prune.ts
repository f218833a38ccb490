import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import { unknownMetadata } from '../../codec/index.ts';
import { memberPath, stepInto } from './place.ts';
import { identity, type Structural } from './structural.ts';

interface Found {
  readonly paths: string[];
}

const pruneMetadata = (value: Json, path: string, found: Found): Json => {
  if (!isObject(value)) return value;
  const metadata = value as JsonObject;
  const unknown = new Set(unknownMetadata(metadata));
  if (unknown.size === 0) return metadata;
  found.paths.push(...[...unknown].map((name) => memberPath(path, name)));
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !unknown.has(name)));
};

const pruneMembers = (value: JsonObject, schema: Structural, path: string, found: Found): Json => {
  let changed = false;
  const kept: [string, Json][] = [];
  for (const [name, member] of Object.entries(value)) {
    const at = memberPath(path, name);
    const known = schema.properties.get(name);
    if (schema.embedded && identity.has(name)) kept.push([name, name === 'metadata' ? pruneMetadata(member, at, found) : member]);
    else if (known !== undefined) kept.push([name, pruneValue(member, known, at, found)]);
    else if (schema.additional === 'any' || schema.preserve) kept.push([name, member]);
    else if (schema.additional !== undefined) kept.push([name, pruneValue(member, schema.additional, at, found)]);
    else {
      found.paths.push(at);
      changed = true;
      continue;
    }
    if (kept.at(-1)?.[1] !== member) changed = true;
  }
  return changed ? Object.fromEntries(kept) : value;
};

function pruneValue(value: Json, schema: Structural, path: string, found: Found): Json {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return value;
    const before = value as readonly Json[];
    const after = before.map((item, index) => pruneValue(item, items, stepInto(path, `[${String(index)}]`), found));
    return after.some((item, index) => item !== before[index]) ? after : value;
  }
  return isObject(value) ? pruneMembers(value as JsonObject, schema, path, found) : value;
}

/**
 * The object without the fields that its schema does not have, and their paths. What loses nothing comes back as it is; nothing is changed in place.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
 */
export const pruneObject = (
  object: JsonObject,
  schema: Structural,
): { readonly object: JsonObject; readonly unknown: readonly string[] } => {
  const found: Found = { paths: [] };
  const result = pruneMembers(object, { ...schema, embedded: true }, '', found);
  return { object: isObject(result) ? (result as JsonObject) : object, unknown: found.paths };
};

/** A value (a default, for example) without the fields that its schema does not have. */
export const pruneDefault = (value: Json, schema: Structural): { readonly value: Json; readonly unknown: readonly string[] } => {
  const found: Found = { paths: [] };
  return { value: pruneValue(value, schema, '', found), unknown: found.paths };
};
