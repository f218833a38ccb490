import { KernelError } from '@podpass/kernel';
import { advance, type Change, type Step, type Version } from './evaluate.ts';

export interface History {
  readonly present: Version;
  /** The oldest version that can still be read; its revision is the compacted one. */
  readonly oldest: Version;
  push(change: Change): void;
  /** The state as of a revision. Throws `compacted`, `future-revision` or `invalid`. */
  at(revision: number): Version;
  /** The changes after a revision. Throws as `at` does. */
  since(revision: number): readonly Step[];
  /** Drops all changes up to a revision (inclusive). */
  forget(revision: number): void;
}

/** What a log held: a state, what came after it, and the state that this led to. */
export interface Recorded {
  readonly base: Version;
  readonly steps: readonly Step[];
  readonly present: Version;
}

const isVersion = (step: Step): step is Change => 'root' in step;

/**
 * Keeps everything since the compaction. Revisions have no gaps, so a version is found by subtraction. Versions of this process keep their
 * own roots; those that were read from a log are worked out when somebody asks, because a root for each costs a multiple of the
 * state itself, and hardly any is asked for.
 */
export const createHistory = ({ base, steps: recorded, present: newest }: Recorded): History => {
  let oldest = base;
  let steps: (Step | Change)[] = [...recorded];
  let present = newest;
  /** The recorded version that was asked for last: pages of one list ask for the same. */
  let rebuilt: Version | undefined;
  const check = (revision: number): void => {
    if (!Number.isSafeInteger(revision) || revision < 0) {
      throw new KernelError('invalid', 'A revision must be a whole number, 0 or more.');
    }
    if (revision < oldest.revision) {
      throw new KernelError('compacted', `Revision ${revision} has been compacted; the oldest is ${oldest.revision}.`);
    }
    if (revision > present.revision) {
      throw new KernelError('future-revision', `Revision ${revision} is in the future; the present one is ${present.revision}.`);
    }
  };
  const rebuild = (revision: number): Version => {
    let version = rebuilt !== undefined && rebuilt.revision <= revision ? rebuilt : oldest;
    const missing = steps.slice(version.revision - oldest.revision, revision - oldest.revision);
    for (const step of missing) version = advance(version, step.events, step.revision);
    rebuilt = { revision, root: version.root };
    return rebuilt;
  };
  const at = (revision: number): Version => {
    check(revision);
    if (revision === present.revision) return present;
    const step = steps[revision - oldest.revision - 1];
    if (step === undefined) return oldest;
    return isVersion(step) ? step : rebuild(revision);
  };
  return {
    get present() {
      return present;
    },
    get oldest() {
      return oldest;
    },
    push(change) {
      steps.push(change);
      present = change;
    },
    at,
    since(revision) {
      check(revision);
      return steps.slice(revision - oldest.revision);
    },
    forget(revision) {
      const { root } = at(revision);
      steps = steps.slice(revision - oldest.revision);
      oldest = { revision, root };
      if (rebuilt !== undefined && rebuilt.revision <= revision) rebuilt = undefined;
    },
  };
};
