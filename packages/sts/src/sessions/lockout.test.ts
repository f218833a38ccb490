import { describe, expect, it } from 'vitest';
import { createLockout } from './lockout.ts';
import { createSlowHashes } from './slow-hashes.ts';

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
const slowly = (outcome: boolean) => () => new Promise<boolean>((resolve) => setImmediate(() => resolve(outcome)));
const start = () => {
  const machine = { now: 0 };
  return { machine, lockout: createLockout(() => machine.now) };
};

describe('attempts at one account', () => {
  it('that are wrong and come at once are no way around the limit', async () => {
    const { lockout } = start();
    const outcomes = await Promise.all(times(15, () => lockout.attempt('ada', slowly(false))));
    expect([outcomes.filter((each) => each === 'wrong').length, outcomes.filter((each) => each === 'locked').length]).toEqual([10, 5]);
  });

  it('that are right and come at once do not lock it: twelve parallel jobs signed in as one user', async () => {
    const { lockout } = start();
    expect(new Set(await Promise.all(times(12, () => lockout.attempt('ada', slowly(true)))))).toEqual(new Set(['right']));
  });

  it('do not even run their check while it is locked, right or wrong', async () => {
    const { lockout, machine } = start();
    for (const check of times(10, () => slowly(false))) await lockout.attempt('ada', check);
    const never = () => Promise.reject(new Error('checked'));
    expect(await lockout.attempt('ada', never)).toBe('locked');
    machine.now = 59_999;
    expect(await lockout.attempt('ada', never)).toBe('locked');
    machine.now = 60_000;
    expect(await lockout.attempt('ada', slowly(true))).toBe('right');
  });

  it('go on after one whose check failed to run', async () => {
    const { lockout } = start();
    await expect(lockout.attempt('ada', () => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
    expect(await lockout.attempt('ada', slowly(true))).toBe('right');
  });

  it('leave other accounts alone', async () => {
    const { lockout } = start();
    await Promise.all(times(11, () => lockout.attempt('ada', slowly(false))));
    expect(await lockout.attempt('bob', slowly(true))).toBe('right');
  });
});

it('an attempt that finds no place among the slow hashes fails, and is not counted', async () => {
  const lockout = createLockout(() => 0, createSlowHashes({ atOnce: 1, waiting: 0 }));
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const slow = lockout.attempt('other', () => promise);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await expect(lockout.attempt('ada', async () => false)).rejects.toMatchObject({ code: 90033 });
  }
  resolve(true);
  expect(await slow).toBe('right');
  expect(await lockout.attempt('ada', async () => true)).toBe('right');
});
