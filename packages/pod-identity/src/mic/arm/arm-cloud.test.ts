import type { WireClient } from '@podpass/http';
import { createClock, parseJson } from '@podpass/kernel';
import { describe, expect, it } from 'vitest';
import { CloudError, scaleSetOf } from '../cloud.ts';
import { createArmCloud } from './arm-cloud.ts';
import { identityPatches } from './identity.ts';
import { refusedIds } from './refused-ids.ts';
import { retryAfterOf } from './throttle.ts';

const id = (name: string): string =>
  `/subscriptions/s/resourcegroups/rg/providers/microsoft.managedidentity/userassignedidentities/${name}`;
const scaleSet = scaleSetOf(
  'azure:///subscriptions/s/resourceGroups/MC/providers/Microsoft.Compute/virtualMachineScaleSets/vmss/virtualMachines/3',
);
if (scaleSet === undefined) throw new Error('unreadable');

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}
const error = (code: string, message: string): object => ({ error: { code, message } });
/** One scale set behind ARM; `patch` decides about each PATCH's ids. */
const armOf = (
  options: {
    ids?: string[];
    type?: string;
    state?: string;
    get?: () => Reply | undefined;
    patch?: (ids: Record<string, unknown>) => Reply | undefined;
  } = {},
) => {
  const present = new Set(options.ids ?? []);
  const patches: { type: string; ids: Record<string, unknown> }[] = [];
  const requests: string[] = [];
  const wire: WireClient = {
    async request({ method, url, headers, body }) {
      requests.push(`${method} ${url}`);
      const answer = ({ status, headers: sent = {}, body: content = {} }: Reply) => ({
        status,
        headers: sent,
        body: Buffer.from(JSON.stringify(content)),
      });
      if (headers?.['Authorization'] !== 'Bearer tok') return answer({ status: 401 });
      if (method === 'GET')
        return answer(
          options.get?.() ?? {
            status: 200,
            body: {
              identity: {
                type: options.type ?? 'UserAssigned',
                userAssignedIdentities: Object.fromEntries([...present].map((name) => [name.toUpperCase(), {}])),
              },
              properties: { provisioningState: options.state ?? 'Succeeded' },
            },
          },
        );
      const { identity } = parseJson(String(body)) as { identity: { type: string; userAssignedIdentities?: Record<string, unknown> } };
      const ids = identity.userAssignedIdentities ?? {};
      patches.push({ type: identity.type, ids });
      const refused = options.patch?.(ids);
      if (refused !== undefined) return answer(refused);
      if (identity.userAssignedIdentities === undefined) present.clear();
      for (const [name, value] of Object.entries(ids)) if (value === null) present.delete(name);
      for (const [name, value] of Object.entries(ids)) if (value !== null) present.add(name);
      return answer({ status: 200 });
    },
    // eslint-disable-next-line require-yield
    async *lines() {
      throw new Error('not used');
    },
    close: async () => undefined,
  };
  const cloud = createArmCloud({
    wire,
    armOrigin: 'https://management.azure.com/',
    token: async () => 'tok',
    clock: createClock({ frozenAt: 0 }),
  });
  const update = (add: string[], remove: string[] = []) =>
    cloud.updateScaleSetIdentities(scaleSet, { add, remove }, { signal: new AbortController().signal, retries: 2, retryInterval: 1 });
  return { cloud, update, patches, present, requests };
};

describe('upstream ParseResourceID of scale sets', () => {
  it.each([
    undefined,
    7,
    '',
    'aws:///x',
    'azure:///subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm',
    'azure:///subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/x/y/virtualMachines/1',
  ])('%s is none', (value) => {
    expect(scaleSetOf(value)).toBeUndefined();
  });
  it('reads one, whatever its case', () => {
    expect(scaleSet).toMatchObject({ subscriptionId: 's', resourceGroup: 'MC', name: 'vmss' });
  });
});

it('upstream ExtractIdentitiesFromError: only ids that were sent, only from errors that name ids', () => {
  const text = `{"error":{"code":"LinkedAuthorizationFailed","message":"no permission on the linked scope(s) '${id('a')},${id('B').toUpperCase()}' or '${id('unsent')}'"}}`;
  expect(refusedIds(text, [id('a'), id('b'), id('c')])).toEqual([id('a'), id('b')]);
  expect(refusedIds(text.replace('LinkedAuthorizationFailed', 'Other'), [id('a')])).toEqual([]);
  expect(refusedIds('FailedIdentityOperation', [id('a')])).toEqual([]);
});

it.each([
  [undefined, 10_000],
  ['7', 7_000],
  ['Thu, 01 Jan 1970 00:00:30 GMT', 30_000],
  ['Thu, 01 Jan 1960 00:00:30 GMT', 0],
  ['soon', 10_000],
])('upstream GetRetryAfter: %s', (header, expected) => {
  expect(retryAfterOf(header, 0)).toBe(expected);
});

