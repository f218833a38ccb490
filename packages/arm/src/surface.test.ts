import { newGuid } from '@podpass/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { invalidBody, record, text } from './body/index.ts';
import { groupId, groupType, idKey } from './index.ts';
import { defineProvider, operation, operationWithBody } from './provider.ts';
import { createTestArm, type TestArm } from './testing/harness.ts';

const base = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Podpass.Test/things';
let running = 0;
let most = 0;

const things = defineProvider({
  namespace: 'Podpass.Test',
  types: [
    {
      type: 'things',
      apiVersions: ['2024-01-01'],
      regional: true,
      operations: [
        operation({
          name: 'Things_Get',
          method: 'GET',
          path: `${base}/{thingName}`,
          access: { kind: 'action', action: 'Podpass.Test/things/read' },
          handler: async ({ param, path }) => {
            if (param('thingName') === 'broken') throw new Error('a secret place in the code');
            return { status: 200, body: { name: param('thingName'), path } };
          },
        }),
        operationWithBody({
          name: 'Things_Put',
          method: 'PUT',
          path: `${base}/{thingName}`,
          access: { kind: 'action', action: 'Podpass.Test/things/write' },
          body: record({ colour: text({ max: 5 }), size: record({ unit: text() }) }, { closed: true }),
          invalid: invalidBody('BadThing'),
          handler: async (_, { colour }) => {
            running += 1;
            most = Math.max(most, running);
            await new Promise((resolve) => setTimeout(resolve, 2));
            running -= 1;
            return { status: 200, body: { colour } };
          },
        }),
        operation({
          name: 'Things_Rename',
          method: 'POST',
          path: `${base}/{thingName}/rename`,
          access: { kind: 'action', action: 'Podpass.Test/things/rename/action' },
          handler: async () => ({ status: 200 }),
        }),
        operation({
          name: 'Things_List',
          method: 'GET',
          path: '/subscriptions/{subscriptionId}/providers/Podpass.Test/things',
          access: { kind: 'action', action: 'Podpass.Test/things/read', trim: true },
          handler: async () => ({ status: 200, body: { value: [{ id: '/mine' }, { id: '/theirs' }] } }),
        }),
      ],
    },
  ],
});

let test: TestArm;
let thing: string;
const visitor = newGuid();

beforeEach(async () => {
  running = 0;
  most = 0;
  test = await createTestArm({
    providers: [things],
    access: ({ administrator }) => ({
      check: ({ caller, scope }) => ({
        allowed: caller.objectId === administrator || (caller.objectId === visitor && scope === '/mine'),
        because: '',
      }),
      reaches: ({ objectId }, scope) => objectId === administrator || (objectId === visitor && scope === test.home),
    }),
  });
  thing = `${test.home}/resourceGroups/rg1/providers/Podpass.Test/things/t1`;
  await test.seedGroup('rg1');
});
afterEach(() => test.close());

const good = { colour: 'red', size: { unit: 'cm' } };

