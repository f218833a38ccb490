import { KernelError, newGuid } from '@podpass/kernel';
import { mirror, type Item, type Store } from '@podpass/store';
import type { VaultHost } from '../ports.ts';
import type { KeyVaultProfile } from '../wire.ts';
import { removeContents } from './remove-contents.ts';
import { vaultRecords, type VaultRecord } from './vault-record.ts';

export interface VaultDirectory {
  readonly host: VaultHost;
  /** The vault that answers under a host name (lower case, no port); undefined when there is none. O(1). */
  byHost(host: string): VaultRecord | undefined;
  close(): void;
}

/** Mirrors the vault records in memory: every call looks one up, and only the control plane changes them. */
export const createVaultDirectory = async (deps: { store: Store; profile: KeyVaultProfile }): Promise<VaultDirectory> => {
  const { store, profile } = deps;
  const records = vaultRecords(store);
  const known = await mirror(store, records);
  const idOf = (name: string): string => name.toLowerCase();

  const expectState = (name: string, state: VaultRecord['state']): Item<VaultRecord> => {
    const item = known.item(idOf(name));
    if (item?.value.state !== state) throw new KernelError('not-found', `There is no ${state} vault named ${name}.`);
    return item;
  };
  /** Throws `conflict` when somebody else changed the record meanwhile. */
  const move = (item: Item<VaultRecord>, state: VaultRecord['state']) =>
    records.put(item.id, { ...item.value, state }, { expectRevision: item.revision });

  const finishPurge = async (id: string, uid: string): Promise<void> => {
    await removeContents(store, uid);
    await records.delete(id);
  };

  const host: VaultHost = {
    nameState(name) {
      const state = known.get(idOf(name))?.state;
      if (state === undefined) return 'free';
      return state === 'live' ? 'live' : 'deleted';
    },
    async put(vault) {
      const id = idOf(vault.name);
      const item = known.item(id);
      if (item !== undefined && item.value.state !== 'live') {
        throw new KernelError('conflict', `A vault named ${vault.name} is in the deleted state.`);
      }
      const uid = item?.value.uid ?? newGuid();
      await records.put(id, { uid, state: 'live', vault }, { expectRevision: item?.revision ?? 0 });
    },
    async delete(name) {
      await move(expectState(name, 'live'), 'deleted');
    },
    async recover(name) {
      await move(expectState(name, 'deleted'), 'live');
    },
    async purge(name) {
      const { id, value } = await move(expectState(name, 'deleted'), 'purging');
      await finishPurge(id, value.uid);
    },
    uri: (name) => `https://${idOf(name)}${profile.suffix}/`,
  };

  const interrupted = Array.from(known.items()).filter(({ value }) => value.state === 'purging');
  for (const { id, value } of interrupted) await finishPurge(id, value.uid);

  return {
    host,
    byHost(name) {
      if (!name.endsWith(profile.suffix)) return undefined;
      const record = known.get(name.slice(0, -profile.suffix.length));
      return record?.state === 'live' ? record : undefined;
    },
    close: () => known.close(),
  };
};