describe('upstream Set/RemoveUserIdentity and type transitions', () => {
  const present = (system: boolean, ...ids: string[]) => ({ system, ids: new Set(ids), provisioningState: 'Succeeded' });
  it.each([
    ['nothing changes', present(false, id('a')), { add: [id('a')], remove: [id('b')] }, []],
    ['None to UserAssigned', present(false), { add: [id('a')], remove: [] }, [['UserAssigned', { [id('a')]: {} }]]],
    ['SystemAssigned to both', present(true), { add: [id('a')], remove: [] }, [['SystemAssigned, UserAssigned', { [id('a')]: {} }]]],
    ['the last goes', present(false, id('a')), { add: [], remove: [id('a')] }, [['None', undefined]]],
    ['the last goes, the system’s stays', present(true, id('a')), { add: [], remove: [id('a')] }, [['SystemAssigned', undefined]]],
    ['one of two goes', present(false, id('a'), id('b')), { add: [], remove: [id('a')] }, [['UserAssigned', { [id('a')]: null }]]],
    ['an addition wins over a removal', present(false, id('a')), { add: [id('a')], remove: [id('a')] }, []],
  ] as const)('%s', (_name, before, change, expected) => {
    expect(
      identityPatches(before, change).map(({ body }) => {
        const { type, userAssignedIdentities } = body['identity'] as { type: string; userAssignedIdentities?: object };
        return [type, userAssignedIdentities];
      }),
    ).toEqual(expected);
  });
  it('upstream Truncate: at most 150 in one PATCH', () => {
    const add = Array.from({ length: 301 }, (_, index) => id(`n${String(index)}`));
    expect(identityPatches(present(false), { add, remove: [] }).map((patch) => patch.add.length)).toEqual([150, 150, 1]);
  });
});

describe('refusals', () => {
  it('a named id is dropped, the others are assigned, and the result says which', async () => {
    const arm = armOf({
      patch: (ids) =>
        id('bad') in ids ? { status: 400, body: error('FailedIdentityOperation', `Resource '${id('bad')}' was not found.`) } : undefined,
    });
    const { refused } = await arm.update([id('good'), id('bad')]);
    expect([...refused.keys()]).toEqual([id('bad')]);
    expect(refused.get(id('bad'))).toMatch(
      /^failed to update identities for vmss in MC, error: StatusCode=400 -- Code="FailedIdentityOperation"/,
    );
    expect([...arm.present]).toEqual([id('good')]);
    expect(arm.patches).toHaveLength(2);
  });

  it('an id that the refusal does not name is found, and keeps nobody back', async () => {
    const arm = armOf({
      ids: [id('old')],
      patch: (ids) => (id('bad') in ids ? { status: 400, body: error('BadRequest', 'no') } : undefined),
    });
    const names = ['a', 'b', 'bad', 'c', 'd'].map(id);
    const { refused } = await arm.update(names, [id('old')]);
    expect([...refused.keys()]).toEqual([id('bad')]);
    expect([...arm.present].toSorted()).toEqual(['a', 'b', 'c', 'd'].map(id));
  });

  it('a refusal of everything rejects', async () => {
    const arm = armOf({ patch: () => ({ status: 403, body: error('AuthorizationFailed', 'no') }) });
    await expect(arm.update([id('a'), id('b')])).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('AuthorizationFailed') as string,
    });
  });

  it('a scale set that is going, is gone, or cannot be read', async () => {
    await expect(armOf({ state: 'Deleting' }).update([id('a')])).rejects.toThrow(
      'failed to update identities for vmss in MC, vmss is in Deleting provisioning state',
    );
    await expect(armOf({ get: () => ({ status: 404 }) }).update([id('a')])).rejects.toMatchObject({ kind: 'not-found' });
    await expect(armOf({ get: () => ({ status: 500 }) }).update([id('a')])).rejects.toThrow(
      /^failed to get vmss vmss in resource group MC, error:/,
    );
  });

  it('429 is not repeated: further calls wait for Retry-After without a request', async () => {
    const arm = armOf({ patch: () => ({ status: 429, headers: { 'retry-after': '60' } }) });
    const first = await arm.update([id('a')]).catch((thrown: unknown) => thrown);
    expect(first).toBeInstanceOf(CloudError);
    expect(first).toMatchObject({
      kind: 'throttled',
      retryIn: 60_000,
      message: 'VMSSUpdate client throttled, retry after: 1970-01-01T00:01:00.000Z',
    });
    await expect(arm.update([id('a')])).rejects.toMatchObject({ kind: 'throttled' });
    expect(arm.patches).toHaveLength(1);
  });

  it('the token does not follow an operation to another origin', async () => {
    const arm = armOf({ patch: () => ({ status: 202, headers: { 'azure-asyncoperation': 'https://evil.test/op' } }) });
    await expect(arm.update([id('a')])).rejects.toThrow(/not at the resource manager/);
    expect(arm.requests.some((request) => request.includes('evil'))).toBe(false);
  });
});

it('waits for the end of an operation', async () => {
  let looks = 0;
  const arm = armOf({
    patch: () => ({
      status: 202,
      headers: { 'azure-asyncoperation': 'https://management.azure.com/op?api-version=1', 'retry-after': '0' },
    }),
    get: () =>
      looks++ === 0
        ? undefined
        : { status: 200, headers: { 'retry-after': '0' }, body: { status: looks < 4 ? 'InProgress' : 'Succeeded' } },
  });
  expect((await arm.update([id('a')])).refused.size).toBe(0);
  expect(looks).toBe(4);
});

it('sends nothing when nothing changes, and never reads more than it needs', async () => {
  const arm = armOf({ ids: [id('a')] });
  await arm.update([id('a')]);
  expect(arm.requests).toEqual([
    'GET https://management.azure.com/subscriptions/s/resourceGroups/MC/providers/Microsoft.Compute/virtualMachineScaleSets/vmss?api-version=2019-12-01',
  ]);
  expect(await arm.cloud.getScaleSetIdentities(scaleSet, new AbortController().signal)).toEqual(new Set([id('a')]));
});
