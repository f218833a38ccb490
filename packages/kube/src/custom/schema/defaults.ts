import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import { identity, type Structural } from './structural.ts';

const absent = (value: Json, schema: Structural): boolean =>
  // A null where none may stand counts as absent when there is a default to take its place.
  value === undefined || (value === null && !schema.nullable && schema.fallback !== undefined);

/** What the defaults of one object may add, in characters: small objects with large defaults must not become a large one. */
const mostAdded = 3 * 1024 * 1024;

/** The state of one defaulting. */
interface Growth {
  left: number;
}

const fillMembers = (value: JsonObject, schema: Structural, growth: Growth): JsonObject => {
  let changed = false;
  const members = new Map<string, Json>(Object.entries(value));
  for (const [name, property] of schema.filled) {
    growth.left -= 1;
    if (schema.embedded && identity.has(name)) continue;
    const member = Object.hasOwn(value, name) ? value[name] : undefined;
    if (!absent(member, property)) continue;
    growth.left -= property.fallbackSize + name.length;
    members.set(name, property.fallback);
    changed = true;
  }
  const { additional } = schema;
  for (const [name, member] of members) {
    if (growth.left < 0) return value;
    const known = schema.properties.get(name) ?? (additional === 'any' ? undefined : additional);
    if (known === undefined || (schema.embedded && identity.has(name))) continue;
    const next = fillPlace(member, known, growth);
    if (next === member) continue;
    members.set(name, next);
    changed = true;
  }
  return changed ? Object.fromEntries(members) : value;
};

/** The value of a place that is there, or its default, filled in. */
const fillPlace = (value: Json, schema: Structural, growth: Growth): Json => {
  if (!absent(value, schema)) return fillIn(value, schema, growth);
  growth.left -= schema.fallbackSize;
  return fillIn(schema.fallback, schema, growth);
};

const fillIn = (value: Json, schema: Structural, growth: Growth): Json => {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return value;
    const before = value as readonly Json[];
    const after = before.map((item) => (growth.left < 0 ? item : fillPlace(item, items, growth)));
    return after.some((item, index) => item !== before[index]) ? after : value;
  }
  return isObject(value) ? fillMembers(value as JsonObject, schema, growth) : value;
};

/**
 * The value with the defaults of its schema; the same value when none is missing. Nothing is changed in place. Undefined when the defaults would add
 * more than an object may hold.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
 */
export const fillValue = (value: Json, schema: Structural): Json => {
  const growth = { left: mostAdded };
  const filled = fillIn(value, schema, growth);
  return growth.left < 0 ? undefined : filled;
};

/** Fills an object in; what identifies it (apiVersion, kind, metadata) has no defaults. Undefined as with values. */
export const fillObject = (object: JsonObject, schema: Structural): JsonObject | undefined => {
  const growth = { left: mostAdded };
  const filled = fillMembers(object, { ...schema, embedded: true }, growth);
  return growth.left < 0 ? undefined : filled;
};
