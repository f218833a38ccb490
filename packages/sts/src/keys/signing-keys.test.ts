import { createEnvelope, generateSigningKey, signJwt, verifyJwtSignature, parseJwt, type SigningKey } from '@podpass/crypto';
import { createClock, randomOctets } from '@podpass/kernel';
import { collection, createMemoryStore } from '@podpass/store';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keyRetirement } from '../wire.ts';
import { createSigningKeys, type SigningKeysOptions } from './signing-keys.ts';

/** Made once: a key takes longer than all tests together. */
let made: readonly SigningKey[];
beforeAll(async () => {
  made = await Promise.all(Array.from({ length: 3 }, generateSigningKey));
});

let options: SigningKeysOptions & { readonly clock: ReturnType<typeof createClock> };
let taken: number;
beforeEach(() => {
  taken = 0;
  const clock = createClock();
  clock.freeze(1_800_000_000_000);
  const take = () => Promise.resolve(made[taken++ % made.length]!);
  options = { store: createMemoryStore(), envelope: createEnvelope(randomOctets(32)), clock, keyPool: { take } };
});
const later = (seconds: number) => options.clock.freeze(options.clock.now() + seconds * 1000);
const kidsOf = (keys: Awaited<ReturnType<typeof createSigningKeys>>) => keys.published().keys.map(({ kid }) => kid);
const tokenOf = (key: SigningKey) => signJwt(key, { claims: { sub: 'x' } });
const verdict = async (token: string, keys: Awaited<ReturnType<typeof createSigningKeys>>) => {
  const parsed = parseJwt(token);
  if ('failure' in parsed) throw new Error('malformed');
  return verifyJwtSignature(parsed, { keys: keys.published(), algorithms: ['RS256'] });
};

describe('the signing keys', () => {
  it('are not opened under another master key', async () => {
    await createSigningKeys(options);
    await expect(createSigningKeys({ ...options, envelope: createEnvelope(randomOctets(32)) })).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('do not change when no new key can be had, or the write fails', async () => {
    const keys = await createSigningKeys(options);
    const before = keys.published();
    const failing = await createSigningKeys({ ...options, keyPool: { take: () => Promise.reject(new Error('no key')) } });
    await expect(failing.rotate()).rejects.toThrow('no key');
    const broken = { ...options.store, txn: () => Promise.reject(new Error('disk full')) };
    const full = await createSigningKeys({ ...options, store: broken });
    await expect(full.rotate()).rejects.toThrow('disk full');
    expect([failing.current().kid, full.current().kid]).toEqual([made[0]!.kid, made[0]!.kid]);
    expect(keys.published()).toBe(before);
  });

  it('are not rotated without bound', async () => {
    const keys = await createSigningKeys(options);
    for (let index = 0; index < 20; index += 1) await keys.rotate();
    await expect(keys.rotate()).rejects.toMatchObject({ code: 'conflict' });
    expect(await keys.rotate({ revoke: true })).toHaveLength(1);
  });

  it('are one when two processes start at once, and taken up from each other', async () => {
    const [one, two] = await Promise.all([createSigningKeys(options), createSigningKeys(options)]);
    expect(one.published()).toEqual(two.published());
    await one.rotate();
    expect(two.current().kid).toBe(one.current().kid);
    one.close();
    await two.rotate();
    expect(one.current().kid).not.toBe(two.current().kid);
  });

  it('of the first version are taken over', async () => {
    const { store, envelope } = options;
    await collection<object>(store, { prefix: 'sts/signing-keys', sealed: envelope }).create('current', {
      privateKey: made[2]!.exportPrivate(),
    });
    const keys = await createSigningKeys(options);
    expect(keys.list()).toEqual([{ kid: made[2]!.kid, state: 'signing', createdDateTime: '2027-01-15T08:00:00.000Z' }]);
    expect(taken).toBe(0);
    await keys.rotate();
    expect(kidsOf(keys)).toEqual([made[0]!.kid, made[2]!.kid]);
  });

  it('that were rotated out verify until the last token has expired, and not longer', async () => {
    const keys = await createSigningKeys(options);
    const old = keys.current();
    const token = await tokenOf(old);
    const infos = await keys.rotate();
    expect(infos.map(({ state }) => state)).toEqual(['signing', 'published']);
    expect(infos[1]!.retiresDateTime).toBe(new Date(options.clock.now() + keyRetirement * 1000).toISOString());
    expect(keys.current().kid).not.toBe(old.kid);
    const published = keys.published();
    later(keyRetirement - 1);
    expect(await verdict(token, keys)).toBeUndefined();
    expect(keys.published()).toBe(published);
    later(1);
    expect(await verdict(token, keys)).toMatchObject({ reason: 'unknown-key' });
    expect(keys.list()).toHaveLength(1);
    expect(keys.published()).not.toBe(published);
    expect(keys.published()).toBe(keys.published());
    options.clock.freeze(options.clock.now() - 1000);
    expect(await verdict(token, keys)).toBeUndefined();
  });

  it('that were revoked verify no more, at once and after a new start', async () => {
    const keys = await createSigningKeys(options);
    const first = await tokenOf(keys.current());
    await keys.rotate();
    const second = await tokenOf(keys.current());
    await keys.rotate({ revoke: true });
    for (const ring of [keys, await createSigningKeys(options)]) {
      expect(await verdict(first, ring)).toMatchObject({ reason: 'unknown-key' });
      expect(await verdict(second, ring)).toMatchObject({ reason: 'unknown-key' });
      expect(await verdict(await tokenOf(ring.current()), ring)).toBeUndefined();
    }
  });

  it('keep no private part of what signs no more, and seal the rest', async () => {
    const { store, envelope } = options;
    const keys = await createSigningKeys(options);
    await keys.rotate();
    const { items } = await store.list('sts/signing-keys');
    expect(Buffer.concat(items.map(({ value }) => value)).toString('latin1')).not.toContain('PRIVATE');
    const stored = await collection<object>(store, { prefix: 'sts/signing-keys', sealed: envelope }).get('current');
    expect(JSON.stringify(stored!.value).match(/BEGIN PRIVATE/g)).toHaveLength(1);
  });
});
