import type { Answer } from '@podpass/http';
import type { ServedOperation } from './permissions.ts';
import type { Call, OperationDeps } from './request/call.ts';
import { deleteSecret } from './secrets/delete-secret.ts';
import { getDeletedSecret } from './secrets/get-deleted-secret.ts';
import { getDeletedSecrets } from './secrets/get-deleted-secrets.ts';
import { getSecretVersions } from './secrets/get-secret-versions.ts';
import { getSecret } from './secrets/get-secret.ts';
import { getSecrets } from './secrets/get-secrets.ts';
import { purgeDeletedSecret } from './secrets/purge-deleted-secret.ts';
import { recoverDeletedSecret } from './secrets/recover-deleted-secret.ts';
import { setSecret } from './secrets/set-secret.ts';
import { updateSecret } from './secrets/update-secret.ts';

export type OperationHandler = (deps: OperationDeps, call: Call) => Promise<Answer>;

/** The handler of each served operation. The ledger names its route, `permissions` the right that it needs. */
export const operations: Readonly<Record<ServedOperation, OperationHandler>> = {
  setSecret,
  getSecret,
  getSecrets,
  getSecretVersions,
  updateSecret,
  deleteSecret,
  getDeletedSecrets,
  getDeletedSecret,
  recoverDeletedSecret,
  purgeDeletedSecret,
};
