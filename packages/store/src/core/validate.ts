import { KernelError } from '@podpass/kernel';
import { maxKeyBytes, maxOperations, maxValueBytes } from '../limits.ts';
import type { Compare, Operation, Transaction } from '../types.ts';

const refuse = (message: string): never => {
  throw new KernelError('invalid', message);
};

const checkKey = (key: string): void => {
  if (key.length === 0) refuse('A key must not be empty.');
  if (key.length > maxKeyBytes || (key.length * 3 > maxKeyBytes && Buffer.byteLength(key) > maxKeyBytes)) {
    refuse(`A key must not be longer than ${maxKeyBytes} bytes.`);
  }
  if (!key.isWellFormed()) refuse('A key must be well-formed Unicode text.');
};

const checkRevision = (revision: number): void => {
  if (!Number.isSafeInteger(revision) || revision < 0) refuse('A revision must be a whole number, 0 or more.');
};

/** The operation with a value of its own, so that neither the caller nor a shared buffer pool can change it later. */
const owned = (operation: Operation): Operation => {
  if (operation.op === 'delete') return operation;
  if (operation.value.byteLength > maxValueBytes) refuse(`A value must not be larger than ${maxValueBytes} bytes.`);
  return { op: 'put', key: operation.key, value: new Uint8Array(operation.value) };
};

/** A transaction that was checked and that nobody else can change. */
export interface ValidTransaction {
  readonly compare: readonly Compare[];
  readonly operations: readonly Operation[];
}

/** Checks a transaction against the limits and takes ownership of its values. Throws `invalid`. */
export const validate = (transaction: Transaction): ValidTransaction => {
  const { compare = [], then } = transaction;
  if (then.length > maxOperations || compare.length > maxOperations) {
    refuse(`A transaction must not have more than ${maxOperations} operations or comparisons.`);
  }
  for (const { key, modRevision } of compare) {
    checkKey(key);
    checkRevision(modRevision);
  }
  const keys = new Set<string>();
  for (const { key } of then) {
    checkKey(key);
    if (keys.has(key)) refuse('A transaction must not name a key in two operations.');
    keys.add(key);
  }
  return { operations: then.map(owned), compare: compare.map((each) => ({ ...each })) };
};
