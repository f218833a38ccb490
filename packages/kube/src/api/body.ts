import { createRequire } from 'node:module';
import { isObject, type JsonObject } from '@podpass/kernel';
import type * as Yaml from 'yaml';
import { checkTypes, CodecError, decodeProtobuf } from '../codec/index.ts';
import { errors, StatusError } from '../errors.ts';
import { isGroupVersion } from '../resources/lookup.ts';
import type { Fields, GroupVersionKind } from '../object/types.ts';
import type { CustomKind } from '../resources/types.ts';
import { mediaTypes, requestMediaTypes } from '../wire.ts';
import type { ApiCall } from './call.ts';

/** Objects of Kubernetes nest some twenty levels; the bound keeps recursive readers from being driven out of stack. */
const deepest = 128;

const tooDeep = (value: unknown): boolean => {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    level = level.flatMap((entry) => (typeof entry === 'object' && entry !== null ? Object.values(entry) : []));
  }
  return false;
};

/** The media type of the body without parameters; JSON when the client named none. */
export const contentTypeOf = (call: ApiCall): string => {
  const header = call.exchange.headers['content-type'] ?? '';
  return (header.split(';', 1)[0] ?? '').trim().toLowerCase() || mediaTypes.json;
};

/** What a CodecError means to the client. `patches`: the formats left to the author of a patch that needs a schema where there is none. */
export const codecStatus = (thrown: unknown, patches?: readonly string[]): unknown => {
  if (!(thrown instanceof CodecError)) return thrown;
  if (thrown.code === 'unknown-kind' && patches !== undefined) return errors.unsupportedMediaType(patches);
  if (thrown.code === 'too-large') return new StatusError(413, 'RequestEntityTooLarge', thrown.message);
  if (thrown.code === 'patch-failed')
    return new StatusError(422, 'Invalid', `the server rejected our request due to an error in our request: ${thrown.message}`, {
      details: {},
    });
  return errors.badRequest(thrown.message);
};

/** Loaded with the first YAML body: hardly any client sends one, and the library costs start-up time and memory. */
const yamlLibrary = () => createRequire(import.meta.url)('yaml') as typeof Yaml;

/** Parses JSON or YAML text of bounded depth. Throws BadRequest. */
export const parseText = (bytes: Buffer, yaml: boolean): unknown => {
  const source = bytes.toString('utf8');
  const value = ((): unknown => {
    try {
      return yaml ? yamlLibrary().parse(source, { maxAliasCount: 100, schema: 'core' }) : (JSON.parse(source) as unknown);
    } catch {
      throw errors.badRequest(`error decoding the request body: it is not valid ${yaml ? 'YAML' : 'JSON'}`);
    }
  })();
  if (tooDeep(value)) throw errors.badRequest('error decoding the request body: it is nested too deeply');
  return value;
};

/** Custom resources do not travel as protobuf. */
const customMediaTypes = requestMediaTypes.filter((type) => type !== mediaTypes.protobuf);

const versionOf = (kind: GroupVersionKind) => (kind.group === '' ? kind.version : `${kind.group}/${kind.version}`);

/**
 * Decodes the body as an object of the expected kind, its fields of the right JSON types. Empty `apiVersion` and `kind` are taken from
 * the URL. Custom resources have no protobuf form; their types are the schema's to check. Throws BadRequest or UnsupportedMediaType.
 */
export const readBody = (call: ApiCall, expected: GroupVersionKind, custom?: CustomKind): Fields => {
  const type = contentTypeOf(call);
  const accepted = custom === undefined ? requestMediaTypes : customMediaTypes;
  if (!accepted.includes(type)) throw errors.unsupportedMediaType(accepted);
  const body = ((): unknown => {
    if (type !== mediaTypes.protobuf) return parseText(call.exchange.body, type === mediaTypes.yaml);
    try {
      return decodeProtobuf(call.exchange.body).object;
    } catch (thrown) {
      throw codecStatus(thrown);
    }
  })();
  if (!isObject(body)) throw errors.badRequest(`the object provided is unrecognized (must be of type ${expected.kind}): it is no object`);
  const { apiVersion, kind } = body;
  const version = versionOf(expected);
  if (apiVersion !== undefined && apiVersion !== '' && apiVersion !== version) {
    const asked = typeof apiVersion === 'string' && isGroupVersion(apiVersion) ? apiVersion : 'another one';
    throw errors.badRequest(`the API version in the data (${asked}) does not match the expected API version (${version})`);
  }
  if (kind !== undefined && kind !== '' && kind !== expected.kind) {
    throw errors.badRequest(
      `${typeof kind === 'string' ? kind.slice(0, 63) : 'This object'} in version "${expected.version}" cannot be handled as a ${expected.kind}`,
    );
  }
  // Before anything else reads the body: whoever comes next relies on the types.
  const mistyped = custom === undefined ? checkTypes(expected, body as JsonObject) : undefined;
  if (mistyped !== undefined) throw errors.badRequest(mistyped);
  return { ...body, apiVersion: version, kind: expected.kind };
};
