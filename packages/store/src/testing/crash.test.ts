import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryStore } from '../memory.ts';
import { write } from './builders.ts';
import { checkRound } from './crash-check.ts';
import { slotKey, twinKey, valueOf } from './crash-plan.ts';
import { crashRounds } from './crash-rounds.ts';
import { temporaryFolder } from './temporary.ts';

const written = async (sequence: number, twin = sequence) => {
  const store = createMemoryStore();
  await write(
    store,
    { op: 'put', key: slotKey(0, sequence), value: valueOf(0, sequence) },
    { op: 'put', key: twinKey(0, sequence), value: valueOf(0, twin) },
  );
  return store;
};

describe('the check after a crash', () => {
  it('notices a lost write', async () => {
    const lost = [{ writer: 0, sequence: 41, revision: 1 }];
    expect(await checkRound(await written(1), lost, 0)).toContain('slot/0/1 lost the acknowledged write 41');
  });
  it('notices a half-applied transaction', async () => {
    expect(await checkRound(await written(1, 41), [], 0)).toEqual(['slot/0/1 and its twin differ']);
  });
  it('notices a revision that goes back', async () => {
    const writes = [{ writer: 0, sequence: 1, revision: 1 }];
    expect(await checkRound(await written(1), writes, 1)).toEqual(['revision 1 of write 0/1 does not increase']);
    expect(await checkRound(await written(1), writes, 0)).toEqual([]);
  });
});

describe('a killed writer', () => {
  it('loses no acknowledged write in 20 rounds', { timeout: 180_000 }, async () => {
    const folder = temporaryFolder();
    onTestFinished(folder.remove);
    const dir = join(folder.path, 'data');
    mkdirSync(dir);
    const report = await crashRounds({ rounds: 20, dir });
    expect(report.problems).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(20);
  });
});
