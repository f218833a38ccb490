import type { OperationHandler } from '../operations.ts';
import { deletedBundle, secretNotFound } from './bundle.ts';

/** DELETE /secrets/{name}: soft-deletes all versions. The state in between that Azure shows for seconds does not occur. */
export const deleteSecret: OperationHandler = async ({ secrets }, call) => {
  const deleted = await secrets.delete(call.secret, call.vault.softDeleteRetentionInDays);
  if (deleted === undefined) throw secretNotFound(call);
  return { status: 200, body: deletedBundle(call, deleted) };
};
