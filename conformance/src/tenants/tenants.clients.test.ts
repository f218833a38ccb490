import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../platform/platform.ts';
import { aadstsCode, armHost, askToken, azureCli, call, claimsOf, graphHost, ok, openEdge } from '../wire/azure.ts';
import type { Edge } from '../wire/raw.ts';

interface Created {
  readonly tenantId: string;
  readonly domain: string;
  readonly subscriptionId: string;
  readonly userPrincipalName: string;
  readonly password: string;
}

describe('tenants', () => {
  let platform: Platform;
  let edge: Edge;
  let second: Created;

  beforeAll(async () => {
    platform = await startPlatform('tenants');
    edge = await openEdge(platform.data);
    const made = await platform.podpass('tenant', 'create', 'Fabrikam', '--domain', 'fabrikam.onmicrosoft.com', '--output', 'json');
    if (made.code !== 0) throw new Error(made.stderr);
    second = JSON.parse(made.stdout) as Created;
  });
  afterAll(() => platform?.[Symbol.asyncDispose]());

  const token = async (tenant: string, fields: Record<string, string>) =>
    JSON.parse((await askToken(edge, tenant, fields)).body) as Record<string, unknown>;
  const signIn = (tenant: string, { userPrincipalName, password }: Pick<Created, 'userPrincipalName' | 'password'>, scope: string) =>
    token(tenant, {
      grant_type: 'password',
      client_id: azureCli,
      username: userPrincipalName,
      password,
      scope: `${scope} openid offline_access`,
    });
  const get = (host: string, path: string, bearer: unknown) => call(edge, { method: 'GET', host, path, bearer: String(bearer) });
  const arm = 'https://management.azure.com/.default';
  const graph = 'https://graph.microsoft.com/.default';

  it('refuses a domain that is taken, and bad names', async () => {
    const again = await platform.podpass('tenant', 'create', 'Again', '--domain', 'fabrikam.onmicrosoft.com');
    expect(again.code).not.toBe(0);
    expect(again.stderr).toContain('fabrikam.onmicrosoft.com');
    expect((await platform.podpass('tenant', 'create', 'Bad', '--domain', 'no domain')).code).not.toBe(0);
    const listed = JSON.parse((await platform.podpass('tenant', 'list', '--output', 'json')).stdout) as { tenants: { tenantId: string }[] };
    expect(listed.tenants.map(({ tenantId }) => tenantId).toSorted()).toEqual([platform.admin.tenantId, second.tenantId].toSorted());
  });

  it('writes no password down', async () => {
    const { stdout } = await platform.run('grep', ['-rlaF', second.password, platform.data]);
    expect(stdout).toBe('');
  });

  it("an application of one is unknown in the other, and a user's password works at home only", async () => {
    const { appId, secret } = platform.admin.servicePrincipal;
    const grant = { grant_type: 'client_credentials', client_id: appId, client_secret: secret, scope: arm };
    expect(aadstsCode(await token(second.tenantId, grant))).toBe(700016);
    expect(aadstsCode(await signIn(second.tenantId, platform.admin, arm))).toBe(50034);
    expect(aadstsCode(await signIn(platform.admin.tenantId, second, arm))).toBe(50034);
  });

  it('a refresh token is good at home only', async () => {
    const mine = await signIn(platform.admin.tenantId, platform.admin, arm);
    const there = await token(second.tenantId, {
      grant_type: 'refresh_token',
      client_id: azureCli,
      refresh_token: String(mine['refresh_token']),
      scope: arm,
    });
    expect(aadstsCode(there)).toBe(50020);
  });

  it('each sees its own subscription, people and nothing else', async () => {
    const [mine, theirs] = [await signIn('organizations', platform.admin, arm), await signIn('organizations', second, arm)];
    expect(claimsOf(String(theirs['access_token']))['tid']).toBe(second.tenantId);
    const subscriptions = async (bearer: unknown) =>
      (ok(await get(armHost, '/subscriptions?api-version=2022-12-01', bearer))['value'] as { subscriptionId: string }[]).map(
        ({ subscriptionId }) => subscriptionId,
      );
    expect(await subscriptions(mine['access_token'])).toEqual([platform.admin.subscriptionId]);
    expect(await subscriptions(theirs['access_token'])).toEqual([second.subscriptionId]);
    const foreign = await get(
      armHost,
      `/subscriptions/${platform.admin.subscriptionId}/resourcegroups?api-version=2024-11-01`,
      theirs['access_token'],
    );
    expect([401, 403, 404]).toContain(foreign.status);

    const people = await signIn(second.tenantId, second, graph);
    const users = ok(await get(graphHost, '/v1.0/users', people['access_token']))['value'] as { userPrincipalName: string }[];
    expect(users.map(({ userPrincipalName }) => userPrincipalName)).toEqual([second.userPrincipalName]);
    const home = await signIn(platform.admin.tenantId, platform.admin, graph);
    const me = ok(await get(graphHost, '/v1.0/me', home['access_token']));
    expect((await get(graphHost, `/v1.0/users/${String(me['id'])}`, people['access_token'])).status).toBe(404);
    expect((await get(graphHost, `/v1.0/directoryObjects/${String(me['id'])}`, people['access_token'])).status).toBe(404);
  });

  it('a token of one tenant is no token in another', async () => {
    const theirs = await signIn(second.tenantId, second, 'https://vault.azure.net/.default');
    const answer = await get(armHost, '/subscriptions?api-version=2022-12-01', theirs['access_token']);
    expect(answer.status).toBe(401);
  });
});
