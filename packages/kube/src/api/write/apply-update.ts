import type { AdmissionRequest } from '../../admission/types.ts';
import { refuseEscalation } from '../../authz/escalation.ts';
import { errors, messages, type StatusCause } from '../../errors.ts';
import { sameJson } from '../../object/equal.ts';
import { isDeleting, items, nameOf, namespaceOf, specOf, uidOf } from '../../object/read.ts';
import type { KubeObject } from '../../object/types.ts';
import { isReleasedAfter } from '../../registry/released.ts';
import type { ResourceRow } from '../../resources/types.ts';
import { strategyOf } from '../../strategies/table.ts';
import { subjectOf, type ResourceCall } from '../call.ts';
import type { WriteOptions } from '../options.ts';
import { requireValid, withDefaults } from '../../schema/schema.ts';
import { refuseUnsupported } from './unsupported.ts';

/** What may not be changed by whoever writes, taken from the stored object. */
const keepIdentity = (next: KubeObject, current: KubeObject): void => {
  const { metadata } = next;
  const kept = current.metadata;
  for (const field of [
    'name',
    'namespace',
    'uid',
    'creationTimestamp',
    'generateName',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'generation',
  ] as const) {
    if (kept[field] === undefined) delete metadata[field];
    else Object.assign(metadata, { [field]: kept[field] });
  }
  metadata.resourceVersion = current.metadata.resourceVersion ?? '';
};

const withoutMetadata = ({ metadata: _metadata, ...rest }: KubeObject) => rest;

/** The new object as the subresource lets it through: a status write changes the status only, any other leaves it. */
const restrict = (call: ResourceCall, next: KubeObject, current: KubeObject): KubeObject => {
  const { row, subresource } = call.target;
  if (subresource === 'finalize') {
    return { ...current, metadata: { ...current.metadata }, spec: { ...specOf(current), finalizers: items(specOf(next)['finalizers']) } };
  }
  if (subresource === 'status' && row.custom !== undefined) {
    // Of custom resources, metadata stays as it is too.
    const { status: _before, ...kept } = current;
    const object: KubeObject = { ...kept, metadata: { ...current.metadata } };
    if (next['status'] !== undefined) object['status'] = next['status'];
    return object;
  }
  if (subresource === 'status') {
    const { ownerReferences: _owners, finalizers: _finalizers, ...metadata } = next.metadata;
    const { ownerReferences, finalizers } = current.metadata;
    return {
      ...current,
      metadata: {
        ...metadata,
        ...(ownerReferences === undefined ? {} : { ownerReferences }),
        ...(finalizers === undefined ? {} : { finalizers }),
      },
      status: next['status'],
    };
  }
  if (!row.subresources.some((entry) => entry.name === 'status')) return next;
  const { status: _status, ...rest } = next;
  return current['status'] === undefined ? rest : { ...rest, status: current['status'] };
};

const finalizerProblems = (next: KubeObject, current: KubeObject): readonly StatusCause[] => {
  if (!isDeleting(current)) return [];
  const added = (next.metadata.finalizers ?? []).filter((entry) => !(current.metadata.finalizers ?? []).includes(entry));
  if (added.length === 0) return [];
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`;
  return [{ reason: 'FieldValueForbidden', field: 'metadata.finalizers', message }];
};

const sameObject = (left: KubeObject, right: KubeObject): boolean => {
  const { resourceVersion: _left, ...leftMeta } = left.metadata;
  const { resourceVersion: _right, ...rightMeta } = right.metadata;
  return sameJson(leftMeta, rightMeta) && sameJson(withoutMetadata(left), withoutMetadata(right));
};

/** Whether anything but metadata and status changed; without the subresource, a custom resource's status is a field as any other. */
const specChanged = (row: ResourceRow, next: KubeObject, current: KubeObject): boolean => {
  if (row.custom !== undefined && row.subresources.length === 0) return !sameJson(withoutMetadata(next), withoutMetadata(current));
  const { status: _next, ...left } = withoutMetadata(next);
  const { status: _current, ...right } = withoutMetadata(current);
  return !sameJson(left, right);
};

const requireSameObject = (call: ResourceCall, next: KubeObject, current: KubeObject): void => {
  const { resourceVersion, uid } = next.metadata;
  if (uid !== undefined && uid !== uidOf(current)) {
    throw errors.conflict(subjectOf(call), `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${uidOf(current)}`);
  }
  if (resourceVersion !== undefined && resourceVersion !== current.metadata.resourceVersion)
    throw errors.conflict(subjectOf(call), messages.modified);
};

/**
 * Takes a changed object through defaulting, admission and validation into the store. A change that changes nothing is not
 * written, so that it gets no new resourceVersion. Throws Conflict when the object changed meanwhile.
 */
export const applyUpdate = async (
  call: ResourceCall,
  current: KubeObject,
  sent: KubeObject,
  options: WriteOptions,
): Promise<KubeObject> => {
  const { row, subresource } = call.target;
  const { admission, registry, authorizer } = call.cluster;
  requireSameObject(call, sent, current);
  keepIdentity(sent, current);
  const strategy = strategyOf(row);
  const next = withDefaults(row, restrict(call, sent, current));
  if (subresource === '') strategy.prepareUpdate?.(next, current);
  const request = (object: KubeObject): AdmissionRequest => ({
    operation: 'UPDATE',
    row,
    subresource,
    namespace: namespaceOf(current),
    name: nameOf(current),
    user: call.user,
    dryRun: options.dryRun,
    options: { ...options.wire, kind: 'UpdateOptions' },
    object,
    oldObject: current,
    warnings: call.warnings,
  });
  const mutated = await admission.mutate(request(next));
  keepIdentity(mutated, current);
  const problems = [
    ...finalizerProblems(mutated, current),
    ...(subresource === '' ? (strategy.checkUpdate?.(mutated, current) ?? []) : []),
  ];
  if (problems.length > 0) throw errors.invalid(row, nameOf(current), problems);
  requireValid(row, mutated);
  refuseUnsupported(row, mutated);
  if (specChanged(row, mutated, current)) refuseEscalation(authorizer, call.user, row, mutated);
  if (row.generation && specChanged(row, mutated, current)) mutated.metadata.generation = (current.metadata.generation ?? 1) + 1;
  await admission.validate(request(mutated));
  if (sameObject(mutated, current)) return current;
  if (options.dryRun) return mutated;
  if (isReleasedAfter(row, mutated)) return registry.remove(row, current);
  return registry.update(row, current, mutated);
};
