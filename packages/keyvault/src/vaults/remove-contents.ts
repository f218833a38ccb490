import { transactionOf, type Operation, type Store } from '@podpass/store';
import { secretCollections } from '../secrets/collections.ts';

/** Keys removed per transaction, so that emptying a large vault does not hold up other writers. */
const batch = 500;

/** Deletes everything inside a vault. Repeating it after an interruption is harmless. */
export const removeContents = async (store: Store, uid: string): Promise<void> => {
  for (const { prefix } of secretCollections(store)) {
    for (;;) {
      const page = await store.list(`${prefix}${uid}/`, { limit: batch });
      if (page.items.length === 0) break;
      await store.txn(transactionOf(page.items.map((item): Operation => ({ op: 'delete', key: item.key }))));
    }
  }
};
