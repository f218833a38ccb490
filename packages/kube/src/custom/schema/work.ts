import type { FieldProblem } from '../../codec/index.ts';

/** What one validation may cost: a hostile pair of schema and object must not keep the server busy. */
const workBudget = 2_000_000;
/** States that the patterns of one validation may visit. */
const patternBudget = 10_000_000;
/** Problems that one answer names. */
const mostProblems = 100;

/** The state of one validation. */
export interface Work {
  /** Values that may still be looked at. */
  left: number;
  readonly problems: FieldProblem[];
  /** States that patterns may still visit, all values together. */
  readonly effort: { left: number };
}

export const newWork = (outer?: Work): Work => ({
  left: outer?.left ?? workBudget,
  problems: [],
  effort: outer?.effort ?? { left: patternBudget },
});

/** Counts a visit; false when the budget is used up. */
export const spend = (work: Work, cost = 1): boolean => {
  work.left -= cost;
  return work.left >= 0;
};

/** Adds a problem unless there are enough already. */
export const report = (work: Work, problem: FieldProblem): void => {
  if (work.problems.length < mostProblems) work.problems.push(problem);
};
