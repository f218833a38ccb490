import type { Answer } from '@podpass/http';
import { fields, number } from '../../object/read.ts';
import { jsonAnswer } from '../answer.ts';
import { readBody } from '../body.ts';
import { existing, type ResourceCall } from '../call.ts';
import { writeOptions, dryRunOf } from '../options.ts';
import { deleteOne } from '../verbs/delete.ts';

/** POST of `pods/NAME/eviction`. There are no disruption budgets here, so that an eviction is a deletion. */
export const evictPod = async (call: ResourceCall): Promise<Answer> => {
  const base = writeOptions(call, 'CreateOptions');
  const body = readBody(call, { group: 'policy', version: 'v1', kind: 'Eviction' });
  const wanted = fields(body['deleteOptions']);
  const dryRun = base.dryRun || dryRunOf(wanted['dryRun']);
  await deleteOne(call, existing(call), {
    dryRun,
    grace: number(wanted['gracePeriodSeconds']),
    propagation: undefined,
    uid: undefined,
    resourceVersion: undefined,
    wire: { ...base.wire, kind: 'DeleteOptions' },
  });
  return jsonAnswer(call, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
};
