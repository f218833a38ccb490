import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import type { Budget } from './budget.ts';
import { CelError } from './errors.ts';
import { celLimits } from './limits.ts';

/** The library's own RE2: its time grows with the text, whatever the pattern. */
const evaluate = plan(celEnv(), parse('text.matches(pattern)'));

/** Steps for compiling a pattern. A counted repetition multiplies the size of the program, so it is counted as such. */
const compileSteps = (pattern: string): number => {
  const repeats = (pattern.match(/\{/g) ?? []).length;
  return 50 + pattern.length * (repeats === 0 ? 1 : 50);
};

const match = (text: string, pattern: string): boolean => {
  const result = evaluate({ text, pattern });
  if (isCelError(result)) throw new CelError(`the regular expression ${JSON.stringify(pattern.slice(0, 100))} is not valid RE2`);
  return result === true;
};

/** Why a pattern is not even tried; undefined when it may be. */
const excess = (pattern: string): string | undefined => {
  if (pattern.length > celLimits.pattern) return `a regular expression is longer than ${celLimits.pattern} characters`;
  const counts = [...pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].map(([, least, most]) => Math.max(Number(least), Number(most ?? 0)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total > celLimits.repetitions ? `a regular expression counts more than ${celLimits.repetitions} repetitions` : undefined;
};

/** Whether RE2 finds the pattern anywhere in the text. Throws CelError for patterns that are none, CelLimitError for what costs too much. */
export const matches = (text: string, pattern: string, budget: Budget): boolean => {
  const problem = excess(pattern);
  if (problem !== undefined) throw new CelError(problem);
  const program = compileSteps(pattern);
  budget.charge(program);
  budget.chargeText(text.length * Math.min(program, 1_000));
  return match(text, pattern);
};

/** What is wrong with a pattern; undefined when nothing is. */
export const patternProblem = (pattern: string): string | undefined => {
  const problem = excess(pattern);
  if (problem !== undefined) return problem;
  try {
    match('', pattern);
    return undefined;
  } catch (thrown) {
    return (thrown as Error).message;
  }
};
