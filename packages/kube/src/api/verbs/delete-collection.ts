import type { Answer } from '@podpass/http';
import { StatusError } from '../../errors.ts';
import { listAnswer } from '../answer.ts';
import { shownAs, storedNamespace, type ResourceCall } from '../call.ts';
import { deleteOptions } from '../delete-options.ts';
import { selectionOf } from '../selection.ts';
import { deleteOne } from './delete.ts';

/** DELETE of a collection: everything that the selectors match. Answers the list of what was deleted. */
export const deleteCollection = async (call: ResourceCall): Promise<Answer> => {
  const { registry } = call.cluster;
  const { row } = call.target;
  const options = deleteOptions(call);
  const selection = selectionOf(call);
  const found = registry.mirror
    .list(row, storedNamespace(call))
    .map((object) => shownAs(row, object))
    .filter(selection.matches);
  for (const object of found) {
    try {
      await deleteOne(call, object, options);
    } catch (thrown) {
      // Somebody else was faster.
      if (!(thrown instanceof StatusError) || (thrown.reason !== 'NotFound' && thrown.reason !== 'Conflict')) throw thrown;
    }
  }
  return listAnswer(call, row, found, { resourceVersion: String(registry.revision) });
};
