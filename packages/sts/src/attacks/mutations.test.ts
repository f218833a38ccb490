import { beforeAll, describe, expect, it } from 'vitest';
import { createTarget, type Target } from './harness.ts';
import { mutations } from './mutations.ts';

let target: Target;
let good: string;
beforeAll(async () => {
  target = await createTarget();
  good = await target.forge({ claims: { 'kubernetes.io': { namespace: 'default', pod: { name: 'web', uid: 'u' } } } });
});

const accepts = async (text: string): Promise<boolean> => {
  const answer = await target.send(text);
  return answer.status < 400 || answer.body['access_token'] !== undefined;
};

describe.each<[string, number]>([
  ['before', 0],
  ['after', 1],
])('%s the good token was presented', (_when, times) => {
  beforeAll(async () => {
    for (let time = 0; time < times; time += 1) await target.expectGranted(good);
  });

  it.each(mutations.map((mutation) => [mutation.name, mutation] as const))('%s', async (_name, mutation) => {
    target.signed.mockClear();
    await expect(mutation.run(good, accepts, 1000)).resolves.toBeUndefined();
    expect(target.signed).not.toHaveBeenCalled();
    expect(target.strangersAsked()).toEqual([]);
  });
});
