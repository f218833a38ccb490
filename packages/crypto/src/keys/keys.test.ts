import { generateKeyPairSync, verify, createPublicKey, type JsonWebKey } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import type { SigningKey } from '../types.ts';
import { createKeyPool } from './key-pool.ts';
import { createKeyRing } from './key-ring.ts';
import { generateSigningKey, importSigningKey } from './signing-key.ts';

const fakeKey = (kid: string): SigningKey => ({
  kid,
  publicJwk: { kty: 'RSA', kid },
  sign: (data) => Promise.resolve(data),
  exportPrivate: () => '',
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('importSigningKey', () => {
  const pem = (key: ReturnType<typeof generateKeyPairSync>['privateKey']) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  test.each([
    ['no PEM', 'secret text'],
    ['an EC key', pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)],
    ['a short RSA key', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)],
  ])('refuses %s without quoting it', (_, text) => {
    expect(() => importSigningKey(text)).toThrowError(/^A stored signing key cannot be read/);
  });

  test('gives back the exported key: same kid, same JWK, signatures that verify', async () => {
    const key = await generateSigningKey();
    const again = importSigningKey(key.exportPrivate());
    expect(again.publicJwk).toEqual(key.publicJwk);
    expect(again.kid).toMatch(/^[\w-]{43}$/);
    expect(Object.keys(key.publicJwk)).toEqual(['use', 'kty', 'kid', 'alg', 'n', 'e']);
    const publicKey = createPublicKey({ key: key.publicJwk as JsonWebKey, format: 'jwk' });
    expect(verify('sha256', Buffer.from('data'), publicKey, await again.sign(Buffer.from('data')))).toBe(true);
  });
});

describe('createKeyRing', () => {
  test('refuses to be empty', () => {
    expect(() => createKeyRing([])).toThrowError('A key ring needs a key.');
  });

  test('rotation signs with the new key and publishes so many previous ones', () => {
    const ring = createKeyRing([fakeKey('b'), fakeKey('a')]);
    const rotated = ring.rotate(fakeKey('c'), 1);
    expect(rotated.current().kid).toBe('c');
    expect(rotated.published().keys.map((key) => key.kid)).toEqual(['c', 'b']);
    expect(
      rotated
        .rotate(fakeKey('d'), 0)
        .published()
        .keys.map((key) => key.kid),
    ).toEqual(['d']);
    expect(rotated.rotate(fakeKey('c'), 5).keys.map((key) => key.kid)).toEqual(['c', 'b']);
    expect(ring.current().kid).toBe('b');
    expect(ring.published()).toBe(ring.published());
  });
});

describe('createKeyPool', () => {
  test('gives every key once, spare ones first, and fills up again', async () => {
    let made = 0;
    const pool = createKeyPool({ size: 2, generate: () => Promise.resolve(fakeKey(String(made++))) });
    await vi.waitFor(() => expect(made).toBe(2));
    const taken = await Promise.all([pool.take(), pool.take(), pool.take(), pool.take()]);
    expect(taken.map((key) => key.kid)).toEqual(['0', '1', '2', '3']);
    await vi.waitFor(() => expect(made).toBe(6));
    await settle();
    expect(made).toBe(6);
  });

  test('makes one key at a time', async () => {
    let running = 0;
    let most = 0;
    const generate = async () => {
      most = Math.max(most, ++running);
      await settle();
      running -= 1;
      return fakeKey('k');
    };
    const pool = createKeyPool({ size: 3, generate });
    await Promise.all([pool.take(), pool.take(), pool.take(), pool.take()]);
    expect(most).toBe(1);
  });

  test('hands a failure to those who wait, and tries again at the next call', async () => {
    let calls = 0;
    const pool = createKeyPool({
      size: 0,
      generate: () => (calls++ === 0 ? Promise.reject(new Error('no entropy')) : Promise.resolve(fakeKey('k'))),
    });
    await expect(pool.take()).rejects.toThrow('no entropy');
    expect((await pool.take()).kid).toBe('k');
  });

  test('turns callers away once closed', async () => {
    const pool = createKeyPool({ size: 0, generate: () => new Promise(() => undefined) });
    const waiting = pool.take();
    pool.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await expect(pool.take()).rejects.toMatchObject({ code: 'closed' });
  });
});
