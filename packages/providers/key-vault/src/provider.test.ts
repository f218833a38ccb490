import { compareCoverage, type VaultDescription, type VaultHost } from '@podpass/arm';
import { callEveryOperation, createTestArm, type TestArm } from '@podpass/arm/testing';
import { newGuid } from '@podpass/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyVaultCoverage, keyVaultProvider } from './index.ts';

/** A host that remembers what it was told. */
const createHost = () => {
  const states = new Map<string, 'live' | 'deleted'>();
  const told: VaultDescription[] = [];
  const host: VaultHost = {
    nameState: (name) => states.get(name.toLowerCase()) ?? 'free',
    put: async (vault) => {
      told.push(vault);
      states.set(vault.name.toLowerCase(), 'live');
    },
    delete: async (name) => void states.set(name.toLowerCase(), 'deleted'),
    recover: async (name) => void states.set(name.toLowerCase(), 'live'),
    purge: async (name) => void states.delete(name.toLowerCase()),
    uri: (name) => `https://${name.toLowerCase()}.vault.azure.net/`,
  };
  return { host, states, told };
};

let test: TestArm;
let behind: ReturnType<typeof createHost>;
let vault: string;
let deleted: string;

beforeEach(async () => {
  behind = createHost();
  test = await createTestArm({ providers: [keyVaultProvider({ vaults: behind.host })] });
  await test.seedGroup('rg1');
  await test.seedGroup('rg2');
  vault = `${test.home}/resourceGroups/rg1/providers/Microsoft.KeyVault/vaults/vault-1`;
  deleted = `${test.home}/providers/Microsoft.KeyVault/locations/eastus/deletedVaults/vault-1`;
});
afterEach(() => test.close());

/** What `az keyvault create` sends. */
const body = (properties: Record<string, unknown> = {}) => ({
  location: 'eastus',
  properties: {
    tenantId: test.tenantId,
    sku: { name: 'standard', family: 'A' },
    accessPolicies: [],
    enableRbacAuthorization: true,
    enableSoftDelete: true,
    softDeleteRetentionInDays: 90,
    networkAcls: { bypass: 'AzureServices', defaultAction: 'Allow' },
    ...properties,
  },
});
const put = (properties?: Record<string, unknown>) => test.call('PUT', vault, body(properties));

describe('the ledger and access', () => {
  it('equals the registered operations', () => {
    expect(compareCoverage(keyVaultProvider({ vaults: behind.host }), keyVaultCoverage)).toEqual({ unlisted: [], unregistered: [] });
  });

  it('refuses every operation to a caller without roles', async () => {
    const outcomes = await callEveryOperation(test, [keyVaultProvider({ vaults: behind.host })], newGuid());
    expect(outcomes.filter(({ code }) => code !== 'AuthorizationFailed')).toEqual([]);
  });
});

