import type { OperationHandler } from '../operations.ts';
import { Refusal } from '../errors.ts';
import { deletedSecretNotFound } from './bundle.ts';

/** DELETE /deletedsecrets/{name}: removes all versions for good, unless the vault is protected against purging. */
export const purgeDeletedSecret: OperationHandler = async ({ secrets }, call) => {
  const { vault } = call;
  if ((await secrets.deletedHead(call.secret)) === undefined) throw deletedSecretNotFound(call);
  if (vault.enablePurgeProtection) {
    throw new Refusal(
      'purgeProtected',
      `Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.\r\nVault: ${vault.name};location=${vault.location}`,
    );
  }
  if (!(await secrets.purge(call.secret))) throw deletedSecretNotFound(call);
  return { status: 204 };
};
