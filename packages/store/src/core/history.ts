import { KernelError } from '@podpass/kernel';
import type { Change, Version } from './evaluate.ts';

export interface History {
  readonly present: Version;
  /** The oldest version that can still be read; its revision is the compacted one. */
  readonly oldest: Version;
  push(change: Change): void;
  /** The state as of a revision. Throws `compacted`, `future-revision` or `invalid`. */
  at(revision: number): Version;
  /** The changes after a revision. Throws as `at` does. */
  since(revision: number): readonly Change[];
  /** Drops all changes up to a revision (inclusive). */
  forget(revision: number): void;
}

/** Keeps every version since the compaction. Revisions have no gaps, so a version is found by subtraction. */
export const createHistory = (base: Version, loaded: readonly Change[] = []): History => {
  let oldest = base;
  let changes = [...loaded];
  const present = () => changes.at(-1) ?? oldest;
  const check = (revision: number): void => {
    if (!Number.isSafeInteger(revision) || revision < 0) {
      throw new KernelError('invalid', 'A revision must be a whole number, 0 or more.');
    }
    if (revision < oldest.revision) {
      throw new KernelError('compacted', `Revision ${revision} has been compacted; the oldest is ${oldest.revision}.`);
    }
    if (revision > present().revision) {
      throw new KernelError('future-revision', `Revision ${revision} is in the future; the present one is ${present().revision}.`);
    }
  };
  const at = (revision: number): Version => {
    check(revision);
    return changes[revision - oldest.revision - 1] ?? oldest;
  };
  return {
    get present() {
      return present();
    },
    get oldest() {
      return oldest;
    },
    push: (change) => changes.push(change),
    at,
    since(revision) {
      check(revision);
      return changes.slice(revision - oldest.revision);
    },
    forget(revision) {
      const { root } = at(revision);
      changes = changes.slice(revision - oldest.revision);
      oldest = { revision, root };
    },
  };
};
