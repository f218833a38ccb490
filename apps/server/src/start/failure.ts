/** Why the platform cannot start, as codes that scripts can rely on. */
const startFailureCodes = [
  'usage',
  'already-running',
  'port-in-use',
  'data-unwritable',
  'data-corrupt',
  'data-foreign',
  'runtime-unavailable',
  'internal',
] as const;
export type StartFailureCode = (typeof startFailureCodes)[number];

/** One clear sentence for people, a code for scripts, and what to do next. */
export class StartFailure extends Error {
  readonly code: StartFailureCode;
  readonly hint: string;

  constructor(code: StartFailureCode, message: string, options: { hint: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'StartFailure';
    this.code = code;
    this.hint = options.hint;
  }
}
