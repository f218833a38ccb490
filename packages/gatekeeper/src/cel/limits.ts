/** Bounds of expressions. A step is about one node or one list element; Kubernetes bounds its policies in a similar way. */
export const celLimits = {
  /** Characters of one expression. */
  source: 32_768,
  /** Nodes of one expression. */
  nodes: 10_000,
  /** Nesting of one expression, chains of operators included. */
  height: 200,
  /** Nesting at run time, variables that use variables included. */
  depth: 1_500,
  /** Nesting of the objects that are looked at. */
  valueDepth: 200,
  /** Steps of one constraint on one object. */
  steps: 300_000,
  /** Steps of all constraints on one object. */
  reviewSteps: 1_000_000,
  /** Characters that count as one step where strings are made or searched. */
  charactersPerStep: 16,
  /** Characters of a regular expression, and the sum of its counted repetitions, which multiply its size. */
  pattern: 1_000,
  repetitions: 1_000,
} as const;
