import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { randomHex } from '@podpass/kernel';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { createCapture } from './capture.ts';

export interface BlockOutput {
  readonly exitCode: number;
  readonly stdout: string;
  /** Standard output and standard error in the order of their arrival. */
  readonly combined: string;
  /** The block ended the shell itself (`exit`, or `set -e`), so that no further block can run in it. */
  readonly shellEnded: boolean;
}

export interface BashSession {
  run(commands: string): Promise<BlockOutput>;
  /** Ends the shell and everything that it started. */
  kill(): void;
  close(): Promise<void>;
}

/**
 * The shell reads the names of files on descriptor 3 and sources each of them, so that all blocks share one shell. Descriptors 5 and 6 are copies of its output
 * streams: a block may redirect its own for good (`exec >file`) without silencing the marker that tells the end of a block. None of
 * the three is left open for what the block starts, or a background process could hold them for ever.
 */
const driver = (marker: string): string => `
exec 5>&1 6>&2
while IFS= read -r -u 3 __podpass_block; do
  source "$__podpass_block" </dev/null 1>&5 2>&6 3<&- 5>&- 6>&-
  __podpass_status=$?
  trap - ERR
  printf '%s%s;' '${marker}' "$__podpass_status" >&5
  printf '%s%s;' '${marker}' "$__podpass_status" >&6
done
`;

/**
 * Returns from the sourced file at the first failing command: what \`set -e\` does, without losing the shell.
 * It stands on the first line, so that bash's messages keep the block's line numbers.
 */
const stopAtFailure = "trap 'return $?' ERR; ";

/** Opens one bash without start-up files, in a process group of its own. Throws CliFailure when bash cannot be started. */
export const openBash = async (options: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}): Promise<BashSession> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'podpass-run-'));
  // A word that no block can print by accident.
  const marker = `\u001epodpass-${randomHex(12)}:`;
  const child = spawn('bash', ['--noprofile', '--norc', '-c', driver(marker)], {
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const ended = endOf(child);
  const blocks = child.stdio[3] as Writable | null;
  // A shell that ended cannot read; its end is noticed below.
  blocks?.on('error', () => undefined);
  const capture = createCapture(child, marker);
  let count = 0;

  return {
    async run(commands) {
      const file = path.join(folder, `block-${(count += 1)}`);
      await writeFile(file, `${stopAtFailure}${commands}\n`, { mode: 0o600 });
      const finished = capture.next();
      blocks?.write(`${file}\n`);
      const status = await Promise.race([finished, ended.then((code) => ({ ended: code }))]);
      if (typeof status === 'number') return { exitCode: status, ...capture.take(), shellEnded: false };
      return { exitCode: status.ended, ...capture.take(), shellEnded: true };
    },
    kill: () => killGroup(child, 'SIGTERM'),
    async close() {
      blocks?.end();
      killGroup(child, 'SIGHUP');
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const endOf = (child: ChildProcess): Promise<number> => {
  const promise = new Promise<number>((resolve, reject) => {
    child.on('error', (cause) =>
      reject(
        new CliFailure('no-bash', 'bash cannot be run.', { why: cause.message, next: 'Install bash: articles are executed by it.', cause }),
      ),
    );
    child.on('exit', (code, signal) => {
      const status = code ?? 128 + (signal ? os.constants.signals[signal] : 0);
      // What the shell wrote last may still be in the pipes.
      setTimeout(() => resolve(status || exitCodes.ok), 20);
    });
  });
  // It is looked at only while a block runs.
  promise.catch(() => undefined);
  return promise;
};

const killGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
};
