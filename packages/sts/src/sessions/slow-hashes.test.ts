import { expect, it } from 'vitest';
import { createSlowHashes } from './slow-hashes.ts';

/** Work that lasts until it is let go. */
const held = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let begun = false;
  const work = async () => {
    begun = true;
    await promise;
  };
  return {
    work,
    release: resolve,
    get begun() {
      return begun;
    },
  };
};

it('runs so many at once, keeps so many waiting, and refuses the next without beginning it', async () => {
  const slowly = createSlowHashes({ atOnce: 2, waiting: 1 });
  const [first, second, third, fourth] = [held(), held(), held(), held()];
  const running = [slowly(first.work), slowly(second.work), slowly(third.work)];
  await expect(slowly(fourth.work)).rejects.toMatchObject({ code: 90033 });
  expect([first.begun, second.begun, third.begun, fourth.begun]).toEqual([true, true, false, false]);
  first.release();
  await running[0];
  await expect.poll(() => third.begun).toBe(true);
  second.release();
  third.release();
  await Promise.all(running);
});

it('work that fails gives its place back', async () => {
  const slowly = createSlowHashes({ atOnce: 1, waiting: 0 });
  await expect(slowly(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await slowly(async () => 'done')).toBe('done');
});
