import { importSigningKey, type Envelope, type Jwks, type PublicJwk, type SigningKey } from '@podpass/crypto';
import { isKernelError, KernelError, type Clock } from '@podpass/kernel';
import { collection, mirror, type Collection, type Store } from '@podpass/store';
import { keyRetirement } from '../wire.ts';
import type { SigningKeyInfo, SigningKeys } from './types.ts';

export interface SigningKeysOptions {
  readonly store: Store;
  /** Seals the private key at rest. */
  readonly envelope: Envelope;
  readonly clock: Clock;
  /** Gives the first key and those of rotations. */
  readonly keyPool: { take(): Promise<SigningKey> };
}

/** A key that signs no more. Its private part is gone. */
interface RetiredKey {
  readonly publicJwk: PublicJwk;
  readonly createdDateTime: string;
  /** When it leaves the key set. */
  readonly retiresDateTime: string;
}

/** All keys in one item, so that a rotation is one write. Items of the first version hold `privateKey` only. */
interface StoredKeys {
  readonly privateKey: string;
  readonly createdDateTime?: string;
  /** Newest first. */
  readonly retired?: readonly RetiredKey[];
}

interface Loaded {
  readonly stored: StoredKeys;
  readonly signing: SigningKey;
}

/** The key set while the clock stays between the two times, in milliseconds. */
interface Published {
  readonly jwks: Jwks;
  readonly from: number;
  readonly until: number;
}

const itemId = 'current';
/** Rotations whose keys may be published at once; more would make the key set grow without bound. */
const mostRetired = 20;

/**
 * Opens the signing keys: takes over or creates them at first start. A rotation is durable before its key signs, and one that another process
 * wrote to the same store is taken up when it is seen. Throws KernelError `corrupt` when the stored keys cannot be unsealed.
 */
export const createSigningKeys = async (options: SigningKeysOptions): Promise<SigningKeys> => {
  const { store, envelope, clock, keyPool } = options;
  const items = collection<StoredKeys>(store, { prefix: 'sts/signing-keys', sealed: envelope });
  await ensureKey(items, options);
  const watched = await mirror(store, items);
  let loaded = load(watched.get(itemId));
  let published = publishedAt(loaded, clock.now());
  watched.onChange(({ item }) => {
    // A set that is deleted or cannot be unsealed leaves the present one in use: there is nothing to sign with otherwise.
    if (!item) return;
    loaded = load(item.value, loaded);
    published = publishedAt(loaded, clock.now());
  });

  const set = (): Published => {
    const now = clock.now();
    if (now < published.from || now >= published.until) published = publishedAt(loaded, now);
    return published;
  };
  return {
    current: () => loaded.signing,
    published: () => set().jwks,
    list: () => infosOf(loaded, clock.now()),
    async rotate({ revoke = false } = {}) {
      const fresh = await keyPool.take();
      await items.update(itemId, (stored) => rotated(stored, { fresh, revoke, now: clock.now() }));
      return infosOf(loaded, clock.now());
    },
    close: () => watched.close(),
  };
};

/** When two start at once, both use the first one's key. */
const ensureKey = async (items: Collection<StoredKeys>, { clock, keyPool }: SigningKeysOptions): Promise<void> => {
  const createdDateTime = clock.date().toISOString();
  const present = await items.get(itemId);
  if (present) {
    await items.update(itemId, (stored) => (stored.createdDateTime === undefined ? { ...stored, createdDateTime } : stored));
    return;
  }
  try {
    await items.create(itemId, { privateKey: (await keyPool.take()).exportPrivate(), createdDateTime, retired: [] });
  } catch (thrown) {
    if (!isKernelError(thrown, 'conflict')) throw thrown;
  }
};

const load = (stored: StoredKeys | undefined, previous?: Loaded): Loaded => {
  if (!stored) throw new KernelError('corrupt', 'The signing keys are gone.');
  const same = previous?.stored.privateKey === stored.privateKey;
  return { stored, signing: same ? previous.signing : importSigningKey(stored.privateKey) };
};

const retiresAt = ({ retiresDateTime }: RetiredKey): number => Date.parse(retiresDateTime);

const publishedAt = ({ stored, signing }: Loaded, now: number): Published => {
  const retired = stored.retired ?? [];
  const alive = retired.filter((key) => retiresAt(key) > now);
  const gone = retired.filter((key) => retiresAt(key) <= now);
  return {
    jwks: { keys: [signing.publicJwk, ...alive.map(({ publicJwk }) => publicJwk)] },
    from: Math.max(-Infinity, ...gone.map(retiresAt)),
    until: Math.min(Infinity, ...alive.map(retiresAt)),
  };
};

const rotated = (
  stored: StoredKeys,
  { fresh, revoke, now }: { readonly fresh: SigningKey; readonly revoke: boolean; readonly now: number },
): StoredKeys => {
  const at = new Date(now).toISOString();
  const { publicJwk } = importSigningKey(stored.privateKey);
  const old: RetiredKey = {
    publicJwk,
    createdDateTime: stored.createdDateTime ?? at,
    retiresDateTime: new Date(now + keyRetirement * 1000).toISOString(),
  };
  const retired = revoke ? [] : [old, ...(stored.retired ?? []).filter((key) => retiresAt(key) > now)];
  if (retired.length > mostRetired)
    throw new KernelError('conflict', 'The keys were rotated too often: tokens of earlier ones are still valid.');
  return { privateKey: fresh.exportPrivate(), createdDateTime: at, retired };
};

const infosOf = ({ stored, signing }: Loaded, now: number): readonly SigningKeyInfo[] => [
  { kid: signing.kid, state: 'signing', createdDateTime: stored.createdDateTime ?? new Date(now).toISOString() },
  ...(stored.retired ?? [])
    .filter((key) => retiresAt(key) > now)
    .map(({ publicJwk, createdDateTime, retiresDateTime }): SigningKeyInfo => ({
      kid: publicJwk.kid,
      state: 'published',
      createdDateTime,
      retiresDateTime,
    })),
];
