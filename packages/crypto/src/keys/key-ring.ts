import { KernelError } from '@podpass/kernel';
import type { Jwks, SigningKey } from '../types.ts';

/** The keys of one issuer, newest first. Immutable: rotation gives a new ring. */
export interface KeyRing {
  /** All keys, newest first, as they must be persisted. */
  readonly keys: readonly SigningKey[];
  /** The key that signs. */
  current(): SigningKey;
  /** The JWKS to publish: the current key, then the previous ones that still verify. The same object on every call. */
  published(): Jwks;
  /** A ring that signs with `newKey` and still publishes the newest `keepPrevious` (default 1) of the present keys. */
  rotate(newKey: SigningKey, keepPrevious?: number): KeyRing;
}

/** Creates a ring of `keys`, newest first. Throws KernelError `invalid` without any key. */
export const createKeyRing = (keys: readonly SigningKey[]): KeyRing => {
  const [newest] = keys;
  if (!newest) throw new KernelError('invalid', 'A key ring needs a key.');
  const published: Jwks = { keys: keys.map((key) => key.publicJwk) };
  return {
    keys: [...keys],
    current: () => newest,
    published: () => published,
    rotate: (newKey, keepPrevious = 1) => createKeyRing([newKey, ...keys.filter((key) => key.kid !== newKey.kid).slice(0, keepPrevious)]),
  };
};
