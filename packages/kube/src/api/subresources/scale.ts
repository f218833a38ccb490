import type { Answer } from '@podpass/http';
import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import type { AdmissionRequest } from '../../admission/types.ts';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch, checkTypes } from '../../codec/index.ts';
import { errors, messages, StatusError } from '../../errors.ts';
import { readMetadata } from '../../object/metadata.ts';
import { fields, items, nameOf, namespaceOf, number, objects, specOf, statusOf, text, textMap, uidOf } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import { requireValid } from '../../schema/schema.ts';
import { limits, mediaTypes, patchMediaTypes } from '../../wire.ts';
import { jsonAnswer } from '../answer.ts';
import { codecStatus, contentTypeOf, parseText, readBody } from '../body.ts';
import { existing, subjectOf, type ResourceCall } from '../call.ts';
import { writeOptions, type WriteOptions } from '../options.ts';

const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' } as const;

const patchers: Readonly<Record<string, (object: JsonObject, patch: Json) => JsonObject>> = {
  [mediaTypes.jsonPatch]: applyJsonPatch,
  [mediaTypes.mergePatch]: applyMergePatch,
  [mediaTypes.strategicPatch]: (object, patch) => applyStrategicMergePatch(object, patch, scaleKind.kind),
};

const expressionText = (entry: Fields): readonly [key: string, words: string] => {
  const key = text(entry['key']);
  const operator = text(entry['operator']);
  if (operator === 'Exists') return [key, key];
  if (operator === 'DoesNotExist') return [key, `!${key}`];
  return [key, `${key} ${operator.toLowerCase()} (${items(entry['values']).map(String).toSorted().join(',')})`];
};

/** A LabelSelector in the form of a query, by key, as `status.selector` of a Scale carries it. */
const selectorQuery = (selector: unknown): string => {
  const source = fields(selector);
  const terms = [
    ...Object.entries(textMap(source['matchLabels'])).map(([key, value]) => [key, `${key}=${value}`] as const),
    ...objects(source['matchExpressions']).map(expressionText),
  ];
  return terms
    .toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    .map(([, words]) => words)
    .join(',');
};

/** The `autoscaling/v1` Scale of a workload. */
const scaleOf = (object: KubeObject): KubeObject => {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = number(specOf(object)['replicas']) ?? 0;
  const selector = selectorQuery(specOf(object)['selector']);
  return {
    kind: scaleKind.kind,
    apiVersion: 'autoscaling/v1',
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    // A count of none is left out, as Go's JSON does.
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: number(statusOf(object)['replicas']) ?? 0, ...(selector === '' ? {} : { selector }) },
  };
};

const patched = (call: ResourceCall, current: KubeObject): Fields => {
  const patcher = patchers[contentTypeOf(call)];
  if (patcher === undefined) throw errors.unsupportedMediaType(patchMediaTypes);
  const patch = parseText(call.exchange.body, false) as Json;
  if (Array.isArray(patch) && patch.length > limits.patchOperations) throw errors.tooLarge(limits.patchOperations);
  const result = ((): unknown => {
    try {
      return patcher(scaleOf(current) as JsonObject, patch);
    } catch (thrown) {
      throw codecStatus(thrown, patchMediaTypes);
    }
  })();
  if (!isObject(result)) throw errors.badRequest('the patch does not leave an object');
  const mistyped = checkTypes(scaleKind, result as JsonObject);
  if (mistyped !== undefined) throw errors.badRequest(mistyped);
  return result;
};

/** The number of replicas asked for, by someone who means this very object. Throws BadRequest, Conflict or Invalid. */
const wantedReplicas = (call: ResourceCall, current: KubeObject, sent: Fields): number => {
  const metadata = readMetadata(scaleKind.kind, sent['metadata']);
  const { name } = call.target;
  if (metadata.name !== name)
    throw errors.badRequest(`the name of the object (${(metadata.name ?? '').slice(0, 253)}) does not match the name on the URL (${name})`);
  if (metadata.namespace !== undefined && metadata.namespace !== namespaceOf(current))
    throw errors.badRequest('the namespace of the provided object does not match the namespace sent on the request');
  if (metadata.uid !== undefined && metadata.uid !== uidOf(current)) {
    const whose = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${uidOf(current)}`;
    throw errors.conflict(subjectOf(call), whose);
  }
  if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== current.metadata.resourceVersion)
    throw errors.conflict(subjectOf(call), messages.modified);
  const replicas = fields(sent['spec'])['replicas'] ?? 0;
  if (typeof replicas === 'number' && Number.isSafeInteger(replicas) && replicas >= 0) return replicas;
  const message = `Invalid value: ${JSON.stringify(replicas).slice(0, 64)}: must be greater than or equal to 0`;
  throw errors.invalid(scaleKind, name, [{ reason: 'FieldValueInvalid', field: 'spec.replicas', message }]);
};

const scaled = (object: KubeObject, replicas: number): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, generation: (object.metadata.generation ?? 1) + 1 },
  spec: { ...specOf(object), replicas },
});

const apply = async (call: ResourceCall, current: KubeObject, sent: Fields, options: WriteOptions): Promise<KubeObject> => {
  const { admission, registry } = call.cluster;
  const { row } = call.target;
  const request = (replicas: number): AdmissionRequest => ({
    operation: 'UPDATE',
    row,
    kind: scaleKind,
    subresource: 'scale',
    namespace: namespaceOf(current),
    name: nameOf(current),
    user: call.user,
    dryRun: options.dryRun,
    options: { ...options.wire, kind: 'UpdateOptions' },
    object: scaleOf(scaled(current, replicas)),
    oldObject: scaleOf(current),
    warnings: call.warnings,
  });
  const mutated = await admission.mutate(request(wantedReplicas(call, current, sent)));
  const replicas = wantedReplicas(call, current, { ...mutated, metadata: scaleOf(current).metadata });
  const next = scaled(current, replicas);
  requireValid(row, next);
  await admission.validate(request(replicas));
  if (number(specOf(current)['replicas']) === replicas) return current;
  return options.dryRun ? next : registry.update(row, current, next);
};

/** GET of `…/NAME/scale`. */
export const readScale = (call: ResourceCall): Answer => jsonAnswer(call, scaleOf(existing(call)));

/** PUT and PATCH of `…/NAME/scale`: sets the number of replicas, nothing else. A write without resourceVersion is made anew after a race. */
export const writeScale = async (call: ResourceCall): Promise<Answer> => {
  const patching = call.info.verb === 'patch';
  const options = writeOptions(call, patching ? 'PatchOptions' : 'UpdateOptions');
  const body = patching ? undefined : readBody(call, scaleKind);
  const pinned = body !== undefined && fields(body['metadata'])['resourceVersion'] !== undefined;
  for (let attempt = 1; ; attempt += 1) {
    const current = existing(call);
    try {
      return jsonAnswer(call, scaleOf(await apply(call, current, body ?? patched(call, current), options)));
    } catch (thrown) {
      const raced = thrown instanceof StatusError && thrown.message.endsWith(messages.modified) && !pinned;
      // A patch that names a version goes on failing: the attempts are few.
      if (!raced || attempt >= limits.patchAttempts) throw thrown;
    }
  }
};
