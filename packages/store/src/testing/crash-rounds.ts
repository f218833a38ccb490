import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { randomBelow } from '@podpass/kernel';
import { openSqliteStore } from '../sqlite/open.ts';
import { checkRound, type Acknowledgement } from './crash-check.ts';

export interface CrashReport {
  readonly rounds: number;
  /** Writes acknowledged over all rounds. */
  readonly acknowledged: number;
  /** What was lost, altered or out of order, in words; empty when all is well. */
  readonly problems: readonly string[];
}

const program = fileURLToPath(new URL('crash-writer.ts', import.meta.url));

/** Longest time a writer lives after its first acknowledged write, in milliseconds. */
const longestLife = 120;

const parse = (line: string): Acknowledgement => {
  const [writer = -1, sequence = -1, revision = -1] = line.split(' ').map(Number);
  return { writer, sequence, revision };
};

/** Lets a writer work on the file, kills it without warning, and returns what it had acknowledged by then. */
const writeUntilKilled = async (file: string): Promise<Acknowledgement[]> => {
  const child = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const complaints: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  let received = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), exited]);
  await sleep(randomBelow(longestLife));
  child.kill('SIGKILL');
  const [, signal] = (await ended) as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error(`The writer ended by itself: ${Buffer.concat(complaints).toString()}`);
  return received.split('\n').slice(0, -1).map(parse);
};

/**
 * Kills a writing process `rounds` times at random moments, each time upon the same file in `dir`, and checks after
 * each that the store opens, holds every acknowledged write with its value and revision, and never goes back.
 */
export const crashRounds = async ({ rounds, dir }: { rounds: number; dir: string }): Promise<CrashReport> => {
  const file = join(dir, 'crash.db');
  const problems: string[] = [];
  let acknowledged = 0;
  let before = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const writes = await writeUntilKilled(file);
    const store = await openSqliteStore({ file });
    const found = await checkRound(store, writes, before);
    problems.push(...found.map((problem) => `round ${round}: ${problem}`));
    acknowledged += writes.length;
    before = store.revision;
    await store.close();
  }
  return { rounds, acknowledged, problems };
};
