import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { call, openEdge } from '../wire/azure.ts';
import { clients, createKubectlWorld, must, mustFail, type Kubectl, type KubectlWorld } from './world.ts';

const [newest] = [...clients.keys()].toReversed();

/** Who may do what: nobody in particular, a service account without a role, and one with a role. */
describe.skipIf(!clientsAvailable || newest === undefined)('kubectl: callers', () => {
  let world: KubectlWorld;
  let admin: Kubectl;

  const as = async (token: string): Promise<Kubectl> => world.client(newest ?? '1.35', await world.kubeconfigFor(token));
  const tokenOf = (account: string, ...more: string[]) => must(admin('create', 'token', account, ...more));

  beforeAll(async () => {
    world = await createKubectlWorld();
    admin = world.client(newest ?? '1.35');
    await must(admin('create', 'serviceaccount', 'bare'));
    await must(admin('create', 'serviceaccount', 'reader'));
    await must(admin('create', 'secret', 'generic', 'keys', '--from-literal=token=s3cr3t'));
    await must(admin('create', 'namespace', 'other'));
    await must(admin('create', 'role', 'read-secrets', '--verb=get', '--resource=secrets', '--resource-name=keys'));
    await must(admin('create', 'rolebinding', 'read-secrets', '--role=read-secrets', '--serviceaccount=default:reader'));
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const denied = (who: string, what: string) => new RegExp(`Error from server \\(Forbidden\\): .*User "${who}" cannot ${what}`);

  it('anonymous callers see the version and the health, and nothing else', async () => {
    // kubectl itself asks for a user name rather than come as nobody.
    const edge = await openEdge(world.platform.data);
    const get = (path: string) => call(edge, { method: 'GET', host: world.fqdn, path });
    expect(await get('/version')).toMatchObject({ status: 200, body: expect.stringContaining('gitVersion') });
    expect(await get('/healthz')).toMatchObject({ status: 200, body: 'ok' });
    for (const path of ['/', '/api', '/apis', '/openapi/v3', '/metrics', '/logs'])
      expect(await get(path)).toMatchObject({
        status: 403,
        body: expect.stringContaining(`User \\"system:anonymous\\" cannot get path \\"${path}\\"`),
      });
    for (const path of [
      '/api/v1/namespaces',
      '/api/v1/namespaces/default/secrets/keys',
      '/api/v1/nodes',
      '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    ])
      expect(await get(path)).toMatchObject({
        status: 403,
        body: expect.stringMatching(/User \\"system:anonymous\\" cannot (get|list) resource/),
      });
  });

  it('a service account without a role may ask what it may do, and do nothing', async () => {
    const bare = await as(await tokenOf('bare'));
    const who = 'system:serviceaccount:default:bare';
    expect(await must(bare('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'))).toBe(who);
    const can = await bare('auth', 'can-i', 'get', 'secrets');
    expect([can.code, can.stdout.trim()]).toEqual([1, 'no']);
    for (const resource of ['secrets', 'pods', 'configmaps', 'serviceaccounts', 'nodes', 'namespaces', 'mutatingwebhookconfigurations'])
      expect(await mustFail(bare('get', resource))).toMatch(denied(who, `list resource "${resource}"`));
    expect(await mustFail(bare('create', 'configmap', 'x'))).toMatch(
      /forbidden: User "system:serviceaccount:default:bare" cannot create resource "configmaps"/,
    );
    expect(await mustFail(bare('delete', 'secret', 'keys'))).toMatch(denied(who, 'delete resource "secrets"'));
    expect(await mustFail(bare('create', 'token', 'reader'))).toContain('cannot create resource "serviceaccounts/token"');
    expect(await mustFail(bare('create', 'rolebinding', 'me', '--clusterrole=cluster-admin', '--serviceaccount=default:bare'))).toContain(
      'cannot create resource "rolebindings"',
    );
    expect(await mustFail(bare('get', 'secrets', '--as=system:admin'))).toContain('cannot impersonate resource "users"');
    expect(await mustFail(bare('get', 'secrets', '--as=bare', '--as-group=system:masters'))).toContain('cannot impersonate');
  });

  it('a role opens what it names and no more', async () => {
    const reader = await as(await tokenOf('reader'));
    expect(await must(reader('get', 'secret', 'keys', '-o', 'jsonpath={.data.token}'))).toBe(Buffer.from('s3cr3t').toString('base64'));
    const who = 'system:serviceaccount:default:reader';
    expect(await mustFail(reader('get', 'secrets'))).toMatch(denied(who, 'list resource "secrets"'));
    expect(await mustFail(reader('get', 'secret', 'others'))).toMatch(denied(who, 'get resource "secrets"'));
    expect(await mustFail(reader('get', 'secret', 'keys', '--namespace', 'other'))).toMatch(denied(who, 'get resource "secrets"'));
    expect(await mustFail(reader('label', 'secret', 'keys', 'a=b'))).toMatch(denied(who, 'patch resource "secrets"'));
    await must(admin('delete', 'rolebinding', 'read-secrets'));
    expect(await mustFail(reader('get', 'secret', 'keys'))).toMatch(denied(who, 'get resource "secrets"'));
  });

  it('tokens for others, changed tokens and tokens of the deleted are nobody', async () => {
    const unauthorized = /Unauthorized|You must be logged in to the server/;
    expect(await mustFail((await as(await tokenOf('bare', '--audience=api://AzureADTokenExchange')))('get', 'pods'))).toMatch(unauthorized);
    const token = await tokenOf('bare');
    expect(await mustFail((await as(`${token.slice(0, -6)}AAAAAA`))('get', 'pods'))).toMatch(unauthorized);
    expect(await mustFail((await as('nonsense'))('get', 'pods'))).toMatch(unauthorized);
    await must(admin('create', 'serviceaccount', 'short'));
    const short = await as(await tokenOf('short'));
    expect(await mustFail(short('get', 'pods'))).toContain('Forbidden');
    await must(admin('delete', 'serviceaccount', 'short'));
    expect(await mustFail(short('get', 'pods'))).toMatch(unauthorized);
    // A new account of the same name does not bring the old token back.
    await must(admin('create', 'serviceaccount', 'short'));
    expect(await mustFail(short('get', 'pods'))).toMatch(unauthorized);
  });
});
