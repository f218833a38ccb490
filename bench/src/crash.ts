import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { crashRounds } from '@podpass/store/testing';
import { cacheFolder } from '@podpass/tools';

/**
 * `npm run crash [-- ROUNDS]`: kills a writer with SIGKILL at random moments, 200 times unless told otherwise, and checks
 * after each that every acknowledged write is there and that the store opens clean. Exit code 1 on any problem.
 */
const rounds = Number(process.argv[2] ?? '200');
await mkdir(cacheFolder, { recursive: true });
const dir = await mkdtemp(path.join(cacheFolder, 'crash-'));
try {
  const result = await crashRounds({ rounds, dir });
  for (const problem of result.problems) process.stdout.write(`${String(problem)}\n`);
  process.stdout.write(`${result.rounds} kills, ${result.acknowledged} acknowledged writes, ${result.problems.length} problems\n`);
  process.exitCode = result.problems.length === 0 ? 0 : 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}
