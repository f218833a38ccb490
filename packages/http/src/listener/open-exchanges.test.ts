import { array, assert, integer, property } from 'fast-check';
import { expect, it } from 'vitest';
import type { Lifetime } from './lifetime.ts';
import { createOpenExchanges } from './open-exchanges.ts';

const lifetime = (): Lifetime => ({ streaming: false, place: -1, signal: () => AbortSignal.abort(), abort: () => undefined });

it('holds what a set would hold, whatever comes and goes', () => {
  assert(
    property(array(integer({ min: 0, max: 5 }), { maxLength: 40 }), (steps) => {
      const some = Array.from({ length: 6 }, lifetime);
      const open = createOpenExchanges();
      const model = new Set<Lifetime>();
      for (const step of steps) {
        const one = some[step];
        if (one === undefined) continue;
        const has = model.delete(one);
        if (has) open.delete(one);
        else {
          model.add(one);
          open.delete(one);
          open.add(one);
        }
        expect(new Set(open)).toEqual(model);
        expect([...open]).toHaveLength(model.size);
      }
    }),
    { numRuns: 50 },
  );
});

it('can be walked while those that are walked leave', () => {
  const open = createOpenExchanges();
  const some = Array.from({ length: 4 }, lifetime);
  for (const one of some) open.add(one);
  const seen: Lifetime[] = [];
  for (const one of open) {
    seen.push(one);
    open.delete(one);
  }
  expect([new Set(seen), [...open]]).toEqual([new Set(some), []]);
});
