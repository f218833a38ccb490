import type { ProviderDefinition } from '@podpass/arm';
import { createTestArm, type TestArm } from '@podpass/arm/testing';
import { createAuthorization, type Authorization } from '@podpass/authorization';
import { createEnvelope } from '@podpass/crypto';
import type { AccessTokenVerifier } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { createClock, newGuid, randomOctets } from '@podpass/kernel';
import { createKeyVault, type KeyVault } from '@podpass/keyvault';
import { authorizationProvider } from '@podpass/provider-authorization';
import { keyVaultProvider } from '@podpass/provider-key-vault';
import { resourcesProvider } from '@podpass/provider-resources';
import { silentTelemetry } from '@podpass/telemetry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTenants, type CreatedTenant } from './tenants.ts';

/** Tokens are `Bearer {tenant} {object id}`, as those of the test's resource manager. */
const verifier: AccessTokenVerifier = {
  verify: async (authorization, { tenantId: wanted }) => {
    const [, tenantId = '', objectId = ''] = authorization?.split(' ') ?? [];
    const issuer = `https://sts.windows.net/${tenantId}/`;
    if (wanted !== undefined && wanted !== tenantId) return { failure: { reason: 'issuer', issuer } };
    return {
      caller: {
        tenantId,
        objectId,
        appId: newGuid(),
        kind: 'user',
        userPrincipalName: undefined,
        label: objectId,
        issuer,
        audience: '',
        managedIdentity: undefined,
        claims: {},
      },
    };
  },
};

interface Place extends CreatedTenant {
  readonly administrator: string;
  readonly vault: string;
  readonly vaultName: string;
}

let test: TestArm;
let authorization: Authorization;
let keyVault: KeyVault;
let a: Place;
let b: Place;

/** A tenant with a vault and a secret, all made by its own administrator. */
const place = async (name: string): Promise<Place> => {
  const { store, directory, arm } = test;
  const made = await createTenants({ store, directory, authorization, arm }).create({ displayName: name, domain: `${name}.example` });
  const administrator = directory.users.byPrincipalName(made.tenantId, made.userPrincipalName)!.id;
  const vaultName = `vault-${name}`;
  const group = `/subscriptions/${made.subscriptionId}/resourceGroups/rg1`;
  const vault = `${group}/providers/Microsoft.KeyVault/vaults/${vaultName}`;
  const self = { ...made, administrator, vault, vaultName };
  expect((await call(self, 'PUT', group, { location: 'eastus' })).status).toBe(201);
  const properties = { tenantId: made.tenantId, sku: { family: 'A', name: 'standard' }, accessPolicies: [], enableRbacAuthorization: true };
  expect((await call(self, 'PUT', vault, { location: 'eastus', properties })).status).toBe(200);
  const officer = authorization.definitions.byName('Key Vault Secrets Officer')!.id;
  await authorization.assignments.create({
    tenantId: made.tenantId,
    name: newGuid(),
    scope: vault,
    roleId: officer,
    principalId: administrator,
  });
  expect((await secret(self, self, 'PUT', { value: `of ${name}` })).status).toBe(200);
  return self;
};

const call = (as: Pick<Place, 'administrator' | 'tenantId'>, method: string, path: string, body?: unknown) =>
  test.call(method, path, body, { as: as.administrator, tenant: as.tenantId });

/** The secret `s` of a place's vault, over the vault's own wire. */
const secret = async (as: Place, of: Place, method: string, body?: unknown): Promise<Answer> =>
  keyVault.surface.handle({
    id: newGuid(),
    method,
    host: `${of.vaultName}.vault.azure.net`,
    authority: `${of.vaultName}.vault.azure.net`,
    path: '/secrets/s',
    query: new URLSearchParams({ 'api-version': '7.4' }),
    headers: { authorization: `Bearer ${as.tenantId} ${as.administrator}`, 'content-type': 'application/json' },
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    peer: { address: '127.0.0.1', certificate: undefined },
    signal: new AbortController().signal,
  });

