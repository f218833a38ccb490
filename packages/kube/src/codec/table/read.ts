import { isObject, type Json, type JsonObject } from '@podpass/kernel';

const none: JsonObject = {};

/** The value at a dotted path; undefined when any part is missing. Names may not hold dots: use `member` for those. */
export const at = (object: Json, path: string): Json => {
  let value: Json = object;
  for (const part of path.split('.')) value = isObject(value) ? (value as JsonObject)[part] : undefined;
  return value;
};

export const textAt = (object: Json, path: string, fallback = ''): string => {
  const value = at(object, path);
  return typeof value === 'string' && value !== '' ? value : fallback;
};

export const numberAt = (object: Json, path: string, fallback = 0): number => {
  const value = at(object, path);
  return typeof value === 'number' ? value : fallback;
};

export const objectAt = (object: Json, path: string): JsonObject => {
  const value = at(object, path);
  return isObject(value) ? (value as JsonObject) : none;
};

export const listAt = (object: Json, path: string): readonly JsonObject[] => {
  const value = at(object, path);
  return Array.isArray(value) ? (value as Json[]).filter((item): item is JsonObject => isObject(item)) : [];
};

export const textsAt = (object: Json, path: string): readonly string[] => {
  const value = at(object, path);
  return Array.isArray(value) ? (value as Json[]).filter((item) => typeof item === 'string') : [];
};

/** Joins texts, `<none>` when there are none. */
export const joined = (texts: readonly string[], separator = ','): string => (texts.length === 0 ? '<none>' : texts.join(separator));

/** `name=value` of every member of the object at `path` that is a text. */
export const pairsAt = (object: Json, path: string): readonly string[] =>
  Object.entries(objectAt(object, path)).flatMap(([name, value]) => (typeof value === 'string' ? [`${name}=${value}`] : []));