describe('requests, refused in this order', () => {
  it('without a token: 401 with a challenge, even for paths that do not exist', async () => {
    for (const path of [thing, '/nowhere', `${test.home}/providers/Nobody.Here/x`]) {
      const answer = await test.call('GET', path, undefined, { as: null, apiVersion: null });
      expect([answer.status, answer.at('error', 'code')]).toEqual([401, 'AuthenticationFailed']);
      expect(answer.headers['www-authenticate']).toMatch(
        new RegExp(
          `^Bearer authorization_uri="https://login\\.microsoftonline\\.com/${path === '/nowhere' ? 'common' : test.tenantId}", error="invalid_token"`,
        ),
      );
    }
  });

  it('with a token that is none', async () => {
    const answer = await test.call('GET', thing, undefined, { as: null, headers: { authorization: 'Basic abc' } });
    expect([answer.status, answer.at('error', 'code')]).toEqual([401, 'AuthenticationFailed']);
  });

  it('without an api-version', async () => {
    const answer = await test.call('GET', thing, undefined, { apiVersion: null });
    expect(answer.at('error')).toEqual({
      code: 'MissingApiVersionParameter',
      message: 'The api-version query parameter (?api-version=) is required for all requests.',
    });
  });

  it.each(['1', '2024-13-01', '2024-02-30', '2013-01-01', '2030-01-01', '2024-01-01-nonsense', 'latest', '2024-01-01;', '20240101'])(
    'with the api-version %s',
    async (version) => {
      const answer = await test.call('GET', thing, undefined, { apiVersion: version });
      expect([answer.status, answer.at('error', 'code')]).toEqual([400, 'NoRegisteredProviderFound']);
    },
  );

  it.each([
    ['/', 'MissingSubscription'],
    ['/nowhere', 'MissingSubscription'],
    ['{home}/nowhere', 'InvalidResourceType'],
    ['{home}/providers/Nobody.Here/things', 'InvalidResourceNamespace'],
    ['{home}/resourceGroups/rg1/providers/Podpass.Test/others/t1', 'InvalidResourceType'],
  ])('at %s', async (path, code) => {
    const answer = await test.call('GET', path.replace('{home}', test.home));
    expect([answer.status, answer.at('error', 'code')]).toEqual([404, code]);
  });

  it.each([
    ['%zz', 'bad escapes'],
    ['a%2Fb', 'an escaped slash'],
    ['%00', 'a control character'],
    ['..', 'a step upwards'],
    ['x'.repeat(261), 'a name that is too long'],
    [`${'a/'.repeat(60)}b`, 'too many segments'],
    ['a//b', 'an empty segment'],
  ])('with %s in the path (%s)', async (name) => {
    const answer = await test.call('GET', thing.replace('t1', name));
    expect([answer.status, answer.at('error', 'code')]).toEqual([400, 'InvalidRequestUri']);
  });

  it('with a method that the path does not have', async () => {
    expect((await test.call('PATCH', thing)).status).toBe(405);
  });

  it('without a role, with the sentence of Azure, before the body is looked at', async () => {
    const stranger = newGuid();
    const answer = await test.call('PUT', thing, Buffer.from('{'), { as: stranger });
    expect(answer.status).toBe(403);
    expect(answer.at('error')).toEqual({
      code: 'AuthorizationFailed',
      message: `The client '${stranger}@example.test' with object id '${stranger}' does not have authorization to perform action 'Podpass.Test/things/write' over scope '${thing}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    });
  });

  it('at the resource that an action is done to', async () => {
    const answer = await test.call('POST', `${thing}/rename`, undefined, { as: newGuid() });
    expect(answer.at('error', 'message')).toContain(`'Podpass.Test/things/rename/action' over scope '${thing}'`);
  });

  it.each([
    ['not JSON', Buffer.from('{"a"'), 'InvalidRequestContent'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'InvalidRequestContent'],
    ['nested too deeply', JSON.parse('['.repeat(60) + ']'.repeat(60)), 'InvalidRequestContent'],
    ['empty', undefined, 'BadThing'],
    ['null', null, 'BadThing'],
    ['text', 'red', 'BadThing'],
  ])('with a body that is %s', async (_, body, code) => {
    const answer = await test.call('PUT', thing, body);
    expect([answer.status, answer.at('error', 'code')]).toEqual([400, code]);
  });

  it('with all problems of a body at once', async () => {
    const answer = await test.call('PUT', thing, { colour: 'purple', size: {}, shape: 1 });
    const targets = answer.list('error', 'details').map((detail) => String(detail['target']));
    expect(targets.toSorted()).toEqual(['colour', 'shape', 'size.unit']);
  });

  it('into a resource group that does not exist', async () => {
    const answer = await test.call('PUT', thing.replace('rg1', 'rg2'), good);
    expect(answer.at('error')).toEqual({ code: 'ResourceGroupNotFound', message: "Resource group 'rg2' could not be found." });
  });

  it('by a fault of our own: nothing of it is in the answer', async () => {
    await expect(test.call('GET', thing.replace('t1', 'broken'))).rejects.toThrow('secret place');
    const written = test.arm.surface.fault({ kind: 'internal', message: 'x' });
    expect(JSON.stringify(written)).toContain('InternalServerError');
    expect(JSON.stringify(written)).not.toContain('secret place');
  });

  it('before they became requests, in one sentence', () => {
    const written = test.arm.surface.fault({ kind: 'malformed-request', message: 'The request is not valid HTTP/1.1.' });
    expect(written.body).toMatchObject({ error: { message: 'The request URI is not valid: The request is not valid HTTP/1.1.' } });
  });

  it('before they became requests, in the words of this wire', () => {
    const kinds = ['body-too-large', 'headers-too-large', 'malformed-request', 'bad-path', 'timeout', 'internal'] as const;
    expect(kinds.map((kind) => test.arm.surface.fault({ kind, message: 'm' }).status)).toEqual([413, 431, 400, 400, 408, 500]);
    expect(test.arm.surface.fault({ kind: 'malformed-request', message: 'm', status: 421 }).status).toBe(421);
  });
});

describe('requests', () => {
  it('find paths whatever their case, and keep the names of the client', async () => {
    const answer = await test.call(
      'GET',
      `/SUBSCRIPTIONS/${test.subscriptionId}/resourcegroups/RG1/PROVIDERS/podpass.test/THINGS/MyThing/`,
    );
    expect([answer.status, answer.at('name')]).toEqual([200, 'MyThing']);
  });

  it.each(['2014-04-01', '2024-01-01-preview', '2026-06-01', '2027-05-01', '2026-03-02-Preview'])(
    'take the api-version %s',
    async (apiVersion) => {
      expect((await test.call('GET', thing, undefined, { apiVersion })).status).toBe(200);
    },
  );

  it('carry ids; the client gets its own back only when it asks', async () => {
    const plain = await test.call('GET', thing, undefined, { headers: { 'x-ms-client-request-id': 'abc' } });
    expect(plain.headers['x-ms-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(plain.headers['x-ms-client-request-id']).toBeUndefined();
    const asked = await test.call('GET', thing, undefined, {
      headers: { 'x-ms-client-request-id': 'abc', 'x-ms-return-client-request-id': 'true' },
    });
    expect(asked.headers['x-ms-client-request-id']).toBe('abc');
    const evil = await test.call('GET', thing, undefined, {
      headers: { 'x-ms-client-request-id': 'a\r\nb: c', 'x-ms-return-client-request-id': 'true' },
    });
    expect(evil.headers['x-ms-client-request-id']).toBeUndefined();
  });

  it('that write to one resource wait for each other; others do not', async () => {
    await Promise.all([1, 2, 3].map(() => test.call('PUT', thing, good)));
    expect(most).toBe(1);
    await Promise.all(['a', 'b', 'c'].map((name) => test.call('PUT', thing.replace('t1', name), good)));
    expect(most).toBeGreaterThan(1);
  });

  it('see those items of a list that their caller may see', async () => {
    const list = `${test.home}/providers/Podpass.Test/things`;
    expect((await test.call('GET', list)).at('value')).toHaveLength(2);
    expect((await test.call('GET', list, undefined, { as: visitor })).at('value')).toEqual([{ id: '/mine' }]);
    expect((await test.call('GET', list, undefined, { as: newGuid() })).status).toBe(403);
  });
});

describe('/metadata/endpoints', () => {
  const get = (apiVersion: string | null) => test.call('GET', '/metadata/endpoints', undefined, { as: null, apiVersion });

  it('refuses what has no version, or one without a form', async () => {
    expect((await get(null)).at('error', 'code')).toBe('MissingApiVersionParameter');
    expect((await get('2077-01-01')).at('error', 'code')).toBe('InvalidApiVersionParameter');
  });

  it('has one object, a list, and the old form', async () => {
    const one = await get('2022-09-01');
    expect(one.body).toMatchObject({
      name: 'AzureCloud',
      resourceManager: 'https://management.azure.com',
      authentication: { loginEndpoint: 'https://login.microsoftonline.com', tenant: 'common', identityProvider: 'AAD' },
      microsoftGraphResourceId: 'https://graph.microsoft.com/',
      suffixes: { keyVaultDns: 'vault.azure.net' },
    });
    expect(one.at('authentication', 'audiences', 0)).toBe('https://management.core.windows.net/');
    expect((await get('2019-05-01')).body).toHaveLength(1);
    expect((await get('2015-01-01')).at('authentication', 'loginEndpoint')).toBe('https://login.microsoftonline.com/');
  });

  it('names the origin that the client came by, with its port', async () => {
    const answer = await test.call('GET', '/metadata/endpoints?api-version=2022-09-01', undefined, {
      as: null,
      authority: 'management.podpass.test:8443',
    });
    expect(answer.at('resourceManager')).toBe('https://management.podpass.test:8443');
  });
});

describe('operations', () => {
  it('that a stop interrupted count as failed, with a reason', async () => {
    const started = await test.arm.operations.start({
      tenantId: test.tenantId,
      subscriptionId: test.subscriptionId,
      target: thing,
      initiator: test.administrator,
      work: () => new Promise(() => undefined),
    });
    const again = await test.restart();
    expect(again.arm.operations.get(started.id)).toMatchObject({ status: 'Failed', error: { code: 'OperationInterrupted' } });
  });

  it('keep what went wrong inside out of their error', async () => {
    const started = await test.arm.operations.start({
      tenantId: test.tenantId,
      subscriptionId: test.subscriptionId,
      target: thing,
      initiator: test.administrator,
      work: async () => {
        throw new Error('a secret place in the code');
      },
    });
    await test.arm.operations.idle();
    const row = test.arm.operations.get(started.id);
    expect(row?.status).toBe('Failed');
    expect(JSON.stringify(row)).not.toContain('secret place');
  });
});

describe('resources', () => {
  const resource = (name: string) => {
    const group = test.arm.resources.get(groupId(test.subscriptionId, 'rg1'))!;
    return { ...group, id: `${group.id}/providers/Podpass.Test/things/${name}`, name, type: 'Podpass.Test/things', state: {} };
  };

  it('are not created twice, nor into a group that is gone or going', async () => {
    await test.arm.resources.write([{ create: resource('a') }]);
    await expect(test.arm.resources.write([{ create: resource('A') }])).rejects.toThrow('changed meanwhile');
    const group = test.arm.resources.get(groupId(test.subscriptionId, 'rg1'))!;
    await test.arm.resources.of(groupType).update(group.id, (row) => ({ ...row, state: { provisioningState: 'Deleting' } }));
    await expect(test.arm.resources.write([{ create: resource('b') }])).rejects.toMatchObject({ code: 'ResourceGroupBeingDeleted' });
    const late = resource('b');
    await test.arm.resources.write([{ remove: group.id }]);
    await expect(test.arm.resources.write([{ create: late }])).rejects.toMatchObject({ code: 'ResourceGroupNotFound' });
  });

  it('cannot slip into a group that is marked at the same moment', async () => {
    const group = test.arm.resources.get(groupId(test.subscriptionId, 'rg1'))!;
    const mark = test.arm.resources.of(groupType).update(group.id, (row) => ({ ...row, state: { provisioningState: 'Deleting' } }));
    const create = test.arm.resources.write([{ create: resource('c') }]).then(
      () => 'written',
      (error: { code: string }) => error.code,
    );
    expect([await create, (await mark)?.state]).toEqual(['ResourceGroupBeingDeleted', { provisioningState: 'Deleting' }]);
  });

  it('lose no update when many change one', async () => {
    await test.arm.resources.write([{ create: { ...resource('n'), state: { count: 0 } } }]);
    const table = test.arm.resources.of<{ count: number }>('Podpass.Test/things');
    const id = resource('n').id;
    await Promise.all(Array.from({ length: 15 }, () => table.update(id, (row) => ({ ...row, state: { count: row.state.count + 1 } }))));
    expect(table.get(idKey(id))?.state.count).toBe(15);
  });
});
