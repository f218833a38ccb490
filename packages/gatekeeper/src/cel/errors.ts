/** An expression that cannot be compiled: a mistake of whoever wrote the template. `at` counts characters from 0. */
export class CelSyntaxError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = 'CelSyntaxError';
    this.at = at;
  }
}

/** An expression that failed for the values it met. `||` and `&&` may absorb it, as the language says. */
export class CelError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CelError';
  }
}

/** An evaluation that went over its bounds. Nothing inside an expression can absorb it. */
export class CelLimitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CelLimitError';
  }
}
