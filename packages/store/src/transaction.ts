import type { Compare, Operation, Transaction } from './types.ts';

/** A transaction that applies `operations` if every comparison holds. */
export const transactionOf = (operations: readonly Operation[], compare: readonly Compare[] = []): Transaction => ({
  compare,
  // oxlint-disable-next-line unicorn/no-thenable -- an array cannot be mistaken for a promise; etcd names the branch so
  then: operations,
});
