import type { Jwks, PublicJwk } from '@podpass/crypto';

/**
 * The fetched key set, in which every key that was there before, and is the same in all members, stays the same object: what was
 * imported of it and verified with it stays good. A set that has not changed at all stays the same object itself.
 */
export const keepKeys = (before: Jwks | undefined, fetched: Jwks): Jwks => {
  if (!before) return fetched;
  const known = new Map(before.keys.map((key) => [identity(key), key]));
  const keys = fetched.keys.map((key) => known.get(identity(key)) ?? key);
  const same = keys.length === before.keys.length && keys.every((key, index) => key === before.keys[index]);
  return same ? before : { keys };
};

/** Fetched keys have the same few members in the same order. */
const identity = (key: PublicJwk): string => JSON.stringify(key);
