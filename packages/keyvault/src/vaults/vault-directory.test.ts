import { createMemoryStore } from '@podpass/store';
import { describe, expect, it } from 'vitest';
import { vault, createHarness, v } from '../testing/harness.ts';
import { publicCloud } from '../wire.ts';
import { createVaultDirectory } from './vault-directory.ts';
import { vaultRecords } from './vault-record.ts';

const open = async (store = createMemoryStore()) => ({ store, ...(await createVaultDirectory({ store, profile: publicCloud })) });

describe('the vault host', () => {
  it('refuses steps that the state does not allow', async () => {
    const { host } = await open();
    for (const step of ['delete', 'recover', 'purge'] as const) {
      await expect(host[step]('kv')).rejects.toMatchObject({ code: 'not-found' });
    }
    await host.put(vault('kv'));
    await expect(host.recover('kv')).rejects.toMatchObject({ code: 'not-found' });
    await expect(host.purge('kv')).rejects.toMatchObject({ code: 'not-found' });
    await host.delete('kv');
    await expect(host.put(vault('KV'))).rejects.toMatchObject({ code: 'conflict' });
  });

  it('reserves names in any case, live and deleted', async () => {
    const { host } = await open();
    expect(host.nameState('Kv')).toBe('free');
    await host.put(vault('Kv'));
    expect(host.nameState('kV')).toBe('live');
    await host.delete('KV');
    expect(host.nameState('kv')).toBe('deleted');
    await host.purge('kv');
    expect(host.nameState('kv')).toBe('free');
    expect(host.uri('Kv')).toBe('https://kv.vault.azure.net/');
  });

  it('finds vaults again after a restart and finishes an interrupted purge', async () => {
    const first = await open();
    await first.host.put(vault('kept'));
    await first.host.put(vault('half'));
    const records = vaultRecords(first.store);
    await records.update('half', (record) => ({ ...record, state: 'purging' }));
    const second = await open(first.store);
    expect(second.byHost('kept.vault.azure.net')?.vault.name).toBe('kept');
    expect(second.host.nameState('half')).toBe('free');
  });

  it('gives a vault of a purged name none of the old contents', async () => {
    const { send, host, store } = await createHarness();
    await send('PUT', `/secrets/s?${v}`, { body: { value: 'old' } });
    await host.delete('kv');
    await host.purge('kv');
    expect((await store.list('')).items).toEqual([]);
    await host.put(vault('kv'));
    expect((await send('GET', `/secrets/s/?${v}`)).status).toBe(404);
  });
});