describe('vaults, refused', () => {
  it.each(['ab', 'a'.repeat(25), '1abc', 'abc-', 'a--b', 'a_b', 'a.b'])('the name %s', async (name) => {
    const answer = await test.call('PUT', vault.replace('vault-1', name), body());
    expect([answer.status, answer.at('error', 'code')]).toEqual([400, 'VaultNameNotValid']);
    expect(answer.at('error', 'message')).toContain(
      `The vault name '${name}' is invalid. A vault's name must be between 3-24 alphanumeric characters.`,
    );
    expect(behind.told).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['purge protection off', { enablePurgeProtection: false }, /^The property "enablePurgeProtection" cannot be set to false\./],
    ['soft delete off', { enableSoftDelete: false }, /"enableSoftDelete" can be set to false only/],
    ['six days of retention', { softDeleteRetentionInDays: 6 }, /between 7 and 90/],
    ['91 days of retention', { softDeleteRetentionInDays: 91 }, /between 7 and 90/],
    ['half a day of retention', { softDeleteRetentionInDays: 7.5 }, /whole number/],
    ['no sku', { sku: undefined }, /'properties.sku' is required/],
    ['an unknown sku', { sku: { name: 'gold' } }, /'properties.sku.name' must be one of standard, premium/],
    ['another tenant', { tenantId: newGuid() }, /is not the tenant of the subscription/],
    [
      'a policy without permissions',
      { accessPolicies: [{ tenantId: newGuid(), objectId: newGuid() }] },
      /accessPolicies\[0\].permissions' is required/,
    ],
    ['network rules', { networkAcls: { defaultAction: 'Deny' } }, /networkAcls.defaultAction' is not supported/],
    ['no public access', { publicNetworkAccess: 'Disabled' }, /publicNetworkAccess' is not supported/],
    ['recovery of nothing', { createMode: 'recover' }, /deleted vault 'vault-1' does not exist/],
  ])('%s', async (_, properties, message) => {
    const answer = await put(properties);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.at('error', 'message')).toMatch(message);
    expect(behind.told).toEqual([]);
  });

  it('a name that is taken in another group, or by someone else', async () => {
    await put();
    const elsewhere = await test.call('PUT', vault.replace('rg1', 'rg2').replace('vault-1', 'VAULT-1'), body());
    expect([elsewhere.status, elsewhere.at('error', 'code')]).toEqual([409, 'VaultAlreadyExists']);
    behind.states.set('foreign', 'live');
    expect((await test.call('PUT', vault.replace('vault-1', 'foreign'), body())).at('error', 'code')).toBe('VaultAlreadyExists');
  });

  it('one of two that are made with one name at the same moment', async () => {
    const answers = await Promise.all([put(), test.call('PUT', vault.replace('rg1', 'rg2'), body())]);
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409']);
  });

  it('a name that a deleted vault holds, with what to do', async () => {
    await put();
    await test.call('DELETE', vault);
    const answer = await put();
    expect([answer.status, answer.at('error', 'code')]).toEqual([409, 'ConflictError']);
    expect(answer.at('error', 'message')).toContain('You need to either recover or purge existing key vault.');
  });

  it('taking purge protection or retention back', async () => {
    await put({ enablePurgeProtection: true });
    expect((await put({ enablePurgeProtection: false })).status).toBe(400);
    expect((await put({ softDeleteRetentionInDays: 7 })).at('error', 'message')).toContain("can't be modified");
    expect((await test.call('PATCH', vault, { properties: { enablePurgeProtection: false } })).status).toBe(400);
    expect((await test.call('GET', vault)).at('properties', 'enablePurgeProtection')).toBe(true);
  });

  it('purging under purge protection', async () => {
    await put({ enablePurgeProtection: true });
    await test.call('DELETE', vault);
    const answer = await test.call('POST', `${deleted}/purge`);
    expect(answer.at('error')).toEqual({ code: 'MethodNotAllowed', message: "Operation 'DeletedVaultPurge' is not allowed." });
    expect(behind.states.get('vault-1')).toBe('deleted');
  });

  it('what is not there', async () => {
    expect((await test.call('GET', vault)).at('error', 'code')).toBe('ResourceNotFound');
    expect((await test.call('PATCH', vault, {})).status).toBe(404);
    expect((await test.call('DELETE', vault)).status).toBe(204);
    expect((await test.call('GET', deleted)).at('error', 'code')).toBe('DeletedVaultNotFound');
    expect((await test.call('POST', `${deleted}/purge`)).at('error', 'code')).toBe('DeletedVaultNotFound');
  });
});

describe('vaults', () => {
  it('are created, shown, listed and updated as az does', async () => {
    expect((await test.call('GET', vault)).status).toBe(404);
    const made = await put({ enablePurgeProtection: true });
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      id: vault,
      type: 'Microsoft.KeyVault/vaults',
      tags: {},
      properties: {
        vaultUri: 'https://vault-1.vault.azure.net/',
        enablePurgeProtection: true,
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: 90,
        provisioningState: 'Succeeded',
        publicNetworkAccess: 'Enabled',
      },
    });
    expect(made.at('systemData', 'createdBy')).toContain('@example.test');
    expect(behind.told.at(-1)).toMatchObject({
      name: 'vault-1',
      resourceGroup: 'rg1',
      enableRbacAuthorization: true,
      tenantId: test.tenantId,
    });
    const echoed = await test.call('PUT', vault, { ...made.object(), tags: { a: 'b' } });
    expect([echoed.status, echoed.at('tags')]).toEqual([200, { a: 'b' }]);
    expect(
      (await test.call('PATCH', vault, { properties: { enableRbacAuthorization: false } })).at('properties', 'enableRbacAuthorization'),
    ).toBe(false);
    expect(behind.told.at(-1)?.enableRbacAuthorization).toBe(false);
    for (const list of [vault.replace('/vault-1', ''), `${test.home}/providers/Microsoft.KeyVault/vaults`]) {
      expect((await test.call('GET', list)).at('value')).toHaveLength(1);
    }
    expect((await test.call('GET', `${test.home}/providers/Microsoft.KeyVault/managedHSMs`)).body).toEqual({ value: [] });
    expect((await test.call('GET', `${test.home}/providers/Microsoft.KeyVault/deletedManagedHSMs`)).body).toEqual({ value: [] });
  });

  it('leave purge protection out when it was never set', async () => {
    expect(Object.keys((await put()).object('properties'))).not.toContain('enablePurgeProtection');
  });

  it('are deleted softly, listed as deleted, and recovered with their old properties', async () => {
    await put({ softDeleteRetentionInDays: 7 });
    await test.call('PATCH', vault, { tags: { a: 'b' } });
    expect((await test.call('DELETE', vault)).status).toBe(200);
    expect(behind.states.get('vault-1')).toBe('deleted');
    expect((await test.call('GET', `${test.home}/providers/Microsoft.KeyVault/deletedVaults`)).at('value', 0)).toEqual({
      id: deleted,
      name: 'vault-1',
      type: 'Microsoft.KeyVault/deletedVaults',
      properties: {
        vaultId: vault,
        location: 'eastus',
        tags: { a: 'b' },
        deletionDate: '2026-06-01T12:00:00Z',
        scheduledPurgeDate: '2026-06-08T12:00:00Z',
      },
    });
    const back = await test.call('PUT', vault, {
      location: 'eastus',
      properties: { tenantId: test.tenantId, sku: { family: 'A', name: 'premium' }, createMode: 'recover' },
    });
    expect(back.body).toMatchObject({ tags: { a: 'b' }, properties: { sku: { name: 'standard' }, softDeleteRetentionInDays: 7 } });
    expect(behind.states.get('vault-1')).toBe('live');
    expect((await test.call('GET', deleted)).status).toBe(404);
  });

  it('are purged on request, and can be made anew', async () => {
    await put();
    await test.call('DELETE', vault);
    const purge = await test.call('POST', `${deleted}/purge`);
    expect([purge.status, purge.headers['retry-after']]).toEqual([202, '1']);
    expect((await test.poll(purge)).status).toBe(200);
    expect((await put()).status).toBe(200);
  });

  it('are purged when their retention is over', async () => {
    await put({ softDeleteRetentionInDays: 7 });
    await test.call('DELETE', vault);
    test.clock.freeze(test.clock.now() + 7 * 24 * 3600_000);
    expect((await test.call('GET', deleted)).status).toBe(404);
    expect(behind.states.get('vault-1')).toBeUndefined();
  });

  it('whose host missed something before a crash are put right at the next start', async () => {
    await put();
    behind.states.delete('vault-1');
    const again = await test.restart();
    expect(behind.states.get('vault-1')).toBe('live');
    await again.call('DELETE', vault);
    behind.states.set('vault-1', 'live');
    await again.restart();
    expect(behind.states.get('vault-1')).toBe('deleted');
  });

  it('tell whether a name is free', async () => {
    const check = (name: string) =>
      test.call('POST', `${test.home}/providers/Microsoft.KeyVault/checkNameAvailability`, { name, type: 'Microsoft.KeyVault/vaults' });
    await put();
    expect((await check('a--b')).body).toMatchObject({ nameAvailable: false, reason: 'AccountNameInvalid' });
    expect((await check('VAULT-1')).body).toMatchObject({ nameAvailable: false, reason: 'AlreadyExists' });
    expect((await check('vault-2')).body).toEqual({ nameAvailable: true });
  });
});
