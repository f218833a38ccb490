import { CodecError } from '../errors.ts';
import { messageOfKind, splitApiVersion } from '../schema.ts';
import type { DecodedObject } from '../types.ts';
import { createBudget, decodeMessage, deepest, type Budget } from './message.ts';
import { createReader, malformed, wireTypes } from './reader.ts';

/** The limit of the API server's request bodies. */
const largestBody = 3 * 1024 * 1024;
const magic = Buffer.from('k8s\0');

const readTypeMeta = (bytes: Buffer) => {
  const reader = createReader(bytes);
  const texts = new Map<number, string>();
  while (!reader.done) {
    const { number, wireType } = reader.tag();
    if (wireType === wireTypes.bytes) texts.set(number, reader.text());
    else reader.skip(wireType);
  }
  return { apiVersion: texts.get(1) ?? '', kind: texts.get(2) ?? '' };
};

const decodeEnvelope = (body: Buffer, budget: Budget, depth: number): DecodedObject => {
  if (depth > deepest) throw malformed('it is nested too deeply');
  if (!body.subarray(0, 4).equals(magic)) throw malformed('it does not begin with the Kubernetes prefix');
  const reader = createReader(body.subarray(4));
  let type = { apiVersion: '', kind: '' };
  let raw: Buffer = Buffer.alloc(0);
  while (!reader.done) {
    const { number, wireType } = reader.tag();
    if (number === 1 && wireType === wireTypes.bytes) type = readTypeMeta(reader.bytes());
    else if (number === 2 && wireType === wireTypes.bytes) raw = reader.bytes();
    else if (number === 3 && wireType === wireTypes.bytes && reader.text() !== '') throw malformed('content encodings are not supported');
    else if (number > 3 || wireType !== wireTypes.bytes) reader.skip(wireType);
  }
  const { apiVersion, kind } = type;
  const message = messageOfKind({ ...splitApiVersion(apiVersion), kind });
  if (message === undefined || message.name.startsWith('apiextensions.')) {
    throw new CodecError('unknown-kind', `no kind "${kind}" is registered for version "${apiVersion}"`);
  }
  return { apiVersion, kind, object: { apiVersion, kind, ...decodeMessage(raw, message, { budget, depth }) } };
};

/**
 * Decodes a body of `application/vnd.kubernetes.protobuf`: the prefix `k8s\0` and a runtime.Unknown that names its
 * kind. The JSON is what a JSON client would have sent: zero values of Go's value fields are left out. Throws
 * CodecError `malformed`, `too-large` (over 3 MiB) or `unknown-kind`.
 * Source: k8s.io/apimachinery/pkg/runtime/serializer/protobuf.
 */
export const decodeProtobuf = (body: Buffer): DecodedObject => {
  if (body.length > largestBody) throw new CodecError('too-large', `protobuf body exceeds ${String(largestBody)} bytes`);
  const budget = createBudget((nested, depth) => decodeEnvelope(nested, budget, depth).object);
  return decodeEnvelope(body, budget, 0);
};
