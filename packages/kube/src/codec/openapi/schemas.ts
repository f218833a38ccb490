import type { JsonObject } from '@podpass/kernel';
import { isKindMessage, isScalar, messageNamed, type Field, type ScalarType } from '../schema.ts';
import { patchMetadata } from '../patch/merge-keys.ts';
import { componentName, type Dialect } from './names.ts';

const scalars: Readonly<Record<Exclude<ScalarType, 'Q' | 'I'>, JsonObject>> = {
  s: { type: 'string' },
  b: { type: 'boolean' },
  i: { type: 'integer', format: 'int32' },
  l: { type: 'integer', format: 'int64' },
  d: { type: 'number', format: 'double' },
  y: { type: 'string', format: 'byte' },
  T: { type: 'string', format: 'date-time' },
  M: { type: 'string', format: 'date-time' },
  D: { type: 'string' },
  R: { type: 'object' },
  V: { type: 'array', items: { type: 'string' } },
};

const one = (field: Field, dialect: Dialect): JsonObject => {
  const { type } = field;
  if (!isScalar(type)) return dialect.reference(type);
  return type === 'Q' ? dialect.quantity : type === 'I' ? dialect.intOrString : scalars[type];
};

const shaped = (field: Field, dialect: Dialect): JsonObject => {
  if (field.shape === 'list') return { type: 'array', items: one(field, dialect) };
  if (field.shape === 'map') return { type: 'object', additionalProperties: one(field, dialect) };
  return one(field, dialect);
};

const property = (message: string, field: Field, dialect: Dialect): JsonObject => {
  const { strategy, mergeKey, listType, listMapKeys } = patchMetadata(message, { name: field.name, list: field.shape === 'list' });
  return {
    ...shaped(field, dialect),
    ...(listMapKeys === undefined ? {} : { 'x-kubernetes-list-map-keys': listMapKeys }),
    ...(listType === undefined ? {} : { 'x-kubernetes-list-type': listType }),
    ...(mergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': mergeKey }),
    ...(strategy === undefined ? {} : { 'x-kubernetes-patch-strategy': strategy }),
  };
};

/** The schemas of these messages and of everything that they hold, by component name. */
export const componentSchemas = (roots: Iterable<string>, dialect: Dialect): Map<string, JsonObject> => {
  const schemas = new Map<string, JsonObject>();
  const open = [...roots];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const component = componentName(name);
    if (schemas.has(component)) continue;
    const fields = [...messageNamed(name).byName.values()];
    const identity: [string, JsonObject][] = isKindMessage(name)
      ? [
          ['apiVersion', scalars.s],
          ['kind', scalars.s],
        ]
      : [];
    const required = fields.filter((field) => field.required).map((field) => field.name);
    schemas.set(component, {
      type: 'object',
      properties: Object.fromEntries([
        ...identity,
        ...fields.map((field): [string, JsonObject] => [field.name, property(name, field, dialect)]),
      ]),
      ...(required.length === 0 ? {} : { required }),
    });
    open.push(...fields.filter((field) => !isScalar(field.type)).map((field) => field.type));
  }
  return schemas;
};
