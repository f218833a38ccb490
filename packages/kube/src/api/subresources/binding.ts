import type { Answer } from '@podpass/http';
import { errors } from '../../errors.ts';
import { bindPod } from '../../registry/bind.ts';
import { fields, text } from '../../object/read.ts';
import { jsonAnswer } from '../answer.ts';
import { readBody } from '../body.ts';
import { existing, type ResourceCall } from '../call.ts';
import { writeOptions } from '../options.ts';

/** POST of `pods/NAME/binding`: puts a pod on a node. */
export const bindPodToNode = async (call: ResourceCall): Promise<Answer> => {
  const options = writeOptions(call, 'CreateOptions');
  const body = readBody(call, { group: '', version: 'v1', kind: 'Binding' });
  const target = fields(body['target']);
  const node = text(target['name']);
  const kind = text(target['kind']) || 'Node';
  if (kind !== 'Node' || node === '') {
    throw errors.invalid({ group: '', kind: 'Binding' }, call.target.name, [
      kind === 'Node'
        ? { reason: 'FieldValueRequired', field: 'target.name', message: 'Required value' }
        : {
            reason: 'FieldValueNotSupported',
            field: 'target.kind',
            message: `Unsupported value: ${JSON.stringify(kind.slice(0, 63))}: supported values: "Node"`,
          },
    ]);
  }
  const pod = existing(call);
  if (!options.dryRun) await bindPod(call.cluster, pod, node);
  return jsonAnswer(call, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
};
