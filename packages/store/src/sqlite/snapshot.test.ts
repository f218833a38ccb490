import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryStore } from '../memory.ts';
import { put, remove, write } from '../testing/builders.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { openSqliteStore } from './open.ts';
import { saveSnapshot } from './snapshot.ts';

const prepared = async () => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const store = createMemoryStore();
  for (let round = 0; round < 3; round += 1) await write(store, ...Array.from({ length: 600 }, (_, at) => put(`k${at}`, `${round}`)));
  await write(store, remove('k1'), put('n1'), put('n2'));
  return { folder: folder.path, file: join(folder.path, 'snapshot.db'), store };
};

describe('snapshot', () => {
  it('does not overwrite a file, and leaves none behind when it fails', async () => {
    const { folder, file, store } = await prepared();
    await saveSnapshot(store, file);
    await expect(saveSnapshot(store, file)).rejects.toMatchObject({ code: 'conflict' });
    await expect(saveSnapshot(store, join(folder, 'no', 'such', 'file'))).rejects.toMatchObject({ code: 'unavailable' });
    expect(readdirSync(folder)).toEqual(['snapshot.db']);
  });

  it('holds one revision while writers go on, and opens as a store that goes on from it', async () => {
    const { file, store } = await prepared();
    const before = await store.list('');
    const saving = saveSnapshot(store, file);
    for (let at = 0; at < 20; at += 1) await write(store, put('k0', `late ${at}`));
    await expect(saving).resolves.toBe(4);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const copy = await openSqliteStore({ file });
    expect([copy.revision, copy.compactedRevision]).toEqual([4, 4]);
    expect(await copy.list('')).toEqual(before);
    await write(copy, put('k0', 'new'), remove('n2'));
    await copy.compact(5);
    const after = await copy.list('');
    await copy.close();
    const again = await openSqliteStore({ file });
    expect(await again.list('')).toEqual(after);
    await again.close();
  });
});
