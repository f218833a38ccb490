import { array, assert, asyncProperty, constantFrom, integer, oneof, record, tuple, constant, option, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transactionOf } from '../transaction.ts';
import type { Store } from '../types.ts';
import { put, remove, summary } from './builders.ts';
import type { OpenSubject } from './harness.ts';

/** The naive model: every state ever, in full. */
interface Model {
  readonly states: Map<string, { text: string; revision: number }>[];
  compacted: number;
}

const key = constantFrom('a', 'a/1', 'a/2', 'ab', 'b', '\uffee', '🙂');
const text = constantFrom('x', 'y', 'z');
const command = oneof(
  {
    weight: 6,
    arbitrary: record({
      kind: constant('txn' as const),
      writes: uniqueArray(tuple(key, option(text)), { maxLength: 4, selector: ([name]) => name }),
      compare: option(tuple(key, integer({ min: 0, max: 3 })), { freq: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: record({
      kind: constant('list' as const),
      prefix: constantFrom('', 'a', 'a/', 'zz'),
      limit: option(integer({ min: 0, max: 4 }), { nil: undefined }),
      after: option(key, { nil: undefined }),
      back: integer({ min: 0, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: record({ kind: constant('compact' as const), back: integer({ min: 0, max: 5 }) }) },
);
type Command = typeof command extends { generate: (...given: never[]) => { value: infer C } } ? C : never;

const bytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));

const runTransaction = async (store: Store, model: Model, { writes, compare }: Extract<Command, { kind: 'txn' }>): Promise<void> => {
  const state = model.states.at(-1) ?? new Map<string, never>();
  const revisionOf = (name: string): number => state.get(name)?.revision ?? 0;
  const expected = compare === null ? [] : [{ key: compare[0], modRevision: Math.max(0, revisionOf(compare[0]) - (compare[1] % 2)) }];
  const holds = expected.every((each) => revisionOf(each.key) === each.modRevision);
  const changing = holds ? writes.filter(([name, value]) => value !== null || state.has(name)) : [];
  if (changing.length > 0) {
    const next = new Map(state);
    for (const [name, value] of changing) {
      if (value === null) next.delete(name);
      else next.set(name, { text: value, revision: model.states.length });
    }
    model.states.push(next);
  }
  const operations = writes.map(([name, value]) => (value === null ? remove(name) : put(name, value)));
  const result = await store.txn(transactionOf(operations, expected));
  expect(result).toMatchObject({ succeeded: holds, revision: model.states.length - 1 });
  expect(result.events.map((event) => event.key)).toEqual(changing.map(([name]) => name));
};

const runList = async (store: Store, model: Model, { prefix, limit, after, back }: Extract<Command, { kind: 'list' }>): Promise<void> => {
  const revision = Math.max(0, model.states.length - 1 - back);
  const listing = store.list(prefix, { limit, after, revision });
  if (revision < model.compacted) {
    await expect(listing).rejects.toMatchObject({ code: 'compacted' });
    return;
  }
  const all = [...(model.states[revision] ?? [])]
    .filter(([name]) => name.startsWith(prefix) && (after === undefined || bytes(name, after) > 0))
    .toSorted(([left], [right]) => bytes(left, right))
    .map(([name, item]) => `${name}=${item.text}@${item.revision}`);
  const { items, remaining } = await listing;
  expect(summary(items)).toEqual(all.slice(0, limit));
  expect(remaining).toBe(all.length - items.length);
};

const run = async (store: Store, model: Model, step: Command): Promise<void> => {
  if (step.kind === 'txn') return runTransaction(store, model, step);
  if (step.kind === 'list') return runList(store, model, step);
  const target = Math.max(0, model.states.length - 1 - step.back);
  await store.compact(target);
  model.compacted = Math.max(model.compacted, target);
  expect(store.compactedRevision).toBe(model.compacted);
};

export const modelCases = (open: OpenSubject): void => {
  describe('model', () => {
    it('agrees with a naive model on any sequence, and a watch rebuilds the state', async () => {
      await assert(
        asyncProperty(array(command, { maxLength: 30 }), async (steps) => {
          const subject = await open();
          const { store } = subject;
          try {
            const watched = new Map<string, string>();
            store.watch('', {}, (events) => {
              for (const { key: name, value } of events) {
                if (value === undefined) watched.delete(name);
                else watched.set(name, summary([value]).join());
              }
            });
            const model: Model = { states: [new Map()], compacted: 0 };
            for (const step of steps) await run(store, model, step);
            const { items } = await store.list('');
            expect([...watched.values()].toSorted()).toEqual(summary(items).toSorted());
            for (const item of items) expect(await store.get(item.key)).toEqual(item);
          } finally {
            await subject.dispose();
          }
        }),
        { numRuns: 40 },
      );
    });
  });
};
