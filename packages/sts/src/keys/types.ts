import type { Jwks, SigningKey } from '@podpass/crypto';

/** A signing key as an operator sees it. Times are ISO 8601. */
export interface SigningKeyInfo {
  readonly kid: string;
  readonly state: 'signing' | 'published';
  readonly createdDateTime: string;
  /** When a `published` key leaves the key set: no token that it signed is valid any more by then. */
  readonly retiresDateTime?: string;
}

/**
 * The service's signing keys, sealed in the store. Rotation signs with a new key at once and keeps the old ones published until the last
 * token that they signed has expired; `revoke` drops them at once instead, which voids their tokens.
 */
export interface SigningKeys {
  /** The key that signs. Never waits. */
  current(): SigningKey;
  /** The same object until the keys change. */
  published(): Jwks;
  list(): readonly SigningKeyInfo[];
  rotate(options?: { readonly revoke?: boolean }): Promise<readonly SigningKeyInfo[]>;
  close(): void;
}
