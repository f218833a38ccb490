import { KernelError } from '@podpass/kernel';
import type { Store, Transaction, TransactionResult } from './types.ts';

/**
 * Applies a transaction that must succeed: throws `conflict` when a comparison fails. Build it from the `compare`,
 * `putOperation` and `deleteOperation` of any number of collections.
 */
export const transact = async (store: Pick<Store, 'txn'>, transaction: Transaction): Promise<TransactionResult> => {
  const result = await store.txn(transaction);
  if (!result.succeeded) throw new KernelError('conflict', 'What the transaction builds on has changed meanwhile.');
  return result;
};
