import { messageOf } from '@podpass/kernel';
import { exitCodes } from './exit-codes.ts';

/** What went wrong, why, and what to do next. */
export class CliFailure extends Error {
  readonly code: string;
  readonly why: string | undefined;
  readonly next: string | undefined;
  readonly exitCode: number;

  constructor(code: string, what: string, details: { why?: string; next?: string; exitCode?: number; cause?: unknown } = {}) {
    super(what, { cause: details.cause });
    this.name = 'CliFailure';
    this.code = code;
    this.why = details.why;
    this.next = details.next;
    this.exitCode = details.exitCode ?? exitCodes.failed;
  }
}

/** Anything that was thrown, as a failure that can be shown. */
export const asFailure = (thrown: unknown): CliFailure =>
  thrown instanceof CliFailure ? thrown : new CliFailure('internal', 'The command failed.', { why: messageOf(thrown), cause: thrown });
