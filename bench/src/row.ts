/** One figure: what was measured, what it is divided by, and the bar it should reach. */
export interface Row {
  readonly figure: string;
  readonly measured: string;
  /** What the measurement is divided by, with its value; undefined for absolute figures. */
  readonly dividedBy?: string;
  readonly ratio?: string;
  readonly bar: string;
  /** Also true of a figure that was skipped. */
  readonly reached: boolean;
  /** Why this machine cannot show the figure. */
  readonly skipped?: string;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
};

/** The value below which `share` (0 to 1) of the values lie. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
};
