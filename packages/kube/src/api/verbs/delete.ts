import type { Answer } from '@podpass/http';
import { errors, messages, StatusError } from '../../errors.ts';
import { nameOf, namespaceOf, uidOf } from '../../object/read.ts';
import type { KubeObject } from '../../object/types.ts';
import { markedForDeletion } from '../../registry/removal.ts';
import { limits } from '../../wire.ts';
import { jsonAnswer, objectAnswer, representationOf, successStatus } from '../answer.ts';
import { existing, subjectOf, type ResourceCall } from '../call.ts';
import { deleteOptions, type DeleteOptions } from '../delete-options.ts';

const requirePreconditions = (call: ResourceCall, object: KubeObject, options: DeleteOptions): void => {
  const subject = subjectOf(call, nameOf(object));
  if (options.uid !== undefined && options.uid !== uidOf(object)) {
    throw errors.conflict(subject, `Precondition failed: UID in precondition: ${options.uid}, UID in object meta: ${uidOf(object)}`);
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== object.metadata.resourceVersion) {
    throw errors.conflict(
      subject,
      `Precondition failed: ResourceVersion in precondition: ${options.resourceVersion}, ResourceVersion in object meta: ${object.metadata.resourceVersion ?? ''}`,
    );
  }
};

/** Deletes one object through admission. `remaining` is the object as it stays for now; undefined when it is gone. */
export const deleteOne = async (
  call: ResourceCall,
  object: KubeObject,
  options: DeleteOptions,
): Promise<{ remaining: KubeObject | undefined }> => {
  const { row } = call.target;
  const { registry, admission, clock } = call.cluster;
  requirePreconditions(call, object, options);
  await admission.validate({
    operation: 'DELETE',
    row,
    subresource: '',
    namespace: namespaceOf(object),
    name: nameOf(object),
    user: call.user,
    dryRun: options.dryRun,
    options: { ...options.wire, kind: 'DeleteOptions' },
    object: undefined,
    oldObject: object,
    warnings: call.warnings,
  });
  const marked = markedForDeletion(row, object, { grace: options.grace, propagation: options.propagation, now: clock.now() });
  if (options.dryRun) return { remaining: marked };
  if (marked === undefined) {
    await registry.remove(row, object);
    return { remaining: undefined };
  }
  return { remaining: marked === object ? object : await registry.update(row, object, marked) };
};

/** DELETE of one object. Answers the object while it is still ending, else a Status. */
export const deleteObject = async (call: ResourceCall): Promise<Answer> => {
  const { row } = call.target;
  representationOf(call);
  const options = deleteOptions(call);
  for (let attempt = 1; ; attempt += 1) {
    const object = existing(call);
    try {
      const { remaining } = await deleteOne(call, object, options);
      if (remaining !== undefined) return objectAnswer(call, row, remaining);
      const group = row.group === '' ? {} : { group: row.group };
      return jsonAnswer(call, successStatus({ name: nameOf(object), ...group, kind: row.resource, uid: uidOf(object) }));
    } catch (thrown) {
      const raced = thrown instanceof StatusError && thrown.message.endsWith(messages.modified);
      if (!raced || attempt >= limits.patchAttempts) throw thrown;
    }
  }
};
