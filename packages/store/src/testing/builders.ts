import type { KeyValue, Operation, Store, Transaction, TransactionResult, WatchEvent } from '../types.ts';
import { transactionOf } from '../transaction.ts';

export const put = (key: string, text = key): Operation => ({ op: 'put', key, value: new TextEncoder().encode(text) });
export const remove = (key: string): Operation => ({ op: 'delete', key });

/** Applies operations without comparisons. */
export const write = (store: Store, ...operations: Operation[]): Promise<TransactionResult> => store.txn(transactionOf(operations));

/** A transaction upon one key's revision. */
export const whenAt = (key: string, modRevision: number, ...operations: Operation[]): Transaction =>
  transactionOf(operations, [{ key, modRevision }]);

export const textOf = (item: KeyValue | undefined): string | undefined => item && new TextDecoder().decode(item.value);

/** `key=text@modRevision` of each item. */
export const summary = (items: readonly KeyValue[]): string[] => items.map((item) => `${item.key}=${textOf(item)}@${item.modRevision}`);

/** `revision type key old→new`, with `-` for nothing. */
export const told = (event: WatchEvent): string =>
  `${event.revision} ${event.type} ${event.key} ${textOf(event.previous) ?? '-'}→${textOf(event.value) ?? '-'}`;
