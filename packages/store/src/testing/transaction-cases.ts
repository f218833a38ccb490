import { describe, expect, it } from 'vitest';
import { maxKeyBytes, maxOperations, maxValueBytes } from '../limits.ts';
import { transactionOf } from '../transaction.ts';
import type { Operation, Transaction } from '../types.ts';
import { put, remove, summary, textOf, whenAt, write } from './builders.ts';
import { freshStore, type OpenSubject } from './harness.ts';

const many = (count: number): Operation[] => Array.from({ length: count }, (_, at) => put(`k${at}`));

const invalid: readonly [string, Transaction][] = [
  ['an empty key', transactionOf([put('')])],
  ['a key beyond the limit', transactionOf([put('x'.repeat(maxKeyBytes + 1))])],
  ['a key beyond the limit in bytes', transactionOf([put('é'.repeat(maxKeyBytes / 2 + 1))])],
  ['a key that is not well-formed', transactionOf([put('a\ud800')])],
  ['a value beyond the limit', transactionOf([{ op: 'put', key: 'a', value: new Uint8Array(maxValueBytes + 1) }])],
  ['too many operations', transactionOf(many(maxOperations + 1))],
  ['one key put twice', transactionOf([put('a', '1'), put('a', '2')])],
  ['one key put and deleted', transactionOf([put('a'), remove('a')])],
  ['one key deleted twice', transactionOf([remove('a'), remove('a')])],
  ['a comparison with a negative revision', transactionOf([put('a')], [{ key: 'a', modRevision: -1 }])],
  ['a comparison with a fraction', transactionOf([put('a')], [{ key: 'a', modRevision: 0.5 }])],
];

export const transactionCases = (open: OpenSubject): void => {
  describe('transactions', () => {
    it.each(invalid)('refuses %s and changes nothing', async (_, transaction) => {
      const store = await freshStore(open);
      await expect(store.txn(transaction)).rejects.toMatchObject({ code: 'invalid' });
      expect(store.revision).toBe(0);
      await expect(store.list('')).resolves.toMatchObject({ items: [], revision: 0 });
    });

    it('accepts everything at its limit', async () => {
      const store = await freshStore(open);
      await write(store, { op: 'put', key: 'é'.repeat(maxKeyBytes / 2), value: new Uint8Array(maxValueBytes) });
      await expect(write(store, ...many(maxOperations))).resolves.toMatchObject({ succeeded: true, revision: 2 });
    });

    it('applies nothing when one of several comparisons fails', async () => {
      const store = await freshStore(open);
      await write(store, put('a', '1'));
      const compare = [
        { key: 'a', modRevision: 1 },
        { key: 'b', modRevision: 1 },
      ];
      const result = await store.txn(transactionOf([put('a', '2'), put('c'), remove('b')], compare));
      expect(result).toEqual({ succeeded: false, revision: 1, events: [] });
      expect(summary((await store.list('')).items)).toEqual(['a=1@1']);
    });

    it('creates only what does not exist', async () => {
      const store = await freshStore(open);
      await expect(store.txn(whenAt('a', 0, put('a', '1')))).resolves.toMatchObject({ succeeded: true, revision: 1 });
      await expect(store.txn(whenAt('a', 0, put('a', '2')))).resolves.toMatchObject({ succeeded: false, revision: 1 });
      expect(textOf(await store.get('a'))).toBe('1');
    });

    it('updates and deletes only at the expected revision', async () => {
      const store = await freshStore(open);
      await write(store, put('a', '1'));
      await write(store, put('a', '2'));
      await expect(store.txn(whenAt('a', 1, put('a', 'x')))).resolves.toMatchObject({ succeeded: false });
      await expect(store.txn(whenAt('a', 1, remove('a')))).resolves.toMatchObject({ succeeded: false });
      await expect(store.txn(whenAt('a', 2, remove('a')))).resolves.toMatchObject({ succeeded: true, revision: 3 });
      await expect(store.get('a')).resolves.toBeUndefined();
    });

    it('lets exactly one of many concurrent writers win', async () => {
      const store = await freshStore(open);
      const results = await Promise.all(Array.from({ length: 50 }, (_, at) => store.txn(whenAt('a', 0, put('a', `${at}`)))));
      expect(results.filter((result) => result.succeeded)).toHaveLength(1);
      expect(store.revision).toBe(1);
    });

    it('decides transactions in the order they were submitted', async () => {
      const store = await freshStore(open);
      const results = await Promise.all([write(store, put('a', '1')), store.txn(whenAt('a', 1, put('a', '2'))), write(store, put('b'))]);
      expect(results.map((result) => [result.succeeded, result.revision])).toEqual([
        [true, 1],
        [true, 2],
        [true, 3],
      ]);
    });

    it('shows no write before it is acknowledged', async () => {
      const store = await freshStore(open);
      const pending = write(store, put('a'));
      await expect(store.get('a')).resolves.toBeUndefined();
      await pending;
      expect(textOf(await store.get('a'))).toBe('a');
    });

    it('keeps creation revision and version, and starts anew after a deletion', async () => {
      const store = await freshStore(open);
      await write(store, put('a', '1'));
      await write(store, put('b'), put('a', '2'));
      await expect(store.get('a')).resolves.toMatchObject({ createRevision: 1, modRevision: 2, version: 2 });
      await write(store, remove('a'));
      await write(store, put('a', '3'));
      await expect(store.get('a')).resolves.toMatchObject({ createRevision: 4, modRevision: 4, version: 1 });
    });

    it('counts an unchanged value as a write', async () => {
      const store = await freshStore(open);
      await write(store, put('a', '1'));
      await expect(write(store, put('a', '1'))).resolves.toMatchObject({ revision: 2 });
    });

    it('does not advance the revision when nothing changes', async () => {
      const store = await freshStore(open);
      await write(store, put('a'));
      await expect(write(store)).resolves.toEqual({ succeeded: true, revision: 1, events: [] });
      await expect(write(store, remove('none'))).resolves.toEqual({ succeeded: true, revision: 1, events: [] });
      await expect(store.txn(whenAt('a', 1))).resolves.toEqual({ succeeded: true, revision: 1, events: [] });
      expect(store.revision).toBe(1);
    });

    it('does not let the caller change what was written', async () => {
      const store = await freshStore(open);
      const value = new TextEncoder().encode('before');
      const pending = write(store, { op: 'put', key: 'a', value });
      value.fill(0);
      await pending;
      expect(textOf(await store.get('a'))).toBe('before');
    });

    it('keeps any bytes and any well-formed key', async () => {
      const store = await freshStore(open);
      const value = Uint8Array.from({ length: 256 }, (_, at) => at);
      await write(store, { op: 'put', key: 'a\u0000b/ü%:🙂', value }, { op: 'put', key: 'empty', value: new Uint8Array() });
      expect([...((await store.get('a\u0000b/ü%:🙂'))?.value ?? [])]).toEqual([...value]);
      expect((await store.get('empty'))?.value).toHaveLength(0);
    });

    it('refuses everything once closed', async () => {
      const store = await freshStore(open);
      const pending = write(store, put('a'));
      await store.close();
      await expect(pending).resolves.toMatchObject({ succeeded: true });
      await store.close();
      for (const attempt of [store.get('a'), store.list(''), write(store, put('a')), store.compact(1)]) {
        await expect(attempt).rejects.toMatchObject({ code: 'closed' });
      }
      expect(() => store.watch('', {}, () => undefined)).toThrow(expect.objectContaining({ code: 'closed' }));
    });
  });
};
