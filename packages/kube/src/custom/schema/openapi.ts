import { isObject, type Json, type JsonObject } from '@podpass/kernel';

/** Members that both dialects carry as they are. */
const plain = [
  'description',
  'format',
  'title',
  'required',
  'default',
  'enum',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
];
const junctors = ['allOf', 'anyOf', 'oneOf'];

const childOf = (value: Json, version: 2 | 3): JsonObject => (isObject(value) ? published(value as JsonObject, version) : {});

/**
 * A structural schema as OpenAPI documents publish it. Swagger 2.0 knows neither `nullable` nor alternatives: where a value may be anything
 * else, its type is left out, so that readers of the document refuse nothing that the server takes.
 */
export const published = (schema: JsonObject, version: 2 | 3): JsonObject => {
  const open = version === 2 && (schema['nullable'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true);
  const result: Record<string, Json> = {};
  for (const name of plain) if (schema[name] !== undefined) result[name] = schema[name];
  if (typeof schema['type'] === 'string' && schema['type'] !== '' && !open) result['type'] = schema['type'];
  if (version === 3 && schema['nullable'] === true) result['nullable'] = true;
  if (isObject(schema['properties']) && !open) {
    result['properties'] = Object.fromEntries(
      Object.entries(schema['properties'] as JsonObject).map(([name, value]) => [name, childOf(value, version)]),
    );
  }
  if (isObject(schema['items']) && !open) result['items'] = childOf(schema['items'] as JsonObject, version);
  const additional = schema['additionalProperties'];
  if (isObject(additional) && !open) result['additionalProperties'] = childOf(additional as JsonObject, version);
  else if (additional === true && version === 3) result['additionalProperties'] = true;
  if (version === 3) {
    for (const name of junctors) {
      const branches = schema[name];
      if (Array.isArray(branches)) result[name] = (branches as readonly Json[]).map((branch) => childOf(branch, version));
    }
    if (isObject(schema['not'])) result['not'] = childOf(schema['not'] as JsonObject, version);
  }
  return result;
};
