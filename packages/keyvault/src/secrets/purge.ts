import { transactionOf, type Collection, type Item, type Store } from '@podpass/store';
import { headId, versionsId, type SecretRef } from './collections.ts';
import type { DeletedHead, SecretVersion } from './model.ts';

/** Versions removed per transaction; each takes two operations, and the store allows 1000. */
const batch = 400;

export interface PurgeDeps {
  readonly store: Store;
  readonly deleted: Collection<DeletedHead>;
  readonly versions: Collection<SecretVersion>;
  readonly values: Collection<string>;
}

/**
 * Removes a soft-deleted secret with all its versions; answers false when the head changed meanwhile. The head goes
 * last and every batch depends on it: an interrupted purge is seen as due and finished later, and two purges of the
 * same secret cannot touch a secret that was created after them.
 */
export const purgeSecret = async (deps: PurgeDeps, ref: SecretRef, known: Item<DeletedHead>): Promise<boolean> => {
  const { store, deleted, versions, values } = deps;
  let head = known;
  if (head.value.scheduledPurgeDate > 0) {
    const due = deleted.putOperation(head.id, { ...head.value, scheduledPurgeDate: 0 });
    const marked = await store.txn(transactionOf([due], [deleted.compare(head.id, head.revision)]));
    if (!marked.succeeded) return false;
    head = { ...head, revision: marked.revision };
  }
  for (;;) {
    const page = await versions.list({ limit: batch, idPrefix: versionsId(ref) });
    const removals = page.items.flatMap(({ id }) => [versions.deleteOperation(id), values.deleteOperation(id)]);
    const last = page.remaining === 0;
    const operations = last ? [...removals, deleted.deleteOperation(headId(ref))] : removals;
    const { succeeded } = await store.txn(transactionOf(operations, [deleted.compare(head.id, head.revision)]));
    if (last || !succeeded) return succeeded;
  }
};
