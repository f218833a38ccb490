import { describe, expect, it } from 'vitest';
import { put, remove, told, whenAt, write } from './builders.ts';
import { freshStore, type OpenSubject } from './harness.ts';

export const watchCases = (open: OpenSubject): void => {
  describe('watches', () => {
    it('refuses to start at a revision that is none, or not reached yet', async () => {
      const store = await freshStore(open);
      expect(() => store.watch('', { from: 1 }, () => undefined)).toThrow(expect.objectContaining({ code: 'future-revision' }));
      expect(() => store.watch('', { from: -1 }, () => undefined)).toThrow(expect.objectContaining({ code: 'invalid' }));
    });

    it('tells nothing of other prefixes, failed comparisons and empty writes', async () => {
      const store = await freshStore(open);
      const heard: string[] = [];
      store.watch('a/', {}, (events) => heard.push(...events.map(told)));
      await write(store, put('b'), put('a'));
      await store.txn(whenAt('a/1', 9, put('a/1')));
      await write(store, remove('a/1'));
      expect(heard).toEqual([]);
    });

    it('tells history first, then what follows, in order and grouped by transaction', async () => {
      const store = await freshStore(open);
      await write(store, put('a/0'));
      await write(store, put('a/1', 'x'), put('b'), put('a/2', 'y'));
      const heard: string[][] = [];
      store.watch('a/', { from: 1 }, (events) => heard.push(events.map(told)));
      await Promise.all([write(store, put('a/1', 'z')), write(store, remove('a/2'), remove('a/none'), put('a/3'))]);
      expect(heard).toEqual([['2 put a/1 -→x', '2 put a/2 -→y'], ['3 put a/1 x→z'], ['4 delete a/2 y→-', '4 put a/3 -→a/3']]);
    });

    it('starts at the present when no revision is given', async () => {
      const store = await freshStore(open);
      await write(store, put('a'));
      const heard: string[] = [];
      store.watch('', {}, (events) => heard.push(...events.map(told)));
      await write(store, put('b'));
      expect(heard).toEqual(['2 put b -→b']);
    });

    it('misses nothing between a list and a watch from its revision', async () => {
      const store = await freshStore(open);
      await write(store, put('a'));
      const { revision } = await store.list('');
      await write(store, put('b'));
      const heard: string[] = [];
      store.watch('', { from: revision }, (events) => heard.push(...events.map(told)));
      await write(store, put('c'));
      expect(heard).toEqual(['2 put b -→b', '3 put c -→c']);
    });

    it('has delivered before the writer goes on, and reads agree within the listener', async () => {
      const store = await freshStore(open);
      const heard: number[] = [];
      store.watch('', {}, (events) => heard.push(events[0]?.revision ?? 0, store.revision));
      await write(store, put('a'));
      expect(heard).toEqual([1, 1]);
    });

    it('reports the same events to the writer', async () => {
      const store = await freshStore(open);
      await write(store, put('a', '1'), put('b', '1'));
      const { events } = await write(store, put('a', '2'), remove('b'), remove('none'), put('c'));
      expect(events.map(told)).toEqual(['2 put a 1→2', '2 delete b 1→-', '2 put c -→c']);
    });

    it('falls silent once closed', async () => {
      const store = await freshStore(open);
      const heard: string[] = [];
      const subscription = store.watch('', {}, (events) => heard.push(...events.map(told)));
      await write(store, put('a'));
      subscription.close();
      subscription.close();
      await write(store, put('b'));
      expect(heard).toEqual(['1 put a -→a']);
    });

    it('tells a watcher added amid a delivery everything once', async () => {
      const store = await freshStore(open);
      const heard: string[] = [];
      const outer = store.watch('', {}, () => {
        outer.close();
        store.watch('', { from: 0 }, (events) => heard.push(...events.map(told)));
      });
      await write(store, put('a'));
      await write(store, put('b'));
      expect(heard).toEqual(['1 put a -→a', '2 put b -→b']);
    });

    it('lets a listener write, and tells every watcher in order', async () => {
      const store = await freshStore(open);
      const heard: number[] = [];
      let echoed: Promise<unknown> = Promise.resolve();
      store.watch('a', {}, () => {
        echoed = write(store, put('b'));
      });
      store.watch('', {}, (events) => heard.push(...events.map((event) => event.revision)));
      await write(store, put('a'));
      await echoed;
      expect(heard).toEqual([1, 2]);
    });
  });
};
