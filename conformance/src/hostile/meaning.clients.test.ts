import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenFor } from '../wire/azure.ts';
import type { RawAnswer } from '../wire/raw.ts';
import { createHostileWorld, type HostileWorld, type SurfaceName } from './world.ts';

/** Requests that are well formed and ask for something that must be refused by name, never passed over. */
describe('hostile meaning', () => {
  let world: HostileWorld;

  beforeAll(async () => {
    world = await createHostileWorld('hostile-meaning');
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const refused = async (name: SurfaceName, request: Parameters<HostileWorld['send']>[1]): Promise<RawAnswer> =>
    world.expectRefusal(name, await world.send(name, request));

  describe('api-version', () => {
    const bare = (name: SurfaceName) => world.surface(name).read.replace(/\?.*/, '');

    it.each([
      ['arm', 'missing', '', 'MissingApiVersionParameter'],
      ['arm', 'empty', '?api-version=', 'MissingApiVersionParameter'],
      ['arm', 'no date', '?api-version=latest', 'InvalidApiVersionParameter'],
      ['arm', 'no day of the calendar', '?api-version=2024-13-45', 'InvalidApiVersionParameter'],
      ['arm', 'before there was an API', '?api-version=1999-01-01', 'InvalidApiVersionParameter'],
      ['arm', 'a list', '?api-version=2024-11-01,2023-07-01', 'InvalidApiVersionParameter'],
      ['arm', 'a NUL byte', '?api-version=2024-11-01%00', 'InvalidApiVersionParameter'],
      ['arm', 'broken percent-encoding', '?api-version=%zz', 'InvalidApiVersionParameter'],
      ['keyvault', 'missing', '', 'BadParameter'],
      ['keyvault', 'unknown', '?api-version=99.9', 'BadParameter'],
      ['keyvault', 'a prototype name', '?api-version=__proto__', 'BadParameter'],
    ] as const)('%s: %s', async (name, _what, query, code) => {
      const answer = await refused(name, { path: bare(name) + query });
      expect(answer).toMatchObject({ status: 400, body: expect.stringContaining(`"code":"${code}"`) });
    });

    it.each(['arm', 'keyvault'] as const)('%s: given twice, it is not guessed at', async (name) => {
      const good = world.surface(name).read.replace(/.*\?/, '');
      const answer = await world.send(name, { path: `${bare(name)}?${good}&api-version=1999-01-01` });
      if (typeof answer === 'string') throw new Error(answer);
      // The first one counts, or the request is refused; anything but an error of the server.
      expect([200, 400]).toContain(answer.status);
    });
  });

  describe('queries', () => {
    it.each([
      ['arm', (): string => `${world.group}/resources?api-version=2024-11-01&$filter=${encodeURIComponent("name eq 'a' or (1 eq 1")}`],
      ['arm', (): string => `${world.group}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=drop%20table`],
      ['graph', (): string => '/v1.0/users?$filter=userPrincipalName%20eq%20%27'],
      ['graph', (): string => `/v1.0/users?$filter=${'('.repeat(1500)}`],
      ['graph', (): string => '/v1.0/users?$filter=a%20eq%20%27b%27&$filter=c%20eq%20%27d%27'],
      ['graph', (): string => '/v1.0/users?$top=-1'],
      ['graph', (): string => '/v1.0/users?$top=1e9'],
      ['graph', (): string => '/v1.0/me?$select=__proto__'],
      ['graph', (): string => '/v1.0/me?$expand=nothing'],
      ['graph', (): string => '/beta/me'],
      ['graph', (): string => '/v9.9/me'],
      ['keyvault', (): string => '/secrets?api-version=7.4&maxresults=0'],
      ['keyvault', (): string => '/secrets?api-version=7.4&maxresults=1000'],
      ['keyvault', (): string => '/secrets?api-version=7.4&$skiptoken=%00%00'],
      ['keyvault', (): string => '/secrets/bad_name?api-version=7.4'],
      ['keyvault', (): string => `/secrets/${'a'.repeat(128)}?api-version=7.4`],
      ['keyvault', (): string => '/keys?api-version=7.4'],
      ['kube', (): string => '/api/v1/namespaces?limit=many'],
      ['kube', (): string => '/api/v1/namespaces?continue=nonsense'],
      ['kube', (): string => '/api/v1/namespaces?labelSelector=%21%21%21'],
      ['kube', (): string => '/api/v1/pods?fieldSelector=a%3D'],
      ['kube', (): string => '/api/v1/pods?fieldSelector=spec.secret%3Dx'],
      ['kube', (): string => '/api/v1/namespaces?watch=true&resourceVersion=yesterday'],
      ['kube', (): string => '/api/v1/namespaces?watch=true&sendInitialEvents=true'],
      ['kube', (): string => '/api/v1/namespaces?resourceVersion=1&resourceVersionMatch=Sometimes'],
      ['kube', (): string => '/apis/made.up/v1/things'],
      ['kube', (): string => '/api/v1/namespaces/default/pods/none/log'],
    ] as const)('%s %#', async (name, path) => {
      const { status } = await refused(name, { path: path() });
      expect([400, 404, 410, 422, 501]).toContain(status);
    });
  });

  describe('members that matter', () => {
    const put = (path: string, body: object) =>
      refused('arm', { method: 'PUT', path, type: 'application/json', body: JSON.stringify(body) });
    const vault = (properties: object) => ({
      location: 'westeurope',
      properties: {
        tenantId: world.platform.admin.tenantId,
        sku: { family: 'A', name: 'standard' },
        enableRbacAuthorization: true,
        ...properties,
      },
    });
    const cluster = (properties: object) => ({
      location: 'westeurope',
      identity: { type: 'SystemAssigned' },
      properties: { dnsPrefix: 'x', agentPoolProfiles: [{ name: 'nodepool1', count: 1, mode: 'System' }], ...properties },
    });

    it.each([
      ['a vault behind network rules', { networkAcls: { defaultAction: 'Deny' } }, 'networkAcls.defaultAction'],
      ['a vault that is not public', { publicNetworkAccess: 'Disabled' }, 'publicNetworkAccess'],
      ['purge protection switched off', { enablePurgeProtection: false }, 'enablePurgeProtection'],
      ['retention of a thousand days', { softDeleteRetentionInDays: 1000 }, 'softDeleteRetentionInDays'],
      ['a SKU that does not exist', { sku: { family: 'Z', name: 'gold' } }, 'sku'],
      ['another tenant', { tenantId: '11111111-1111-1111-1111-111111111111' }, 'tenant'],
      ['an access policy for nobody', { enableRbacAuthorization: false, accessPolicies: [{ objectId: 'x' }] }, 'accessPolicies'],
    ])('%s', async (_what, properties, named) => {
      const answer = await put(
        `${world.group}/providers/Microsoft.KeyVault/vaults/hostile-refused?api-version=2024-11-01`,
        vault(properties),
      );
      expect(answer).toMatchObject({ status: 400, body: expect.stringContaining(named) });
    });

    it.each([
      ['Entra integration', { aadProfile: { managed: true, enableAzureRBAC: true } }, 'aadProfile'],
      ['no local accounts', { disableLocalAccounts: true }, 'disableLocalAccounts'],
      ['no RBAC', { enableRBAC: false }, 'enableRBAC'],
      ['a private API server', { apiServerAccessProfile: { enablePrivateCluster: true } }, 'apiServerAccessProfile'],
      ['authorized address ranges', { apiServerAccessProfile: { authorizedIPRanges: ['10.0.0.0/8'] } }, 'apiServerAccessProfile'],
      ['network policies', { networkProfile: { networkPolicy: 'calico' } }, 'networkPolicy'],
      ['workload identity without an issuer', { securityProfile: { workloadIdentity: { enabled: true } } }, 'OIDC'],
      ['a version that does not exist', { kubernetesVersion: '1.2.3' }, '1.2.3'],
      ['a million nodes', { agentPoolProfiles: [{ name: 'nodepool1', count: 1_000_000, mode: 'System' }] }, 'count'],
    ])('a cluster with %s', async (_what, properties, named) => {
      const answer = await put(
        `${world.group}/providers/Microsoft.ContainerService/managedClusters/refused?api-version=2025-05-01`,
        cluster(properties),
      );
      expect(answer).toMatchObject({ status: 400, body: expect.stringContaining(named) });
    });

    it('a role assignment with a condition', async () => {
      const roleId = `/subscriptions/${world.platform.admin.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`;
      const answer = await put(
        `${world.group}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`,
        {
          properties: { roleDefinitionId: roleId, principalId: crypto.randomUUID(), condition: '1 == 1', conditionVersion: '2.0' },
        },
      );
      expect(answer.status).toBe(400);
      expect(answer.body).toMatch(/condition/i);
    });

    it('a role assignment for nobody', async () => {
      const roleId = `/subscriptions/${world.platform.admin.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`;
      const answer = await put(
        `${world.group}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`,
        {
          properties: { roleDefinitionId: roleId, principalId: crypto.randomUUID() },
        },
      );
      expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('"code":"PrincipalNotFound"') });
    });

    it('an unknown field in a Kubernetes object under strict validation', async () => {
      const answer = await refused('kube', {
        method: 'POST',
        path: '/api/v1/namespaces/default/pods?fieldValidation=Strict&dryRun=All',
        type: 'application/json',
        body: '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"hostNetwrok":true,"containers":[{"name":"a","image":"b"}]}}',
      });
      expect(answer).toMatchObject({
        status: 400,
        body: expect.stringContaining('strict decoding error: unknown field \\"spec.hostNetwrok\\"'),
      });
    });

    it('a resource type, a provider and a subscription that do not exist', async () => {
      const { subscriptionId } = world.platform.admin;
      const at = (path: string) => refused('arm', { path: `${path}?api-version=2024-11-01` });
      expect((await at(`${world.group}/providers/Microsoft.KeyVault/vaultz/x`)).body).toContain('"code":"InvalidResourceType"');
      expect((await at(`${world.group}/providers/Microsoft.Nothing/things/x`)).body).toContain('"code":"InvalidResourceNamespace"');
      expect((await at(`/subscriptions/${crypto.randomUUID()}/resourceGroups`)).body).toContain('"code":"SubscriptionNotFound"');
      expect((await at('/subscriptions/not-a-guid/resourceGroups')).body).toContain('"code":"InvalidSubscriptionId"');
      expect((await at(`/subscriptions/${subscriptionId}/resourceGroups/none`)).body).toContain('"code":"ResourceGroupNotFound"');
    });
  });

  describe('credentials', () => {
    const secured = ['arm', 'graph', 'keyvault', 'kube'] as const;
    const alone = (name: SurfaceName, authorization: string | undefined) => {
      const { host, read } = world.surface(name);
      const header = authorization === undefined ? '' : `Authorization: ${authorization}\r\n`;
      return world.raw(name, { clientCertificate: undefined, send: `GET ${read} HTTP/1.1\r\nHost: ${host}\r\n${header}\r\n` });
    };
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

    it.each(
      secured.flatMap(
        (name) =>
          [
            [name, 'garbage', 'Bearer garbage'],
            [name, 'dots', 'Bearer ...'],
            [name, 'no scheme', 'garbage'],
            [name, 'no token', 'Bearer '],
            [name, 'two tokens', 'Bearer a.b.c, Bearer d.e.f'],
            [
              name,
              'alg none',
              `Bearer ${encode({ alg: 'none' })}.${encode({ aud: 'https://management.azure.com/', exp: 99_999_999_999 })}.`,
            ],
            [name, 'HS256 with an empty key', `Bearer ${encode({ alg: 'HS256' })}.${encode({ exp: 99_999_999_999 })}.AAAA`],
            [name, '20 KB', `Bearer ${'a'.repeat(20_000)}`],
          ] as const,
      ),
    )('%s: %s', async (name, _what, authorization) => {
      const answer = world.expectRefusal(name, await alone(name, authorization));
      expect(answer.status).toBe(401);
    });

    it.each(['arm', 'graph', 'keyvault'] as const)('%s: nothing', async (name) => {
      const answer = world.expectRefusal(name, await alone(name, undefined));
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer /);
    });

    it('kube: nothing is somebody, who may do nothing', async () => {
      const answer = world.expectRefusal('kube', await alone('kube', undefined));
      expect(answer).toMatchObject({
        status: 403,
        body: expect.stringContaining('User \\"system:anonymous\\" cannot get resource \\"namespaces\\"'),
      });
    });

    it.each(['graph', 'keyvault', 'kube'] as const)("%s: a token of the resource manager's", async (name) => {
      const token = await tokenFor(world.edge, world.platform, 'https://management.azure.com/.default');
      expect(world.expectRefusal(name, await alone(name, `Bearer ${token}`)).status).toBe(401);
    });

    it('arm: a token of the vault, and one whose last signature octets are changed', async () => {
      const vaultToken = await tokenFor(world.edge, world.platform, 'https://vault.azure.net/.default');
      expect(world.expectRefusal('arm', await alone('arm', `Bearer ${vaultToken}`)).body).toContain(
        '"code":"InvalidAuthenticationTokenAudience"',
      );
      const token = await tokenFor(world.edge, world.platform, 'https://management.azure.com/.default');
      const bent = `${token.slice(0, -8)}${token.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA'}`;
      expect(world.expectRefusal('arm', await alone('arm', `Bearer ${bent}`)).body).toContain('"code":"InvalidAuthenticationToken"');
    });

    it.each([
      'Impersonate-User: system:admin\r\nImpersonate-Group: system:masters',
      'X-Remote-User: admin\r\nX-Remote-Group: system:masters',
    ])('kube: nobody becomes somebody by %j', async (header) => {
      const { host, read } = world.surface('kube');
      const answer = await world.raw('kube', {
        clientCertificate: undefined,
        send: `GET ${read} HTTP/1.1\r\nHost: ${host}\r\n${header}\r\n\r\n`,
      });
      expect(world.expectRefusal('kube', answer).status).toBe(403);
    });
  });

  it.each(['sts', 'arm', 'graph', 'keyvault', 'kube', 'issuer'] as const)('%s still answers, in the same process', (name) =>
    world.expectAlive(name),
  );
});
