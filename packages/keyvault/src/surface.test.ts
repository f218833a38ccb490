import { describe, expect, it } from 'vitest';
import { ledger } from './coverage.ts';
import { caller, createHarness, tenantId, v, vault } from './testing/harness.ts';
import { operations } from './operations.ts';
import { permissions } from './permissions.ts';

const challenge = `Bearer authorization="https://login.microsoftonline.com/${tenantId}", resource="https://vault.azure.net"`;
const url = (path: string): string => `${path.replace('{name}', 's').replace('/{version?}', '/')}?${v}`;

describe('before any operation', () => {
  it('answers 401 with the exact challenge, before it looks at the body, path or version', async () => {
    const { send } = await createHarness();
    for (const [method, path] of [
      ['PUT', `/secrets/s?${v}`],
      ['GET', '/nonsense'],
      ['POST', '/secrets/bad_name'],
    ] as const) {
      const answer = await send(method, path, { as: undefined, raw: '{broken' });
      expect(answer.status).toBe(401);
      expect(answer.headers['WWW-Authenticate']).toBe(challenge);
      expect(answer.body).toEqual({ error: { code: 'Unauthorized', message: 'AKV10000: Request is missing a Bearer or PoP token.' } });
    }
  });

  it.each([
    [{ reason: 'malformed' }, 'AKV10001'],
    [{ reason: 'signature' }, 'AKV10046: Unable to resolve the key used for signature validation.'],
    [{ reason: 'expired', expiredAt: 1_700_000_000 }, 'AKV10002'],
    [{ reason: 'not-yet-valid' }, 'AKV10002'],
    [
      { reason: 'audience', audience: 'https://other' },
      'AKV10022: Invalid audience. Expected https://vault.azure.net, found: https://other.',
    ],
    [
      { reason: 'issuer', issuer: 'https://sts.windows.net/x/' },
      `AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${tenantId}/`,
    ],
  ] as const)('refuses a token with %j', async (failure, text) => {
    const { send, failures } = await createHarness();
    failures.set('bad', failure);
    const answer = await send('GET', `/secrets?${v}`, { as: 'bad' });
    expect(answer).toMatchObject({ status: 401, error: { code: 'Unauthorized', message: expect.stringContaining(text) as string } });
    expect(answer.headers['WWW-Authenticate']).toBe(challenge);
  });

  it("refuses a genuine token of another tenant than the vault's", async () => {
    const { send, callers } = await createHarness();
    callers.set('foreign', caller('admin', { tenantId: 'other' }));
    const answer = await send('GET', `/secrets?${v}`, { as: 'foreign' });
    expect(answer.error.message).toContain('AKV10032');
    expect(answer.status).toBe(401);
  });

  it('answers 404 for a vault that does not exist or is soft-deleted', async () => {
    const { send, host } = await createHarness();
    expect(await send('GET', `/secrets?${v}`, { host: 'none.vault.azure.net' })).toMatchObject({
      status: 404,
      error: { code: 'VaultNotFound' },
    });
    await host.delete('kv');
    expect((await send('GET', `/secrets?${v}`)).error.code).toBe('VaultNotFound');
    await host.recover('KV');
    expect((await send('GET', `/secrets?${v}`)).status).toBe(200);
  });

  it.each([
    ['/secrets', 'api-version must be specified'],
    ['/secrets?api-version=', 'api-version must be specified'],
    [
      '/secrets?api-version=7.9',
      'The specified version (7.9) is not recognized. Consider using the latest supported version (2026-04-01).',
    ],
    ['/secrets?api-version=2015-06-01', 'The specified version (2015-06-01) is not recognized.'],
    [`/secrets/a_b?${v}`, 'The request URI contains an invalid name: a_b'],
    [`/secrets/${'x'.repeat(128)}?${v}`, 'The request URI contains an invalid name: xxx'],
    [`/secrets/%ZZ?${v}`, 'percent-encoding'],
    [`/secrets/s/latest?${v}`, "Method GET does not allow operation 'latest'"],
    [`/secrets/s/0123/x?${v}`, "Method GET does not allow operation 'x'"],
    [`/nonsense?${v}`, "Method GET does not allow operation ''"],
    [`/?${v}`, "Method GET does not allow operation ''"],
    [`/secrets?${v}&maxresults=0`, 'maxresults'],
    [`/secrets?${v}&maxresults=26`, 'maxresults'],
    [`/secrets?${v}&maxresults=ten`, 'maxresults'],
    [`/secrets?${v}&$skiptoken=..%2F..`, '$skiptoken'],
  ])('refuses GET %s with 400 BadParameter', async (path, text) => {
    const { send } = await createHarness();
    const answer = await send('GET', path);
    expect(answer.status).toBe(400);
    expect(answer.error.code).toBe('BadParameter');
    expect(answer.error.message).toContain(text);
  });

  it.each(['7.0', '7.6', '7.6-preview.2', '2025-06-01-preview', '2025-07-01', '2026-04-01'])('accepts api-version %s', async (version) => {
    const { send } = await createHarness();
    expect((await send('GET', `/secrets?API-Version=${version}`)).status).toBe(200);
    expect((await send('GET', `/secrets?api%2Dversion=${version}`)).status).toBe(200);
  });
});

