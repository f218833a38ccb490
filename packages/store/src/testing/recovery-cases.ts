import { describe, expect, it } from 'vitest';
import type { Store } from '../types.ts';
import { put, remove, told, whenAt, write } from './builders.ts';
import type { OpenSubject, Subject } from './harness.ts';

interface RecoveryCase {
  readonly title: string;
  /** Works on a fresh store before the abrupt end. */
  readonly prepare: (store: Store) => Promise<unknown>;
  /** Goes on with what was left, besides the comparison that every case gets. */
  readonly proceed?: (after: Store) => Promise<void>;
}

const sameState = async (after: Store, before: Store): Promise<void> => {
  expect([after.revision, after.compactedRevision]).toEqual([before.revision, before.compactedRevision]);
  for (let revision = before.compactedRevision; revision <= before.revision; revision += 1) {
    expect(await after.list('', { revision })).toEqual(await before.list('', { revision }));
  }
  const [history, expected]: [string[], string[]] = [[], []];
  after.watch('', { from: before.compactedRevision }, (events) => history.push(events.map(told).join()));
  before.watch('', { from: before.compactedRevision }, (events) => expected.push(events.map(told).join()));
  expect(history).toEqual(expected);
};

const work = async (store: Store): Promise<void> => {
  await Promise.all(Array.from({ length: 20 }, (_, at) => write(store, put(`k${at % 7}`, `${at}`), put(`n${at}`))));
  await write(store, remove('k1'), remove('n3'));
  await write(store, put('k1', 'again'));
  await store.txn(whenAt('k1', 1, put('k1', 'never')));
};

const cases: readonly RecoveryCase[] = [
  { title: 'an empty store', prepare: async () => undefined },
  { title: 'every acknowledged write and the whole history', prepare: work },
  {
    title: 'the state as of the compacted revision, though superseded since',
    async prepare(store) {
      await work(store);
      await store.compact(12);
    },
  },
  {
    title: 'the state after a compaction, and writes on',
    async prepare(store) {
      await work(store);
      await store.compact(12);
      await store.compact(store.revision - 1);
      await work(store);
    },
    async proceed(after) {
      const { revision } = after;
      await expect(write(after, put('k1'), remove('k2'))).resolves.toMatchObject({ revision: revision + 1 });
      await after.compact(revision + 1);
      await expect(after.get('k2')).resolves.toBeUndefined();
    },
  },
  {
    title: 'the revision when all that is left was deleted and compacted',
    async prepare(store) {
      await write(store, put('a'));
      await write(store, remove('a'));
      await store.compact(2);
    },
    async proceed(after) {
      await expect(write(after, put('a'))).resolves.toMatchObject({ revision: 3 });
    },
  },
];

const runCase = async (subject: Subject, { prepare, proceed }: RecoveryCase): Promise<boolean> => {
  if (subject.reopen === undefined) return false;
  await prepare(subject.store);
  const after = await subject.reopen();
  await sameState(after, subject.store);
  await proceed?.(after);
  await after.close();
  return true;
};

export const recoveryCases = (open: OpenSubject): void => {
  describe('recovery', () => {
    it.each(cases)('finds $title', async (each) => {
      const subject = await open();
      try {
        expect(await runCase(subject, each)).toBe(subject.reopen !== undefined);
      } finally {
        await subject.dispose();
      }
    });
  });
};
