import type { OperationHandler } from '../operations.ts';
import { bundle, deletedSecretNotFound } from './bundle.ts';

/** POST /deletedsecrets/{name}/recover: brings all versions back at once. */
export const recoverDeletedSecret: OperationHandler = async ({ secrets }, call) => {
  const head = await secrets.recover(call.secret);
  if (head === undefined) throw deletedSecretNotFound(call);
  return { status: 200, body: bundle(call, { name: head.name, version: head.latest }) };
};
