import type { Envelope } from '@podpass/crypto';
import { KernelError } from '@podpass/kernel';
import { collection, type Collection, type Store } from '@podpass/store';
import { isDeletedHead, isHead, isVersion, type DeletedHead, type SecretHead, type SecretVersion } from './model.ts';

/** Names one secret: the vault's uid and the secret's name in any case. */
export interface SecretRef {
  readonly uid: string;
  readonly name: string;
}

/** Ids within the collections; those of one vault share the prefix `{uid}/`. */
export const vaultId = (uid: string): string => `${uid}/`;
export const headId = (ref: SecretRef): string => vaultId(ref.uid) + ref.name.toLowerCase();
export const versionsId = (ref: SecretRef): string => `${headId(ref)}/`;
export const versionId = (ref: SecretRef, version: string): string => versionsId(ref) + version;

const checked =
  <T>(is: (value: unknown) => value is T) =>
  (json: unknown): T => {
    if (!is(json)) throw new KernelError('corrupt', 'A secret record is damaged.');
    return json;
  };
const isText = (value: unknown): value is string => typeof value === 'string';

export const liveHeads = (store: Store): Collection<SecretHead> =>
  collection(store, { prefix: 'keyvault/secrets', decode: checked(isHead) });

export const deletedHeads = (store: Store): Collection<DeletedHead> =>
  collection(store, { prefix: 'keyvault/deleted-secrets', decode: checked(isDeletedHead) });

export const versionRecords = (store: Store): Collection<SecretVersion> =>
  collection(store, { prefix: 'keyvault/secret-versions', decode: checked(isVersion) });

/** Values are sealed at rest and lie apart from everything that lists read. */
export const valueRecords = (store: Store, sealed?: Envelope): Collection<string> =>
  collection(store, { prefix: 'keyvault/secret-values', decode: checked(isText), ...(sealed === undefined ? {} : { sealed }) });

/** All collections that hold contents of vaults. */
export const secretCollections = (store: Store): readonly { readonly prefix: string }[] => [
  liveHeads(store),
  deletedHeads(store),
  versionRecords(store),
  valueRecords(store),
];
