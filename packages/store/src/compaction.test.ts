import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCompaction } from './compaction.ts';
import { createMemoryStore } from './memory.ts';
import { openSqliteStore } from './sqlite/open.ts';
import { put, remove, write } from './testing/builders.ts';
import { temporaryFolder } from './testing/temporary.ts';
import type { Store } from './types.ts';

const writeMany = async (store: Store, count: number, text = 'x'): Promise<void> => {
  await Promise.all(
    Array.from({ length: count }, (_, at) => write(store, put(`k${at % 10}`, text), at % 2 === 0 ? put('flag') : remove('flag'))),
  );
};

const started = (store: Store, options: { keep?: number; most?: number } = {}) => {
  const compaction = startCompaction({ store, every: 1_000_000, ...options });
  onTestFinished(() => compaction.close());
  return compaction;
};

describe('regular compaction', () => {
  it('never keeps fewer than 1000 revisions', async () => {
    const store = createMemoryStore();
    const compaction = started(store, { keep: 1, most: 1 });
    await writeMany(store, 999);
    await compaction.run();
    await compaction.run();
    expect(store.compactedRevision).toBe(0);
    await writeMany(store, 11);
    await compaction.run();
    expect(store.compactedRevision).toBe(10);
  });

  it('keeps what came since the run before, up to the most', async () => {
    const store = createMemoryStore();
    const compaction = started(store, { most: 3000 });
    await writeMany(store, 2500);
    await compaction.run();
    expect(store.compactedRevision).toBe(0);
    await writeMany(store, 2500);
    await compaction.run();
    expect(store.compactedRevision).toBe(2500);
    await writeMany(store, 4000);
    await compaction.run();
    expect(store.compactedRevision).toBe(6000);
  });

  it('fails once the store is closed, and says so', async () => {
    const store = createMemoryStore();
    const compaction = started(store);
    await writeMany(store, 3000);
    await compaction.run();
    await store.close();
    await expect(compaction.run()).rejects.toMatchObject({ code: 'closed' });
  });

  it('keeps a file that is written over and over from growing', async () => {
    const folder = temporaryFolder();
    onTestFinished(folder.remove);
    const file = join(folder.path, 'store.db');
    const store = await openSqliteStore({ file, durability: 'relaxed' });
    const compaction = started(store);
    const sizes: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      await writeMany(store, 1500, 'x'.repeat(1000));
      await compaction.run();
      sizes.push(statSync(file).size);
    }
    expect(store.compactedRevision).toBeGreaterThan(9000);
    expect(Math.max(...sizes)).toBeLessThan(8_000_000);
    const before = await store.list('');
    await store.close();
    const again = await openSqliteStore({ file });
    expect(await again.list('')).toEqual(before);
    await again.close();
    expect(statSync(file).size).toBeLessThan(5_000_000);
  });
});
