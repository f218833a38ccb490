import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import { isKindMessage, isScalar, messageNamed, messageOfKind, type Field, type Message } from './schema.ts';
import type { GroupVersionKind } from './types.ts';

const deepest = 64;

/** A field that the kind does not have. */
interface UnknownField {
  /** Spelled as strict decoding does: `spec.containers[0].bar`. */
  readonly path: string;
  /** The object that holds it, and its name there: a path cannot be taken apart again, names may hold dots. */
  readonly holder: JsonObject;
  readonly name: string;
}

const inValue = (value: Json, field: Field, path: string, depth: number): UnknownField[] => {
  if (isScalar(field.type)) return [];
  const message = messageNamed(field.type);
  if (field.shape === 'list') {
    return Array.isArray(value)
      ? value.flatMap((item: Json, index) => inMessage(item, message, `${path}[${String(index)}]`, depth + 1))
      : [];
  }
  if (field.shape === 'map') {
    return isObject(value)
      ? Object.entries(value).flatMap(([key, item]) => inMessage(item as Json, message, `${path}.${key}`, depth + 1))
      : [];
  }
  return inMessage(value, message, path, depth + 1);
};

const inMessage = (value: Json, message: Message, path: string, depth: number): UnknownField[] => {
  if (!isObject(value) || depth > deepest) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const field = message.byName.get(name);
    if (field !== undefined) return inValue(member as Json, field, here, depth);
    return (name === 'apiVersion' || name === 'kind') && isKindMessage(message.name)
      ? []
      : [{ path: here, holder: value as JsonObject, name }];
  });
};

const unknownFields = (gvk: GroupVersionKind, object: JsonObject): readonly UnknownField[] => {
  const message = messageOfKind(gvk);
  return message === undefined ? [] : inMessage(object, message, '', 0);
};

/**
 * The object without the fields that its kind does not have, and their paths in the object's order. Names are case-sensitive. What loses nothing comes
 * back as it is, as do kinds that are not built in; nothing is changed in place.
 */
export const pruneFields = (
  gvk: GroupVersionKind,
  object: JsonObject,
): { readonly object: JsonObject; readonly unknown: readonly string[] } => {
  if (unknownFields(gvk, object).length === 0) return { object, unknown: [] };
  const kept = structuredClone(object);
  const found = unknownFields(gvk, kept);
  for (const { holder, name } of found) Reflect.deleteProperty(holder, name);
  return { object: kept, unknown: found.map(({ path }) => path) };
};

/** Names of the members that `metadata` does not have: for kinds that are not built in. */
export const unknownMetadata = (metadata: JsonObject): string[] => {
  const known = messageNamed('meta.v1.ObjectMeta').byName;
  return Object.keys(metadata).filter((name) => !known.has(name));
};
