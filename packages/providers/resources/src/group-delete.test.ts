import { defineProvider, fail, groupId, type Resource } from '@podpass/arm';
import { createTestArm, type TestArm } from '@podpass/arm/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resourcesProvider } from './index.ts';

let test: TestArm;
let deleted: string[];
let scopes: string[];
let stuck: boolean;
let wait: Promise<void>;

/** Resources that note the order in which they are deleted. */
const kinds = (order: Record<string, number>) =>
  defineProvider({
    namespace: 'Podpass.Test',
    types: Object.entries(order).map(([type, at]) => ({
      type,
      apiVersions: ['2024-01-01'],
      regional: true,
      operations: [],
      deletion: {
        order: at,
        delete: async (resource: Resource, arm: { resources: TestArm['arm']['resources'] }) => {
          await wait;
          if (stuck) throw fail('Conflict');
          deleted.push(resource.name);
          await arm.resources.write([{ remove: resource.id }]);
        },
      },
    })),
  });

const add = async (type: string, name: string) => {
  const group = test.arm.resources.get(groupId(test.subscriptionId, 'rg1'))!;
  const id = `${group.id}/providers/Podpass.Test/${type}/${name}`;
  await test.arm.resources.write([{ create: { ...group, id, name, type: `Podpass.Test/${type}`, state: {} } }]);
};

const group = () => `${test.home}/resourcegroups/rg1`;

beforeEach(async () => {
  deleted = [];
  scopes = [];
  stuck = false;
  wait = Promise.resolve();
  test = await createTestArm({
    providers: [resourcesProvider, kinds({ clusters: 1, identities: 2, vaults: 3 })],
    scopeDeleted: async (_, scope) => scopes.push(scope),
  });
  await test.call('PUT', group(), { location: 'eastus' });
});
afterEach(() => test.close());

it('a new resource first clears what a crash left behind at its scope, an existing one does not', async () => {
  expect(scopes).toEqual([groupId(test.subscriptionId, 'rg1')]);
  await test.call('PUT', group(), { location: 'eastus', tags: { a: 'b' } });
  await expect(test.seedGroup('rg1')).rejects.toThrow('changed meanwhile');
  expect(scopes).toHaveLength(1);
  await add('vaults', 'v1');
  expect(scopes.at(-1)).toMatch(/\/vaults\/v1$/);
});

describe('deleting a resource group', () => {
  it('that cannot be emptied fails, and leaves the group usable', async () => {
    await add('vaults', 'v1');
    stuck = true;
    const failed = await test.poll(await test.call('DELETE', group()));
    expect([failed.status, failed.at('error', 'code')]).toEqual([409, 'Conflict']);
    expect((await test.call('GET', group())).at('properties', 'provisioningState')).toBe('Succeeded');
    stuck = false;
    expect((await test.poll(await test.call('DELETE', group()))).status).toBe(200);
  });

  it('takes its contents along, in the order of their types, with what hung on them', async () => {
    await add('vaults', 'v1');
    await add('identities', 'i1');
    await add('clusters', 'c1');
    scopes = [];
    expect((await test.poll(await test.call('DELETE', group()))).status).toBe(200);
    expect(deleted).toEqual(['c1', 'i1', 'v1']);
    expect(scopes.map((scope) => scope.split('/').at(-1))).toEqual(['c1', 'i1', 'v1', 'rg1']);
    expect(test.arm.resources.list({ subscriptionId: test.subscriptionId })).toEqual([]);
  });

  it('is pending until it is done, and refuses new things meanwhile', async () => {
    await add('vaults', 'v1');
    let release = () => undefined as void;
    wait = new Promise((resolve) => {
      release = resolve;
    });
    const gone = await test.call('DELETE', group());
    const pending = await test.call('GET', gone.headers['location']!);
    expect([pending.status, pending.headers['retry-after'], pending.headers['location']]).toEqual([202, '1', gone.headers['location']]);
    expect((await test.call('PUT', group(), { location: 'eastus' })).at('error', 'code')).toBe('ResourceGroupBeingDeleted');
    expect((await test.call('GET', group())).at('properties', 'provisioningState')).toBe('Deleting');
    release();
    expect((await test.poll(gone)).status).toBe(200);
  });

  it('is not called off by a PUT that had passed the checks before the deletion began', async () => {
    await add('vaults', 'v1');
    let release = () => undefined as void;
    wait = new Promise((resolve) => {
      release = resolve;
    });
    const [gone, revival] = await Promise.all([test.call('DELETE', group()), test.call('PUT', group(), { location: 'eastus' })]);
    expect([revival.status, revival.at('error', 'code')]).toEqual([409, 'ResourceGroupBeingDeleted']);
    release();
    expect((await test.poll(gone)).status).toBe(200);
    expect((await test.call('GET', group())).status).toBe(404);
  });

  it('that a stop interrupted leaves the group usable after the start', async () => {
    await add('vaults', 'v1');
    wait = new Promise(() => undefined);
    const gone = await test.call('DELETE', group());
    const again = await test.restart();
    const polled = await again.call('GET', gone.headers['location']!);
    expect([polled.status, polled.at('error', 'code')]).toEqual([409, 'OperationInterrupted']);
    expect((await again.call('GET', group())).at('properties', 'provisioningState')).toBe('Succeeded');
  });
});
