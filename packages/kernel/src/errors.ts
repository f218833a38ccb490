/**
 * Errors that any layer may raise. Wire surfaces translate them into their own catalogues at the edge; `detail` may
 * hold what must not leave the process.
 */
export const kernelErrorCodes = [
  'conflict',
  'not-found',
  'invalid',
  'unavailable',
  'compacted',
  'future-revision',
  'corrupt',
  'closed',
] as const;
export type KernelErrorCode = (typeof kernelErrorCodes)[number];

export class KernelError extends Error {
  readonly code: KernelErrorCode;
  readonly detail: unknown;

  constructor(code: KernelErrorCode, message: string, options: { cause?: unknown; detail?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'KernelError';
    this.code = code;
    this.detail = options.detail;
  }
}

/** Whether `thrown` is a kernel error, optionally with one particular code. */
export const isKernelError = (thrown: unknown, code?: KernelErrorCode): thrown is KernelError =>
  thrown instanceof KernelError && (code === undefined || thrown.code === code);

/** The message of anything that was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** The `code` of a system error such as EACCES; undefined for anything else. */
export const systemCode = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
