import type { OperationHandler } from '../operations.ts';
import { checkWindow, readSecretChange } from '../request/secret-body.ts';
import { bundle, secretNotFound } from './bundle.ts';

/** PATCH /secrets/{name}[/{version}]: changes attributes, content type and tags, never the value. Answers without it. */
export const updateSecret: OperationHandler = async ({ secrets }, call) => {
  const change = readSecretChange(call.exchange.body);
  const updated = await secrets.update({ ...call.secret, version: call.version, check: checkWindow }, change);
  if (updated === undefined) throw secretNotFound(call);
  return { status: 200, body: bundle(call, { name: updated.head.name, version: updated.changed }) };
};
