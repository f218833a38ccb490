import type { Answer } from '@podpass/http';
import { newGuid } from '@podpass/kernel';
import type { AdmissionRequest } from '../../admission/types.ts';
import { refuseEscalation } from '../../authz/escalation.ts';
import { errors, StatusError } from '../../errors.ts';
import { readObject } from '../../object/metadata.ts';
import { nameOf, namespaceOf, timestamp } from '../../object/read.ts';
import type { KubeObject } from '../../object/types.ts';
import { kindOf } from '../../resources/lookup.ts';
import { strategyOf } from '../../strategies/table.ts';
import { objectAnswer, representationOf } from '../answer.ts';
import { readBody } from '../body.ts';
import { subjectOf, type ResourceCall } from '../call.ts';
import { writeOptions, type WriteOptions } from '../options.ts';
import { duplicatesOf } from '../duplicates.ts';
import { withoutUnknownFields } from '../field-validation.ts';
import { requireValid, withDefaults } from '../../schema/schema.ts';
import { generatedName, placeObject, requireSegment } from '../write/names.ts';
import { refuseUnsupported } from '../write/unsupported.ts';

const generationAttempts = 8;

const initialise = (call: ResourceCall, object: KubeObject): KubeObject => {
  const { row } = call.target;
  const strategy = strategyOf(row);
  const { metadata } = object;
  if (metadata.resourceVersion !== undefined) throw errors.versionOnCreate();
  placeObject(call, object);
  const base = metadata.generateName;
  if (metadata.name === undefined && base !== undefined) metadata.name = generatedName(base);
  requireSegment(call, metadata.name ?? '');
  metadata.uid = newGuid();
  metadata.creationTimestamp = timestamp(call.cluster.clock.now());
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  if (row.generation) metadata.generation = 1;
  else delete metadata.generation;
  if (strategy.keepsStatusOnCreate !== true && row.subresources.some((entry) => entry.name === 'status')) delete object['status'];
  const filled = withDefaults(row, object);
  strategy.prepareCreate?.(filled, call.cluster.registry);
  return filled;
};

const store = async (call: ResourceCall, object: KubeObject, generated: boolean): Promise<KubeObject> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call.cluster.registry.create(call.target.row, object);
    } catch (thrown) {
      const taken = thrown instanceof StatusError && thrown.reason === 'AlreadyExists';
      if (!taken || !generated || attempt >= generationAttempts) throw thrown;
      object.metadata.name = generatedName(object.metadata.generateName ?? '');
    }
  }
};

/** Takes a decoded object through defaulting, admission and validation into the store. */
const admitNew = async (call: ResourceCall, object: KubeObject, options: WriteOptions): Promise<KubeObject> => {
  const { row } = call.target;
  const { admission, registry, authorizer } = call.cluster;
  const generated = object.metadata.name === undefined && object.metadata.generateName !== undefined;
  const fresh = initialise(call, object);
  const request = (current: KubeObject): AdmissionRequest => ({
    operation: 'CREATE',
    row,
    subresource: '',
    namespace: namespaceOf(current),
    name: generated ? '' : nameOf(current),
    user: call.user,
    dryRun: options.dryRun,
    options: { ...options.wire, kind: 'CreateOptions' },
    object: current,
    oldObject: undefined,
    warnings: call.warnings,
  });
  const mutated = await admission.mutate(request(fresh));
  requireValid(row, mutated);
  refuseUnsupported(row, mutated);
  refuseEscalation(authorizer, call.user, row, mutated);
  await admission.validate(request(mutated));
  if (!options.dryRun) return store(call, mutated, generated);
  if (registry.get(row, namespaceOf(mutated), nameOf(mutated)) !== undefined) throw errors.alreadyExists(subjectOf(call, nameOf(mutated)));
  return mutated;
};

/** POST on a collection. */
export const createObject = async (call: ResourceCall): Promise<Answer> => {
  const { row } = call.target;
  representationOf(call);
  const options = writeOptions(call, 'CreateOptions');
  const body = withoutUnknownFields(call, row, readBody(call, kindOf(row), row.custom), { duplicates: duplicatesOf(call, row) });
  const object = readObject(body, row.kind);
  const created = await admitNew(call, object, options);
  return objectAnswer(call, row, created, 201);
};
