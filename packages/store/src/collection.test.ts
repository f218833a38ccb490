import { assert, asyncProperty, string, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sealer } from './codec.ts';
import { collection } from './collection.ts';
import { createMemoryStore } from './memory.ts';
import { textOf, put, write } from './testing/builders.ts';
import { transact } from './transact.ts';
import { transactionOf } from './transaction.ts';

interface Counter {
  readonly count: number;
}

const fresh = () => {
  const store = createMemoryStore();
  return { store, counters: collection<Counter>(store, { prefix: 'counters' }) };
};

describe('collection', () => {
  it('refuses an empty name', () => {
    expect(() => collection(createMemoryStore(), { prefix: '' })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('creates once', async () => {
    const { counters } = fresh();
    await expect(counters.create('a', { count: 1 })).resolves.toEqual({ id: 'a', value: { count: 1 }, revision: 1, createRevision: 1 });
    await expect(counters.create('a', { count: 2 })).rejects.toMatchObject({ code: 'conflict' });
    await expect(counters.get('a')).resolves.toMatchObject({ value: { count: 1 } });
  });

  it('puts and deletes only at the expected revision', async () => {
    const { counters } = fresh();
    await counters.put('a', { count: 1 });
    await expect(counters.put('a', { count: 2 }, { expectRevision: 7 })).rejects.toMatchObject({ code: 'conflict' });
    await expect(counters.put('b', { count: 2 }, { expectRevision: 1 })).rejects.toMatchObject({ code: 'conflict' });
    await expect(counters.put('a', { count: 2 }, { expectRevision: 1 })).resolves.toMatchObject({ revision: 2, createRevision: 1 });
    await expect(counters.delete('a', { expectRevision: 1 })).rejects.toMatchObject({ code: 'conflict' });
    await expect(counters.delete('a', { expectRevision: 2 })).resolves.toMatchObject({ value: { count: 2 } });
    await expect(counters.delete('a')).resolves.toBeUndefined();
    await expect(counters.get('a')).resolves.toBeUndefined();
  });

  it('loses no concurrent update', async () => {
    const { counters } = fresh();
    await expect(counters.update('a', (value) => value)).rejects.toMatchObject({ code: 'not-found' });
    await counters.create('a', { count: 0 });
    await Promise.all(Array.from({ length: 40 }, () => counters.update('a', async ({ count }) => ({ count: count + 1 }))));
    await expect(counters.get('a')).resolves.toMatchObject({ value: { count: 40 }, revision: 41 });
  });

  it('writes nothing when an update returns what it was given', async () => {
    const { store, counters } = fresh();
    await counters.create('a', { count: 0 });
    await counters.update('a', (value) => value);
    expect(store.revision).toBe(1);
  });

  it('keeps names and ids apart whatever they hold', async () => {
    const text = string({ unit: 'grapheme', maxLength: 6 });
    const awkward = ['a', 'a/', 'a:', 'a:b', 'a%3A', 'a/b', 'a%'];
    await assert(
      asyncProperty(uniqueArray(text, { maxLength: 5 }), async (ids) => {
        const store = createMemoryStore();
        const all = awkward.map((prefix) => ({ prefix, items: collection<string>(store, { prefix }) }));
        for (const { prefix, items } of all) for (const id of [...ids, 'b:x', '/']) await items.put(id, `${prefix} ${id}`);
        for (const { prefix, items } of all) {
          const page = await items.list();
          expect(page.items.map(({ id }) => id).toSorted()).toEqual([...new Set([...ids, 'b:x', '/'])].toSorted());
          expect(page.items.every(({ id, value }) => value === `${prefix} ${id}`)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('pages by id, and by the beginning of ids', async () => {
    const { counters } = fresh();
    for (const id of ['n1/a', 'n1/b', 'n2/a']) await counters.create(id, { count: 0 });
    const first = await counters.list({ limit: 1 });
    await counters.delete('n1/b');
    const second = await counters.list({ limit: 1, after: 'n1/a', revision: first.revision });
    expect([first.remaining, second.items[0]?.id, second.remaining]).toEqual([2, 'n1/b', 1]);
    expect((await counters.list({ idPrefix: 'n1/' })).items.map(({ id }) => id)).toEqual(['n1/a']);
  });

  it('converts values on the way in and out', async () => {
    const dates = collection<Date>(createMemoryStore(), {
      prefix: 'dates',
      encode: (date) => ({ at: date.toISOString() }),
      decode: (json) => new Date((json as { at: string }).at),
    });
    const date = new Date(1_700_000_000_000);
    await dates.create('a', date);
    expect((await dates.get('a'))?.value).toEqual(date);
  });

  it('names the value that cannot be read, or has no JSON form', async () => {
    const { store, counters } = fresh();
    await write(store, put(counters.key('a'), '{'));
    await expect(counters.get('a')).rejects.toMatchObject({ code: 'corrupt', detail: { key: 'counters:a' } });
    const anything = collection<unknown>(store, { prefix: 'any' });
    await expect(anything.put('a', undefined)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('writes several collections in one transaction, or none', async () => {
    const { store, counters } = fresh();
    const names = collection<string>(store, { prefix: 'names' });
    const both = [counters.putOperation('a', { count: 1 }), names.putOperation('a', 'first')];
    await transact(store, transactionOf(both, [counters.compare('a', 0)]));
    expect([(await counters.get('a'))?.revision, (await names.get('a'))?.revision]).toEqual([1, 1]);
    await expect(transact(store, transactionOf(both, [counters.compare('a', 0)]))).rejects.toMatchObject({ code: 'conflict' });
    await transact(store, transactionOf([counters.deleteOperation('a'), names.deleteOperation('a')]));
    expect([store.revision, (await store.list('')).items]).toEqual([2, []]);
  });
});

/** Stands for real encryption: reverses the text and binds the context by a prefix. */
const sealer: Sealer = {
  seal: (plain, context) => Buffer.concat([Buffer.from(`${context}|`), Buffer.from(plain).reverse()]),
  open(box, context) {
    const mark = Buffer.from(`${context}|`);
    if (Buffer.compare(box.slice(0, mark.length), mark) !== 0) throw new Error('wrong context');
    return Buffer.from(box.slice(mark.length)).reverse();
  },
};

describe('a sealed collection', () => {
  it('stores no plaintext and refuses a value that was moved to another key', async () => {
    const store = createMemoryStore();
    const secrets = collection<string>(store, { prefix: 'secrets', sealed: sealer });
    await secrets.create('a', 'hush');
    const stored = await store.get(secrets.key('a'));
    expect(textOf(stored)).not.toContain('hush');
    await expect(secrets.get('a')).resolves.toMatchObject({ value: 'hush' });
    await write(store, { op: 'put', key: secrets.key('b'), value: stored?.value ?? new Uint8Array() });
    await expect(secrets.get('b')).rejects.toMatchObject({ code: 'corrupt' });
  });
});
