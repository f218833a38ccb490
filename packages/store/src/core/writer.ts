import { KernelError, isKernelError } from '@podpass/kernel';
import type { TransactionResult } from '../types.ts';
import { evaluate, type Change, type Evaluation, type Version } from './evaluate.ts';
import type { ValidTransaction } from './validate.ts';

interface Pending {
  readonly transaction: ValidTransaction;
  readonly resolve: (result: TransactionResult) => void;
  readonly reject: (reason: KernelError) => void;
}

export interface WriterDeps {
  readonly present: () => Version;
  /** Makes a batch durable, all or nothing; throws when it cannot. */
  readonly append: (changes: readonly Change[]) => void;
  /** Makes a durable change visible. */
  readonly publish: (change: Change) => void;
  /** Calls back soon, after whatever else this turn still submits. */
  readonly schedule: (flush: () => void) => void;
}

export interface Writer {
  submit(transaction: ValidTransaction): Promise<TransactionResult>;
  /** Settles everything that was submitted. */
  drain(): void;
}

/** Bounds how long one batch may hold the event loop. */
const largestBatch = 512;

const asKernelError = (thrown: unknown): KernelError =>
  isKernelError(thrown) ? thrown : new KernelError('unavailable', 'The store could not write.', { cause: thrown });

/**
 * Group commit: transactions submitted in one turn are decided in order, each upon the outcome of the one before, and
 * share one durable write. When that fails, all of them are rejected, for each may have built on another.
 */
export const createWriter = ({ present, append, publish, schedule }: WriterDeps): Writer => {
  let queue: Pending[] = [];
  let scheduled = false;
  const commit = (batch: readonly Pending[]): void => {
    const evaluations: Evaluation[] = [];
    let changes: readonly Change[];
    try {
      let version = present();
      for (const { transaction } of batch) {
        const evaluation = evaluate(version, transaction);
        evaluations.push(evaluation);
        version = evaluation;
      }
      changes = evaluations.filter((evaluation) => evaluation.events.length > 0);
      if (changes.length > 0) append(changes);
    } catch (thrown) {
      const reason = asKernelError(thrown);
      for (const { reject } of batch) reject(reason);
      return;
    }
    for (const change of changes) publish(change);
    for (const [at, { resolve }] of batch.entries()) {
      const { succeeded = false, revision = 0, events = [] } = evaluations[at] ?? {};
      resolve({ succeeded, revision, events });
    }
  };
  const flush = (): void => {
    scheduled = false;
    const batch = queue.slice(0, largestBatch);
    queue = queue.slice(largestBatch);
    if (queue.length > 0) wake();
    if (batch.length > 0) commit(batch);
  };
  const wake = (): void => {
    if (scheduled) return;
    scheduled = true;
    schedule(flush);
  };
  return {
    submit: (transaction) =>
      new Promise((resolve, reject) => {
        queue.push({ transaction, resolve, reject });
        wake();
      }),
    drain() {
      while (queue.length > 0) flush();
    },
  };
};
