import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import { bytesField } from '../protobuf/writer.ts';

/*
 * Swagger 2.0 documents as protobuf: `openapi.v2.Document` of the gnostic project, which is what kubectl asks for.
 * Only what `swaggerDocument` writes is encoded. Source: https://github.com/google/gnostic/blob/main/openapiv2/OpenAPIv2.proto
 */
const document = { swagger: 1, info: 2, paths: 8, definitions: 9 } as const;
const info = { title: 1, version: 2 } as const;
const schema = { ref: 1, format: 2, required: 19, additionalProperties: 21, type: 22, items: 23, properties: 25, extension: 31 } as const;
/** A name and a value; also the only field of lists of them, of types and of items. */
const named = { name: 1, value: 2 } as const;
const only = 1;
/** A value of any kind travels as YAML, of which JSON is a part. */
const anyYaml = 2;

const textOf = (value: Json): string => (typeof value === 'string' ? value : '');
const objectOf = (value: Json): JsonObject => (isObject(value) ? (value as JsonObject) : {});

const namedSchemas = (schemas: JsonObject): Buffer =>
  Buffer.concat(
    Object.entries(schemas).map(([name, value]) =>
      bytesField(only, Buffer.concat([bytesField(named.name, name), bytesField(named.value, encodeSchema(objectOf(value)))])),
    ),
  );

const encodeExtension = (name: string, value: Json): Buffer =>
  Buffer.concat([bytesField(named.name, name), bytesField(named.value, bytesField(anyYaml, JSON.stringify(value) ?? 'null'))]);

const encodeMember = (name: string, value: Json): Buffer[] => {
  switch (name) {
    case '$ref':
      return [bytesField(schema.ref, textOf(value))];
    case 'format':
      return [bytesField(schema.format, textOf(value))];
    case 'required':
      return Array.isArray(value) ? value.map((entry: Json) => bytesField(schema.required, textOf(entry))) : [];
    case 'additionalProperties':
      return [bytesField(schema.additionalProperties, bytesField(only, encodeSchema(objectOf(value))))];
    case 'type':
      return [bytesField(schema.type, bytesField(only, textOf(value)))];
    case 'items':
      return [bytesField(schema.items, bytesField(only, encodeSchema(objectOf(value))))];
    case 'properties':
      return [bytesField(schema.properties, namedSchemas(objectOf(value)))];
    default:
      return name.startsWith('x-') ? [bytesField(schema.extension, encodeExtension(name, value))] : [];
  }
};

function encodeSchema(value: JsonObject): Buffer {
  return Buffer.concat(Object.entries(value).flatMap(([name, member]) => encodeMember(name, member)));
}

/** Encodes a document of `swaggerDocument`. */
export const encodeSwagger = (value: JsonObject): Buffer => {
  const about = objectOf(value['info']);
  return Buffer.concat([
    bytesField(document.swagger, textOf(value['swagger'])),
    bytesField(
      document.info,
      Buffer.concat([bytesField(info.title, textOf(about['title'])), bytesField(info.version, textOf(about['version']))]),
    ),
    bytesField(document.paths, ''),
    bytesField(document.definitions, namedSchemas(objectOf(value['definitions']))),
  ]);
};