describe('authorization', () => {
  const served = ledger.filter((row) => row.status === 'served');

  it.each(served.map((row) => [row.operation, row] as const))(
    '%s tells a caller without a role nothing about what exists',
    async (_, row) => {
      const { send } = await createHarness();
      const body = { value: 'x' };
      const missing = await send(row.method, url(row.path), { as: 'nobody', body });
      await send('PUT', `/secrets/s?${v}`, { body });
      const live = await send(row.method, url(row.path), { as: 'nobody', body });
      await send('DELETE', `/secrets/s?${v}`);
      const deleted = await send(row.method, url(row.path), { as: 'nobody', raw: 'not json' });
      expect(missing.status).toBe(403);
      expect(missing.error.innererror).toEqual({ code: 'ForbiddenByRbac' });
      expect(live).toEqual(missing);
      expect(deleted).toEqual(missing);
    },
  );

  it.each(ledger.filter((row) => row.status === 'refused').map((row) => [row.operation, row] as const))(
    '%s is refused in words',
    async (_, row) => {
      const { send } = await createHarness();
      const path = url(row.path).replace('{version}', 'a'.repeat(32));
      const answer = await send(row.method, path, { body: {} });
      expect(answer).toMatchObject({ status: 501, error: { code: 'NotImplemented' } });
      expect(answer.error.message).toContain(row.operation);
    },
  );

  it('writes the refusal as Azure does', async () => {
    const { send } = await createHarness();
    const { error } = await send('GET', `/secrets/My-Secret/?${v}`, { as: 'nobody' });
    expect(error.message).toBe(
      [
        'Caller is not authorized to perform action on resource.',
        'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
        `Caller: appid=app-1;oid=nobody;iss=https://sts.windows.net/${tenantId}/`,
        "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'",
        "Resource: '/subscriptions/s1/resourcegroups/rg/providers/microsoft.keyvault/vaults/kv/secrets/my-secret'",
        'Assignment: (not found)',
        'DenyAssignmentId: null',
        "DecisionReason: 'DeniedWithNoValidRBAC' ",
        'Vault: kv;location=eastus',
        '',
      ].join('\r\n'),
    );
  });

  it('asks for data actions at the scope of the vault or of the one secret', async () => {
    const { send, questions } = await createHarness();
    const root = vault('kv').resourceId;
    for (const row of served) {
      questions.length = 0;
      await send(row.method, url(row.path), { body: { value: 'x' } });
      expect(questions).toHaveLength(1);
      expect(questions[0]).toMatchObject({
        plane: 'data',
        action: permissions[row.operation as keyof typeof permissions].action,
        scope: row.path.includes('{name}') ? `${root}/secrets/s` : root,
      });
    }
  });

  it('leaves an audit line for every decision, without the value', async () => {
    const { send, audited } = await createHarness();
    await send('PUT', `/secrets/s?${v}`, { as: 'nobody', body: { value: 'hunter2' } });
    await send('PUT', `/secrets/s?${v}`, { body: { value: 'hunter2' } });
    expect(audited).toMatchObject([
      { operation: 'setSecret', outcome: 'refused', reason: 'forbiddenByRbac', caller: 'nobody', item: 's' },
      { operation: 'setSecret', outcome: 'granted', caller: 'admin' },
    ]);
    expect(JSON.stringify(audited)).not.toContain('hunter2');
  });

  it('lets a role on one secret open that secret only, and only for its actions', async () => {
    const { send, grants, callers } = await createHarness();
    callers.set('reader', caller('reader'));
    grants.push({ who: 'reader', action: /getSecret/, scope: `${vault('kv').resourceId}/secrets/one` });
    await send('PUT', `/secrets/one?${v}`, { body: { value: '1' } });
    await send('PUT', `/secrets/two?${v}`, { body: { value: '2' } });
    expect((await send('GET', `/secrets/one/?${v}`, { as: 'reader' })).body['value']).toBe('1');
    expect((await send('GET', `/secrets/two/?${v}`, { as: 'reader' })).status).toBe(403);
    expect((await send('PUT', `/secrets/one?${v}`, { as: 'reader', body: { value: '3' } })).status).toBe(403);
    expect((await send('GET', `/secrets?${v}`, { as: 'reader' })).status).toBe(403);
  });
});

