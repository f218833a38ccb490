import { createKeyRing, importSigningKey, type Envelope, type KeyRing, type SigningKey } from '@podpass/crypto';
import { isKernelError } from '@podpass/kernel';
import { collection, type Store } from '@podpass/store';

interface StoredKey {
  readonly privateKey: string;
}

/** The signing key of the service: created at first start, sealed in the store. When two start at once, both use the first one's. */
export const openSigningKey = async (options: {
  readonly store: Store;
  readonly envelope: Envelope;
  readonly keyPool: { take(): Promise<SigningKey> };
}): Promise<KeyRing> => {
  const { store, envelope, keyPool } = options;
  const keys = collection<StoredKey>(store, { prefix: 'sts/signing-keys', sealed: envelope });
  const present = await keys.get('current');
  if (present) return createKeyRing([importSigningKey(present.value.privateKey)]);
  const fresh = await keyPool.take();
  try {
    await keys.create('current', { privateKey: fresh.exportPrivate() });
    return createKeyRing([fresh]);
  } catch (thrown) {
    const first = isKernelError(thrown, 'conflict') ? await keys.get('current') : undefined;
    if (!first) throw thrown;
    return createKeyRing([importSigningKey(first.value.privateKey)]);
  }
};
