import { messageOf } from '@podpass/kernel';
import type { Answer } from './types.ts';

/** One step of a pipeline: answers, or leaves the context to the next step. Its function name is the phase's name. */
export type Phase<C> = (context: C) => Promise<Answer | undefined> | Answer | undefined;

/** Told about every phase that ran, in seconds; `failed` when it threw. */
export interface PhaseObserver {
  phase(name: string, seconds: number, failed: boolean): void;
}

/** Wraps what a phase threw, so that the log names the phase; `cause` is the original. */
export class PhaseFailure extends Error {
  readonly phase: string;

  constructor(phase: string, cause: unknown) {
    super(`${phase}: ${messageOf(cause)}`, { cause });
    this.name = 'PhaseFailure';
    this.phase = phase;
  }
}

/**
 * Runs named phases in order until one answers. Throws at once when a phase has no name; the returned function
 * rejects with `PhaseFailure` when a phase throws, or when none answers.
 */
export const pipeline = <C>(phases: readonly Phase<C>[], observer?: PhaseObserver): ((context: C) => Promise<Answer>) => {
  for (const phase of phases) if (phase.name === '') throw new Error('Every phase of a pipeline needs a name.');
  return async (context) => {
    for (const phase of phases) {
      const started = observer === undefined ? 0 : performance.now();
      let failed = true;
      try {
        const answer = await phase(context);
        failed = false;
        if (answer !== undefined) return answer;
      } catch (thrown) {
        throw thrown instanceof PhaseFailure ? thrown : new PhaseFailure(phase.name, thrown);
      } finally {
        observer?.phase(phase.name, (performance.now() - started) / 1000, failed);
      }
    }
    throw new PhaseFailure('end', new Error('No phase answered.'));
  };
};