describe('access policies', () => {
  const policy = (objectId: string, secrets: unknown, more: object = {}) => ({ tenantId, objectId, permissions: { secrets }, ...more });
  const withPolicies = async (accessPolicies: unknown[]) => {
    const harness = await createHarness();
    await harness.host.put(vault('kv', { enableRbacAuthorization: false, accessPolicies }));
    return harness;
  };

  it.each([
    ['none', []],
    ["another principal's", [policy('admin', ['all'])]],
    ['another permission', [policy('nobody', ['list', 'set'])]],
    ["another tenant's", [{ ...policy('nobody', ['get']), tenantId: 'other' }]],
    ['one for another application', [policy('nobody', ['get'], { applicationId: 'app-2' })]],
    ['malformed ones', [null, 1, { objectId: 'nobody' }, policy('nobody', 'get')]],
  ])('refuse with %s', async (_, policies) => {
    const { send, questions } = await withPolicies(policies);
    const { status, error } = await send('GET', `/secrets/s/?${v}`, { as: 'nobody' });
    expect(status).toBe(403);
    expect(error.innererror?.code).toBe('AccessDenied');
    expect(error.message).toBe(
      `The user, group or application 'appid=app-1;oid=nobody;iss=https://sts.windows.net/${tenantId}/' does not have secrets get permission on key vault 'kv;location=eastus'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
    );
    expect(questions).toEqual([]);
  });

  it.each([
    ['the permission', policy('nobody', ['Get'])],
    ['all', policy('NOBODY', ['all'])],
    ['its group', policy('group-1', ['get'])],
    ['its application', policy('nobody', ['get'], { applicationId: 'app-1' })],
  ])('allow with %s', async (_, granted) => {
    const { send, callers } = await withPolicies([granted]);
    callers.set('nobody', caller('nobody', { claims: { groups: ['group-1'] } }));
    expect((await send('GET', `/secrets/s/?${v}`, { as: 'nobody' })).status).toBe(404);
  });
});

describe('the coverage ledger', () => {
  it('equals the registered operations', () => {
    const served = ledger.filter((row) => row.status === 'served').map((row) => row.operation);
    expect(served.toSorted()).toEqual(Object.keys(operations).toSorted());
    expect(Object.keys(permissions).toSorted()).toEqual(served.toSorted());
  });
  it('names every operation and route once', () => {
    expect(new Set(ledger.map((row) => row.operation)).size).toBe(ledger.length);
    expect(new Set(ledger.map((row) => `${row.method} ${row.path}`)).size).toBe(ledger.length);
  });
});

describe('the surface', () => {
  it('serves vault hosts and nothing below or beside them', async () => {
    const { surface } = await createHarness();
    expect(['a.vault.azure.net', 'a.b.vault.azure.net', 'vault.azure.net', 'xvault.azure.net'].map((host) => surface.serves(host))).toEqual(
      [true, false, false, false],
    );
  });
  it.each([
    ['body-too-large', 413],
    ['malformed-request', 400],
    ['headers-too-large', 431],
    ['timeout', 408],
    ['bad-path', 400],
  ] as const)('writes its own body for the fault %s', async (kind, status) => {
    const { surface } = await createHarness();
    expect(surface.fault({ kind, message: 'because' })).toMatchObject({ status, body: { error: { message: 'because' } } });
  });
  it('keeps the status that a fault brings', async () => {
    const { surface } = await createHarness();
    expect(surface.fault({ kind: 'malformed-request', message: 'because', status: 421 }).status).toBe(421);
  });
  it('never sends what an internal fault says', async () => {
    const { surface } = await createHarness();
    expect(JSON.stringify(surface.fault({ kind: 'internal', message: 'stack trace' }))).not.toContain('stack');
  });
});
