import { isObject, KernelError } from '@podpass/kernel';
import { collection, type Collection, type Store } from '@podpass/store';
import type { VaultDescription } from '../ports.ts';

/** A vault as the store holds it. `uid` separates its contents from those of an earlier vault of the same name. */
export interface VaultRecord {
  readonly uid: string;
  readonly state: 'live' | 'deleted' | 'purging';
  readonly vault: VaultDescription;
}

const states: ReadonlySet<unknown> = new Set<VaultRecord['state']>(['live', 'deleted', 'purging']);
const isRecord = (value: unknown): value is VaultRecord =>
  isObject(value) && typeof value['uid'] === 'string' && states.has(value['state']) && isObject(value['vault']);

const decode = (json: unknown): VaultRecord => {
  if (!isRecord(json)) throw new KernelError('corrupt', 'A vault record is damaged.');
  return json;
};

/** Vaults by name in lower case: names are global and case-insensitive. */
export const vaultRecords = (store: Store): Collection<VaultRecord> => collection(store, { prefix: 'keyvault/vaults', decode });
