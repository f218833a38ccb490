/**
 * Bounds of the expression language. Entra documents none of its own; the length is that of a credential's other texts.
 */
export const expressionLimits = {
  /** Characters of an expression. */
  length: 600,
  /** Conditions joined by `and`. */
  clauses: 10,
  /** Characters of a claim that is compared; a longer one satisfies nothing. Bounds what one comparison may cost. */
  claim: 2048,
} as const;
