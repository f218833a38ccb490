import type { CliFailure } from './failure.ts';
import type { System } from './system.ts';

/** Where a command says what it did: as text for people, or as one JSON value that nothing else mixes with. */
export interface Output {
  readonly json: boolean;
  /** The command's result: `value` in JSON mode, `text` otherwise. Called once. */
  result(value: unknown, text: string): void;
  /** A line of progress: on standard output for people, nowhere in JSON mode. */
  progress(line: string): void;
  /** A remark that is not part of the result: always on standard error. */
  note(line: string): void;
  failure(failure: CliFailure): void;
}

export const createOutput = (system: Pick<System, 'stdout' | 'stderr'>, json: boolean): Output => ({
  json,
  result: (value, text) => void system.stdout.write(json ? `${JSON.stringify(value, undefined, 2)}\n` : text === '' ? '' : `${text}\n`),
  progress(line) {
    if (!json) system.stdout.write(`${line}\n`);
  },
  note: (line) => void system.stderr.write(`podpass: ${line}\n`),
  failure({ code, message, why, next }) {
    if (json) system.stdout.write(`${JSON.stringify({ error: { code, message, why, next } }, undefined, 2)}\n`);
    else
      system.stderr.write([`podpass: ${message}`, ...(why ? [`  Why:  ${why}`] : []), ...(next ? [`  Next: ${next}`] : []), ''].join('\n'));
  },
});
