import { generateSigningKey, parseJwt, signJwt, type Jwks, type ParsedJwt, type SigningKey } from '@podpass/crypto';
import { beforeAll, expect, it } from 'vitest';
import { keepKeys } from './keep-keys.ts';
import { createVerifiedAssertions } from './verified-assertions.ts';

let key: SigningKey;
let keys: Jwks;
beforeAll(async () => {
  key = await generateSigningKey();
  keys = { keys: [key.publicJwk] };
});

const assertionOf = async (sub: string): Promise<ParsedJwt> => {
  const parsed = parseJwt(await signJwt(key, { claims: { sub } }));
  if ('failure' in parsed) throw new Error(parsed.failure.reason);
  return parsed;
};

it('knows the very assertion only: no other claims, no other signature, no octet moved from one to the other', async () => {
  const verified = createVerifiedAssertions();
  const [good, other] = [await assertionOf('a'), await assertionOf('b')];
  verified.remember(good, keys);
  expect(verified.has(other, keys)).toBe(false);
  expect(verified.has({ ...good, signature: other.signature }, keys)).toBe(false);
  expect(verified.has({ ...good, signed: other.signed }, keys)).toBe(false);
  const moved = { ...good, signed: Buffer.concat([good.signed, good.signature.subarray(0, 1)]), signature: good.signature.subarray(1) };
  expect(verified.has(moved, keys)).toBe(false);
  expect(verified.has(good, keys)).toBe(true);
});

it('forgets with the key: withdrawn, replaced under the same id, or no longer the only one of its id', async () => {
  const verified = createVerifiedAssertions();
  const good = await assertionOf('a');
  verified.remember(good, keys);
  const [stranger] = [await generateSigningKey()];
  expect(verified.has(good, { keys: [] })).toBe(false);
  expect(verified.has(good, { keys: [{ ...stranger.publicJwk, kid: key.kid }] })).toBe(false);
  expect(verified.has(good, { keys: [{ ...key.publicJwk }] })).toBe(false);
  expect(verified.has(good, { keys: [key.publicJwk, { ...stranger.publicJwk, kid: key.kid }] })).toBe(false);
  expect(verified.has(good, { keys: [stranger.publicJwk, key.publicJwk] })).toBe(true);
});

it('remembers a bounded number, the newest ones', async () => {
  const verified = createVerifiedAssertions(2);
  const [a, b, c] = [await assertionOf('a'), await assertionOf('b'), await assertionOf('c')];
  verified.remember(a, keys);
  verified.remember(b, keys);
  verified.remember(c, keys);
  expect([a, b, c].map((assertion) => verified.has(assertion, keys))).toEqual([false, true, true]);
});

it('survives a refresh that brings the same key, and none that brings another', () => {
  const fetched = () => ({
    keys: [
      { kty: 'RSA', kid: 'a', n: 'x', e: 'AQAB' },
      { kty: 'RSA', kid: 'b', n: 'y', e: 'AQAB' },
    ],
  });
  const before = keepKeys(undefined, fetched());
  expect(keepKeys(before, fetched())).toBe(before);
  const [a, b] = fetched().keys;
  const after = keepKeys(before, { keys: [{ ...a!, n: 'z' }, b!] });
  expect(after.keys.map((jwk) => before.keys.includes(jwk))).toEqual([false, true]);
  expect(keepKeys(before, { keys: [{ ...a!, use: 'enc' } as never] }).keys[0]).not.toBe(before.keys[0]);
  expect(keepKeys(before, { keys: [b!] })).toEqual({ keys: [before.keys[1]] });
});
