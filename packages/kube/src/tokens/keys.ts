import { createKeyRing, type Jwks, type KeyRing, type SigningKey } from '@podpass/crypto';

/** The signing keys of one cluster's service account tokens. */
export interface SigningKeys {
  current(): SigningKey;
  /** What the issuer publishes and the API server accepts: the current key and the one before. */
  published(): Jwks;
  /** Private keys in PEM, newest first, for sealing only. */
  export(): readonly string[];
  /**
   * Puts a new key in front: it signs at once, the previous one stays published and accepted, older ones go. `persist` runs before the new
   * key is used; when it fails nothing changes.
   */
  rotate(key: SigningKey, persist: (pems: readonly string[]) => Promise<void>): Promise<void>;
}

export const createSigningKeys = (keys: readonly SigningKey[]): SigningKeys => {
  let ring: KeyRing = createKeyRing(keys);
  return {
    current: () => ring.current(),
    published: () => ring.published(),
    export: () => ring.keys.map((key) => key.exportPrivate()),
    async rotate(key, persist) {
      const next = ring.rotate(key, 1);
      await persist(next.keys.map((entry) => entry.exportPrivate()));
      ring = next;
    },
  };
};
