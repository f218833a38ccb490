import { expect, it } from 'vitest';
import { createPacking } from './packing.ts';

it('keeps every value apart from its neighbours, across blocks and beyond their size', () => {
  const packed = createPacking();
  const values = Array.from({ length: 200 }, (_, number) => new Uint8Array((number * 577) % 9000).fill(number));
  const kept = values.map(packed);
  expect(kept).toEqual(values);
  expect(new Set(kept.map(({ buffer }) => buffer)).size).toBeLessThan(60);
});
