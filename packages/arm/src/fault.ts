/** One problem inside a larger error, with the path of what it is about. */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

export interface ArmErrorOptions {
  readonly details?: readonly ErrorDetail[];
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An error as the resource manager sends it. The message goes to the client; `cause` stays inside. */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly ErrorDetail[];
  readonly target: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(row: { readonly status: number; readonly code: string }, message: string, options: ArmErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'ArmError';
    this.status = row.status;
    this.code = row.code;
    this.details = options.details ?? [];
    this.target = options.target;
    this.headers = options.headers ?? {};
  }
}

/** One row of an error catalogue: HTTP status, wire code (the row's key when absent) and message with `{placeholders}`. */
export interface ErrorRow {
  readonly status: number;
  readonly code?: string;
  readonly message: string;
}

type Placeholders<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;
type Values<T extends string> = Readonly<Record<Placeholders<T>, string | number>>;
type Arguments<T extends string> = [Placeholders<T>] extends [never]
  ? [values?: Readonly<Record<string, never>>, options?: ArmErrorOptions]
  : [values: Values<T>, options?: ArmErrorOptions];

const fill = (template: string, values: Readonly<Record<string, string | number>>) =>
  template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/**
 * Makes the writer of one catalogue: `fail('ResourceGroupNotFound', { group })` returns the error to throw. Codes are
 * a closed union, and the compiler asks for exactly the values that the message names.
 */
export const defineErrors =
  <const C extends Readonly<Record<string, ErrorRow>>>(catalogue: C) =>
  <K extends keyof C & string>(key: K, ...[values, options]: Arguments<C[K]['message']>): ArmError => {
    const row: ErrorRow = catalogue[key] ?? { status: 500, message: key };
    return new ArmError({ status: row.status, code: row.code ?? key }, fill(row.message, { ...values }), options);
  };

/** The body of every ARM error. https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/common-api-details.md#error-response-content */
export const errorBody = (error: Pick<ArmError, 'code' | 'message' | 'details' | 'target'>) => ({
  error: {
    code: error.code,
    message: error.message,
    ...(error.target === undefined ? {} : { target: error.target }),
    ...(error.details.length === 0 ? {} : { details: error.details }),
  },
});
