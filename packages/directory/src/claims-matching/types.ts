export type Operator = 'eq' | 'matches';

/** One condition on one claim. */
export interface Clause {
  readonly claim: string;
  readonly operator: Operator;
  /** The text; for `matches` a pattern with `*` (any run of characters) and `?` (any one). */
  readonly comparand: string;
}
