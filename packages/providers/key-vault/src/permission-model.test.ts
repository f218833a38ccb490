import { type VaultHost } from '@podpass/arm';
import { createTestArm, type TestArm } from '@podpass/arm/testing';
import { newGuid } from '@podpass/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyVaultProvider } from './index.ts';

/** May write vaults, and nothing about role assignments: what Contributor and Key Vault Contributor amount to. */
const contributor = newGuid();
const host: VaultHost = {
  nameState: () => 'free',
  put: async () => undefined,
  delete: async () => undefined,
  recover: async () => undefined,
  purge: async () => undefined,
  uri: (name) => `https://${name}.vault.azure.net/`,
};

let test: TestArm;
let vault: string;

const body = (properties: Record<string, unknown> = {}) => ({
  location: 'eastus',
  properties: { tenantId: test.tenantId, sku: { name: 'standard', family: 'A' }, ...properties },
});

beforeEach(async () => {
  test = await createTestArm({
    providers: [keyVaultProvider({ vaults: host })],
    access: ({ administrator }) => ({
      check: ({ caller, action }) => ({
        allowed: caller.objectId === administrator || !action.startsWith('Microsoft.Authorization/'),
        because: 'test',
      }),
      reaches: () => true,
    }),
  });
  await test.seedGroup('rg1');
  vault = `${test.home}/resourceGroups/rg1/providers/Microsoft.KeyVault/vaults/vault-1`;
});
afterEach(() => test.close());

describe('who may write a vault but no role assignments', () => {
  const policies = () => [{ tenantId: test.tenantId, objectId: contributor, permissions: { secrets: ['get', 'list'] } }];

  it.each([
    ['PUT', () => body({ enableRbacAuthorization: false, accessPolicies: policies() })],
    ['PATCH', () => ({ properties: { enableRbacAuthorization: false, accessPolicies: policies() } })],
  ])('cannot %s a vault of roles over to access policies, to read its secrets by them', async (method, change) => {
    await test.call('PUT', vault, body({ enableRbacAuthorization: true }));
    const answer = await test.call(method, vault, change(), { as: contributor });
    expect([answer.status, answer.at('error', 'code'), answer.headers['x-ms-failure-cause']]).toEqual([
      403,
      'InsufficientPermissions',
      'service',
    ]);
    expect(answer.at('error', 'message')).toContain('Caller is not allowed to change permission model');
    expect(answer.at('error', 'message')).toContain(`oid=${contributor}; action=Microsoft.Authorization/roleAssignments/write`);
    expect((await test.call('GET', vault)).at('properties')).toMatchObject({ enableRbacAuthorization: true, accessPolicies: [] });
  });

  it('cannot turn a vault of access policies into one of roles either', async () => {
    await test.call('PUT', vault, body({ enableRbacAuthorization: false, accessPolicies: policies() }));
    const answer = await test.call('PATCH', vault, { properties: { enableRbacAuthorization: true } }, { as: contributor });
    expect([answer.status, answer.at('error', 'code')]).toEqual([403, 'InsufficientPermissions']);
  });

  it('may create vaults of both kinds, and write them with the model that they have', async () => {
    for (const model of [true, false]) {
      const own = `${vault}${String(model).length}`;
      expect((await test.call('PUT', own, body({ enableRbacAuthorization: model }), { as: contributor })).status).toBe(200);
      expect((await test.call('PUT', own, body({ enableRbacAuthorization: model }), { as: contributor })).status).toBe(200);
      expect((await test.call('PATCH', own, { tags: { a: 'b' } }, { as: contributor })).status).toBe(200);
    }
  });
});

it('who may write role assignments may change the permission model', async () => {
  await test.call('PUT', vault, body({ enableRbacAuthorization: true }));
  const answer = await test.call('PATCH', vault, { properties: { enableRbacAuthorization: false } });
  expect([answer.status, answer.at('properties', 'enableRbacAuthorization')]).toEqual([200, false]);
});
