import type { JsonObject } from '@podpass/kernel';
import { isKindMessage, isScalar, messageNamed, type Field, type ScalarType } from '../schema.ts';
import { componentName, componentRef } from './names.ts';

const scalars: Readonly<Record<ScalarType, JsonObject>> = {
  s: { type: 'string' },
  b: { type: 'boolean' },
  i: { type: 'integer', format: 'int32' },
  l: { type: 'integer', format: 'int64' },
  d: { type: 'number', format: 'double' },
  y: { type: 'string', format: 'byte' },
  T: { type: 'string', format: 'date-time' },
  M: { type: 'string', format: 'date-time' },
  D: { type: 'string' },
  Q: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  I: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  R: { type: 'object' },
  V: { type: 'array', items: { type: 'string' } },
};

const one = (field: Field): JsonObject => (isScalar(field.type) ? scalars[field.type] : { allOf: [componentRef(field.type)], default: {} });

const property = (field: Field): JsonObject => {
  if (field.shape === 'list') return { type: 'array', items: one(field) };
  if (field.shape === 'map') return { type: 'object', additionalProperties: one(field) };
  return one(field);
};

/** The schemas of these messages and of everything that they hold, by component name. */
export const componentSchemas = (roots: Iterable<string>): Map<string, JsonObject> => {
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
      properties: Object.fromEntries([...identity, ...fields.map((field): [string, JsonObject] => [field.name, property(field)])]),
      ...(required.length === 0 ? {} : { required }),
    });
    open.push(...fields.filter((field) => !isScalar(field.type)).map((field) => field.type));
  }
  return schemas;
};
