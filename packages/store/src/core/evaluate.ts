import type { Operation, WatchEvent } from '../types.ts';
import { find, insert, remove, type Tree } from './tree.ts';
import type { ValidTransaction } from './validate.ts';

/** One state of the store: a revision and all keys that live in it. */
export interface Version {
  readonly revision: number;
  readonly root: Tree;
}

/** What one transaction changed. */
export interface Step {
  readonly revision: number;
  readonly events: readonly WatchEvent[];
}

/** A version together with what led to it from the one before. */
export interface Change extends Version, Step {}

export interface Evaluation extends Change {
  readonly succeeded: boolean;
}

const eventOf = (root: Tree, operation: Operation, revision: number): WatchEvent | undefined => {
  const { key } = operation;
  const previous = find(root, key);
  if (operation.op === 'delete') {
    return previous === undefined ? undefined : { type: 'delete', key, revision, value: undefined, previous };
  }
  const value = {
    key,
    value: operation.value,
    createRevision: previous?.createRevision ?? revision,
    modRevision: revision,
    version: (previous?.version ?? 0) + 1,
  };
  return { type: 'put', key, revision, value, previous };
};

const apply = (root: Tree, event: WatchEvent): Tree => (event.value === undefined ? remove(root, event.key) : insert(root, event.value));

/** The version that `events` make of `version`; they carry `revision`. */
export const advance = (version: Version, events: readonly WatchEvent[], revision: number): Change => ({
  revision,
  events,
  root: events.reduce(apply, version.root),
});

/** Decides a transaction against a version. Changes nothing: the caller publishes the outcome once it is durable. */
export const evaluate = (version: Version, transaction: ValidTransaction): Evaluation => {
  const holds = transaction.compare.every(({ key, modRevision }) => (find(version.root, key)?.modRevision ?? 0) === modRevision);
  if (!holds) return { ...version, events: [], succeeded: false };
  const revision = version.revision + 1;
  const events = transaction.operations
    .map((operation) => eventOf(version.root, operation, revision))
    .filter((event) => event !== undefined);
  if (events.length === 0) return { ...version, events, succeeded: true };
  return { ...advance(version, events, revision), succeeded: true };
};
