import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import { isKindMessage, isScalar, messageNamed, messageOfKind, type Field, type Message } from './schema.ts';
import type { GroupVersionKind } from './types.ts';

const deepest = 64;

const inValue = (value: Json, field: Field, path: string, depth: number): string[] => {
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

const inMessage = (value: Json, message: Message, path: string, depth: number): string[] => {
  if (!isObject(value) || depth > deepest) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const field = message.byName.get(name);
    if (field !== undefined) return inValue(member as Json, field, here, depth);
    return (name === 'apiVersion' || name === 'kind') && isKindMessage(message.name) ? [] : [here];
  });
};

/**
 * Paths of the fields that the kind does not have, in the object's order and spelled as strict decoding does:
 * `spec.containers[0].bar`. Names are case-sensitive. Empty for kinds that are not built in.
 */
export const validateFields = (gvk: GroupVersionKind, object: JsonObject): string[] => {
  const message = messageOfKind(gvk);
  return message === undefined ? [] : inMessage(object, message, '', 0);
};