beforeAll(async () => {
  const providers: ProviderDefinition[] = [resourcesProvider];
  test = await createTestArm({
    providers,
    access: async ({ store, directory, telemetry }) => {
      authorization = await createAuthorization({ store, directory, clock: createClock(), telemetry });
      const envelope = createEnvelope(randomOctets(32));
      const clock = createClock();
      keyVault = await createKeyVault({ store, envelope, verifier, access: authorization, clock, telemetry: silentTelemetry() });
      providers.push(keyVaultProvider({ vaults: keyVault.host }), authorizationProvider({ authorization }));
      return authorization;
    },
  });
  [a, b] = [await place('alpha'), await place('beta')];
});
afterAll(async () => {
  await keyVault.close();
  await authorization.close();
  await test.close();
});

describe('a token of another tenant', () => {
  it.each(['', '/resourceGroups', '/resourceGroups/rg1', '/resources', '/providers/Microsoft.KeyVault/vaults'])(
    'is refused at the subscription%s, with the name of the right tenant',
    async (below) => {
      const answer = await call(b, 'GET', `/subscriptions/${a.subscriptionId}${below}`);
      expect([answer.status, answer.at('error', 'code')]).toEqual([401, 'InvalidAuthenticationTokenTenant']);
      expect(JSON.stringify(answer.body)).not.toContain(a.vaultName);
      expect((await call(a, 'GET', `/subscriptions/${a.subscriptionId}${below}`)).status).toBe(200);
    },
  );

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('cannot %s a vault', async (method) => {
    expect((await call(b, method, a.vault, {})).status).toBe(401);
    expect((await call(a, 'GET', a.vault)).status).toBe(200);
  });

  it('gives no roles there, not even to a principal that both would know by its id', async () => {
    const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${authorization.definitions.byName('Owner')!.id}`;
    const properties = { roleDefinitionId, principalId: b.administrator, principalType: 'User' };
    const assignments = `/subscriptions/${a.subscriptionId}/providers/Microsoft.Authorization/roleAssignments`;
    expect((await call(b, 'PUT', `${assignments}/${newGuid()}`, { properties })).status).toBe(401);
    // Within its own tenant the id is one that nobody knows yet: it counts for nobody of the other tenant.
    expect((await call(a, 'PUT', `${assignments}/${newGuid()}`, { properties })).status).toBe(201);
    expect((await call(b, 'GET', `/subscriptions/${a.subscriptionId}`)).status).toBe(401);
    expect((await secret(b, a, 'GET')).status).toBe(401);
  });

  it.each(['GET', 'PUT', 'DELETE'])('cannot %s a secret', async (method) => {
    expect((await secret(b, a, method, { value: 'x' })).status).toBe(401);
    expect(await secret(a, a, 'GET')).toMatchObject({ status: 200, body: { value: 'of alpha' } });
  });

  it('names no group of another tenant, nor inherits from one', async () => {
    const { directory } = test;
    const group = await directory.groups.create({ tenantId: a.tenantId, displayName: 'team', mailNickname: 'team' });
    await expect(directory.members.add(a.tenantId, group.id, b.administrator)).rejects.toMatchObject({ code: 'not-found' });
    await expect(directory.members.add(b.tenantId, group.id, b.administrator)).rejects.toMatchObject({ code: 'not-found' });
  });
});

it('each sees its own tenant and subscription in the lists, and nothing else', async () => {
  for (const [self, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const subscriptions = await call(self, 'GET', '/subscriptions');
    expect(subscriptions.list('value').map((row) => row['subscriptionId'])).toEqual([self.subscriptionId]);
    const tenants = await call(self, 'GET', '/tenants');
    expect(tenants.list('value').map((row) => row['tenantId'])).toEqual([self.tenantId]);
    for (const path of ['/subscriptions', '/tenants'])
      expect(JSON.stringify((await call(self, 'GET', path)).body)).not.toContain(other.tenantId);
  }
});
