import { describe, expect, test } from 'vitest';
import { fakePlatform, invoke } from '../testing.ts';

const created = {
  tenantId: '11111111-1111-4111-8111-111111111111',
  domain: 'contoso.example',
  subscriptionId: '22222222-2222-4222-8222-222222222222',
  userPrincipalName: 'admin@contoso.example',
  password: 'Aa-once-2',
};
const tenants = [
  {
    tenantId: 't1',
    displayName: 'Podpass',
    domains: ['podpass.onmicrosoft.com'],
    subscriptions: [{ subscriptionId: 's1', displayName: 'Podpass' }],
  },
  { tenantId: 't2', displayName: 'Contoso', domains: ['contoso.example', 'c.example'], subscriptions: [] },
];

describe('tenant create', () => {
  test.each([
    ['without a name', ['tenant', 'create', '--domain', 'contoso.example']],
    ['without a domain', ['tenant', 'create', 'Contoso']],
    ['with an excess argument', ['tenant', 'create', 'Contoso', 'Ltd', '--domain', 'contoso.example']],
    ['that is misspelt', ['tenant', 'make', 'Contoso']],
  ])('%s is wrong usage', async (_, argv) => {
    await using platform = await fakePlatform();
    expect(await invoke([...argv, '--data', platform.data])).toMatchObject({ status: 2, stdout: '' });
    expect(platform.calls).toEqual([]);
  });

  test('that the platform refuses says why, and that nothing was changed', async () => {
    await using platform = await fakePlatform({ answers: { 'POST /tenants': 'The domain contoso.example belongs to another tenant.' } });
    const argv = ['tenant', 'create', 'Contoso', '--domain', 'contoso.example', '--data', platform.data];
    expect(await invoke(argv)).toMatchObject({
      status: 1,
      stdout: '',
      stderr:
        'podpass: The platform refused POST /tenants.\n  Why:  The domain contoso.example belongs to another tenant.\n  Next: Correct the command and run it again; nothing was changed.\n',
    });
    expect((await invoke([...argv, '--output', 'json'])).json()).toMatchObject({ error: { code: 'refused' } });
  });

  test('shows the password once, with what to do next', async () => {
    await using platform = await fakePlatform({ answers: { 'POST /tenants': created } });
    const { status, stdout, stderr } = await invoke([
      'tenant',
      'create',
      'Contoso',
      '--domain',
      'contoso.example',
      '--data',
      platform.data,
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(
      `Created the tenant Contoso (contoso.example) with the id 11111111-1111-4111-8111-111111111111.
  subscription   22222222-2222-4222-8222-222222222222
  administrator  admin@contoso.example
  password       Aa-once-2
The password is kept nowhere: note it now.
Try next: podpass exec --data ${platform.data} -- az login --username admin@contoso.example
`,
    );
    expect(platform.calls.at(-1)).toMatchObject({
      method: 'POST',
      url: '/tenants',
      body: '{"displayName":"Contoso","domain":"contoso.example"}',
    });
  });

  test('takes an id, and answers in JSON', async () => {
    await using platform = await fakePlatform({ answers: { 'POST /tenants': created } });
    const argv = ['tenant', 'create', 'Contoso', '--domain', 'contoso.example', '--id', created.tenantId, '--data', platform.data];
    expect((await invoke([...argv, '--output', 'json'])).json()).toEqual(created);
    expect(JSON.parse(platform.calls.at(-1)?.body ?? '')).toEqual({
      displayName: 'Contoso',
      domain: 'contoso.example',
      id: created.tenantId,
    });
  });
});

test('tenant list names tenants with their domains and subscriptions', async () => {
  await using platform = await fakePlatform({ answers: { 'GET /tenants': { tenants } } });
  expect((await invoke(['tenant', 'list', '--data', platform.data])).stdout).toBe(
    't1  Podpass (podpass.onmicrosoft.com)\n  subscription s1  Podpass\nt2  Contoso (contoso.example, c.example)\n',
  );
  expect((await invoke(['tenant', 'list', '--data', platform.data, '--output', 'json'])).json()).toEqual({ tenants });
});
