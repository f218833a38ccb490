import { describe, expect, it } from 'vitest';
import { put, remove, summary, told, write } from './builders.ts';
import { freshStore, type OpenSubject } from './harness.ts';

const withHistory = async (open: OpenSubject) => {
  const store = await freshStore(open);
  await write(store, put('a', '1'), put('b', '1'));
  await write(store, put('a', '2'));
  await write(store, remove('b'));
  await write(store, put('a', '4'), put('c', '4'));
  return store;
};

export const compactionCases = (open: OpenSubject): void => {
  describe('compaction', () => {
    it('refuses a revision that is none, or not reached yet', async () => {
      const store = await withHistory(open);
      await expect(store.compact(5)).rejects.toMatchObject({ code: 'future-revision' });
      await expect(store.compact(-1)).rejects.toMatchObject({ code: 'invalid' });
      await expect(store.compact(1.5)).rejects.toMatchObject({ code: 'invalid' });
      expect(store.compactedRevision).toBe(0);
    });

    it('refuses lists and watches from before', async () => {
      const store = await withHistory(open);
      await store.compact(3);
      await expect(store.list('', { revision: 2 })).rejects.toMatchObject({ code: 'compacted' });
      expect(() => store.watch('', { from: 2 }, () => undefined)).toThrow(expect.objectContaining({ code: 'compacted' }));
    });

    it('keeps the state as of the compacted revision and all that follows', async () => {
      const store = await withHistory(open);
      await store.compact(3);
      expect([store.compactedRevision, store.revision]).toEqual([3, 4]);
      expect(summary((await store.list('', { revision: 3 })).items)).toEqual(['a=2@2']);
      expect(summary((await store.list('')).items)).toEqual(['a=4@4', 'c=4@4']);
      const heard: string[] = [];
      store.watch('', { from: 3 }, (events) => heard.push(...events.map(told)));
      expect(heard).toEqual(['4 put a 2→4', '4 put c -→4']);
    });

    it('does nothing when that much is forgotten already', async () => {
      const store = await withHistory(open);
      await store.compact(3);
      await store.compact(3);
      await store.compact(1);
      expect(store.compactedRevision).toBe(3);
    });

    it('may forget everything up to the present', async () => {
      const store = await withHistory(open);
      await write(store, remove('a'), remove('c'));
      await store.compact(5);
      await expect(store.list('')).resolves.toMatchObject({ items: [], revision: 5 });
      await expect(write(store, put('a'))).resolves.toMatchObject({ revision: 6 });
      await expect(store.get('a')).resolves.toMatchObject({ createRevision: 6, version: 1 });
    });
  });
};
