import type { OperationHandler } from '../operations.ts';
import { deletedBundle, deletedSecretNotFound } from './bundle.ts';

/** GET /deletedsecrets/{name}. */
export const getDeletedSecret: OperationHandler = async ({ secrets }, call) => {
  const deleted = await secrets.deletedHead(call.secret);
  if (deleted === undefined) throw deletedSecretNotFound(call);
  return { status: 200, body: deletedBundle(call, deleted) };
};
