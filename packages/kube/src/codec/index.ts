/**
 * The codec owns the shapes of Kubernetes objects: decoding of protobuf bodies, defaulting, unknown fields, validation,
 * the three patch formats, tables for kubectl and the OpenAPI documents. Everything is a pure function over JSON and
 * over one generated schema, so that the API server around it never needs to know what a field means.
 */
export { canonicalise } from './canonical.ts';
export { applyDefaults } from './defaults/index.ts';
export { CodecError } from './errors.ts';
export { checkTypes } from './field-types.ts';
export { pruneFields, unknownMetadata } from './fields.ts';
export { openApiDocument, openApiIndex, swaggerDocument } from './openapi/index.ts';
export { encodeSwagger } from './openapi/protobuf.ts';
export { applyJsonPatch, applyMergePatch, applyStrategicMergePatch } from './patch/index.ts';
export { decodeProtobuf } from './protobuf/index.ts';
export { ageOf } from './table/age.ts';
export { rowObject, tableNameColumn, toTable } from './table/index.ts';
export type * from './types.ts';
export { customObjectProblems, validateObject } from './validation/index.ts';
