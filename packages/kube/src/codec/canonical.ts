import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import { isKindMessage, isScalar, messageNamed, messageOfKind, type Field, type Message } from './schema.ts';
import type { GroupVersionKind } from './types.ts';

const isEmpty = (value: Json): boolean => {
  if (value === null || value === undefined || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
};

const inOne = (value: Json, field: Field): Json => {
  if (isScalar(field.type)) return field.type === 'Q' && typeof value === 'number' ? String(value) : value;
  return isObject(value) ? inMessage(value as JsonObject, messageNamed(field.type)) : value;
};

const inField = (value: Json, field: Field): Json => {
  if (field.shape === 'list') return Array.isArray(value) ? value.map((item: Json) => inOne(item, field)) : value;
  if (field.shape === 'map') {
    return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inOne(item as Json, field)])) : value;
  }
  return inOne(value, field);
};

const isDropped = (value: Json, field: Field): boolean => {
  if (value === null || value === undefined) return true;
  if (field.shape === 'one') return field.dropsZero && isEmpty(value);
  return !field.required && isEmpty(value);
};

const inMessage = (object: JsonObject, message: Message): JsonObject => {
  const members: [string, Json][] = [];
  for (const [name, value] of Object.entries(object)) {
    const field = message.byName.get(name);
    if (field === undefined) {
      if ((name === 'apiVersion' || name === 'kind') && isKindMessage(message.name)) members.push([name, value]);
      continue;
    }
    const kept = inField(value, field);
    if (!isDropped(kept, field)) members.push([name, kept]);
  }
  return Object.fromEntries(members);
};

/**
 * The object as Go's JSON would print it: without null members, unknown fields, empty optional lists and maps, and
 * zero values of value fields; numeric quantities become texts. Kinds that are not built in come back unchanged.
 */
export const canonicalise = (gvk: GroupVersionKind, object: JsonObject): JsonObject => {
  const message = messageOfKind(gvk);
  return message === undefined ? object : inMessage(object, message);
};
