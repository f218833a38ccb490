import type { Answer } from '@podpass/http';
import { errors, StatusError } from '../../errors.ts';
import { readObject } from '../../object/metadata.ts';
import { clone } from '../../object/read.ts';
import { kindOf } from '../../resources/lookup.ts';
import { limits } from '../../wire.ts';
import { objectAnswer, representationOf } from '../answer.ts';
import { readBody } from '../body.ts';
import { existing, type ResourceCall } from '../call.ts';
import { writeOptions } from '../options.ts';
import { duplicatesOf } from '../duplicates.ts';
import { withoutUnknownFields } from '../field-validation.ts';
import { placeObject } from '../write/names.ts';
import { applyUpdate } from '../write/apply-update.ts';

/** PUT of an object or of one of its subresources. A body without resourceVersion replaces whatever is there. */
export const updateObject = async (call: ResourceCall): Promise<Answer> => {
  const { row, name } = call.target;
  representationOf(call);
  const options = writeOptions(call, 'UpdateOptions');
  const sent = readObject(
    withoutUnknownFields(call, row, readBody(call, kindOf(row), row.custom), { duplicates: duplicatesOf(call, row) }),
    row.kind,
  );
  if (sent.metadata.name === undefined) {
    throw errors.badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (sent.metadata.name !== name) {
    throw errors.badRequest(`the name of the object (${sent.metadata.name.slice(0, 253)}) does not match the name on the URL (${name})`);
  }
  placeObject(call, sent);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const updated = await applyUpdate(call, existing(call), clone(sent), options);
      return objectAnswer(call, row, updated);
    } catch (thrown) {
      const raced =
        thrown instanceof StatusError &&
        thrown.reason === 'Conflict' &&
        sent.metadata.resourceVersion === undefined &&
        sent.metadata.uid === undefined;
      if (!raced || attempt >= limits.patchAttempts) throw thrown;
    }
  }
};
