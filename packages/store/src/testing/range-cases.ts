import { describe, expect, it } from 'vitest';
import type { Store } from '../types.ts';
import { put, remove, write } from './builders.ts';
import { freshStore, type OpenSubject } from './harness.ts';

const keysOf = async (store: Store, prefix: string, options?: Parameters<Store['list']>[1]): Promise<string[]> =>
  (await store.list(prefix, options)).items.map((item) => item.key);

export const rangeCases = (open: OpenSubject): void => {
  describe('ranges', () => {
    it.each([-1, 0.5, Number.NaN])('refuses a limit of %s', async (limit) => {
      const store = await freshStore(open);
      await expect(store.list('', { limit })).rejects.toMatchObject({ code: 'invalid' });
    });

    it('refuses a revision that is none, or not reached yet', async () => {
      const store = await freshStore(open);
      await write(store, put('a'));
      await expect(store.list('', { revision: -1 })).rejects.toMatchObject({ code: 'invalid' });
      await expect(store.list('', { revision: 1.5 })).rejects.toMatchObject({ code: 'invalid' });
      await expect(store.list('', { revision: 2 })).rejects.toMatchObject({ code: 'future-revision' });
    });

    it('finds only keys under the prefix', async () => {
      const store = await freshStore(open);
      await write(store, put('a'), put('a/'), put('a/1'), put('a0'), put('b'), put('A/1'));
      await expect(keysOf(store, 'a/')).resolves.toEqual(['a/', 'a/1']);
      await expect(keysOf(store, 'c')).resolves.toEqual([]);
      await expect(keysOf(store, '')).resolves.toHaveLength(6);
    });

    it('orders keys by their UTF-8 bytes', async () => {
      const store = await freshStore(open);
      const keys = ['z', 'é', '\uffee', '🙂', 'a', 'aa', 'a\u0000', '\ue000', 'B', '𐀀'];
      await write(store, ...keys.map((key) => put(key)));
      const expected = keys.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
      await expect(keysOf(store, '')).resolves.toEqual(expected);
    });

    it('pages with limit and after, and counts what remains', async () => {
      const store = await freshStore(open);
      await write(store, ...['p/1', 'p/2', 'p/3', 'p/4', 'q', 'o'].map((key) => put(key)));
      const first = await store.list('p/', { limit: 2 });
      expect([first.items.map((item) => item.key), first.remaining]).toEqual([['p/1', 'p/2'], 2]);
      const second = await store.list('p/', { limit: 2, after: 'p/2' });
      expect([second.items.map((item) => item.key), second.remaining]).toEqual([['p/3', 'p/4'], 0]);
      await expect(store.list('p/', { limit: 0 })).resolves.toMatchObject({ items: [], remaining: 4 });
      await expect(store.list('p/', { after: 'p/4' })).resolves.toMatchObject({ items: [], remaining: 0 });
    });

    it('takes any text as the place to go on from', async () => {
      const store = await freshStore(open);
      await write(store, put('p/1'), put('p/3'), put('q/1'));
      await expect(keysOf(store, 'p/', { after: 'p/2' })).resolves.toEqual(['p/3']);
      await expect(keysOf(store, 'p/', { after: 'a' })).resolves.toEqual(['p/1', 'p/3']);
      await expect(keysOf(store, 'p/', { after: 'z' })).resolves.toEqual([]);
    });

    it('reads a pinned revision while writers go on', async () => {
      const store = await freshStore(open);
      await write(store, put('p/1', 'old'), put('p/2', 'old'), put('p/3', 'old'));
      const first = await store.list('p/', { limit: 1 });
      await write(store, put('p/2', 'new'), remove('p/3'), put('p/4'));
      const pinned = await store.list('p/', { limit: 1, after: 'p/1', revision: first.revision });
      expect(pinned).toMatchObject({ items: [{ key: 'p/2', modRevision: 1 }], revision: 1, remaining: 1 });
      await expect(store.list('p/', { after: 'p/1' })).resolves.toMatchObject({ items: [{ modRevision: 2 }, { key: 'p/4' }], revision: 2 });
      await expect(store.list('', { revision: 0 })).resolves.toMatchObject({ items: [], revision: 0 });
    });
  });
};
