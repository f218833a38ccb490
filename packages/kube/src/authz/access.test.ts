import { X509Certificate } from 'node:crypto';
import { createCertificateAuthority } from '@podpass/crypto';
import { createClock } from '@podpass/kernel';
import type { AuditEvent } from '@podpass/telemetry';
import { describe, expect, it } from 'vitest';
import { configMap, node, pod, world, type RequestOptions, type World } from '../testing/harness.ts';
import { allows, uncovered, type Rule } from './rules.ts';

const roles = '/apis/rbac.authorization.k8s.io/v1';
const grant = async (at: World, verbs: readonly string[], resources: readonly string[], resourceNames: readonly string[] = []) => {
  await at.ask('POST', `${roles}/namespaces/default/roles`, {
    body: { metadata: { name: 'r' }, rules: [{ apiGroups: [''], resources, verbs, resourceNames }] },
  });
  await at.ask('POST', `${roles}/namespaces/default/rolebindings`, {
    body: {
      metadata: { name: 'b' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
    },
  });
};
const tokenOf = async (at: World, over: object = {}): Promise<string> => {
  const reply = await at.ask('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', { body: { spec: over } });
  return (reply.body['status'] as { token: string }).token;
};
const certificate = async (at: World, user: string, groups: readonly string[]): Promise<RequestOptions> => ({
  certificate: new X509Certificate((await at.cluster.issueClient(user, groups)).certificate),
});

describe('nobody gets in with', () => {
  it.each([
    ['a token that is none', { token: 'abc' }],
    ['an unsigned token', { token: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.` }],
    ['another scheme', { headers: { authorization: 'Basic dTpw' }, anonymous: true }],
  ])('%s', async (_what, options) => {
    await using at = await world();
    const reply = await at.ask('GET', '/api/v1/namespaces/default/pods', options);
    expect(reply.body).toMatchObject({ kind: 'Status', code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
  });

  it('a certificate of another authority', async () => {
    await using at = await world();
    const other = await createCertificateAuthority({ commonName: 'x', permittedDns: [], clock: createClock(), days: 1 });
    const forged = await other.issueClient({ commonName: 'admin', organizations: ['system:masters'] });
    const reply = await at.ask('GET', '/api', { certificate: new X509Certificate(forged.certificate) });
    expect(reply.status).toBe(401);
  });

  it('a tampered, expired, foreign or revoked service account token', async () => {
    await using at = await world();
    await using other = await world({ spec: { issuer: 'https://westeurope.oic.prod-aks.azure.com/other/' } });
    const token = await tokenOf(at);
    const [header = '', claims = '', signature = ''] = token.split('.');
    const forged = Buffer.from(Buffer.from(claims, 'base64url').toString().replace(':default"', ':admin"')).toString('base64url');
    const status = async (value: string) => (await at.ask('GET', '/apis', { token: value })).status;
    expect(await status(token)).toBe(200);
    expect(await status(`${header}.${forged}.${signature}`)).toBe(401);
    expect(await status(await tokenOf(other))).toBe(401);
    expect(await status(await tokenOf(at, { audiences: ['api://AzureADTokenExchange'] }))).toBe(401);
    at.clock.setOffset(3_700_000);
    expect(await status(token)).toBe(401);
    at.clock.setOffset(0);
    expect(await status(token)).toBe(200);
    await at.ask('DELETE', '/api/v1/namespaces/default/serviceaccounts/default');
    expect(await status(token)).toBe(401);
  });
});

describe('anonymous callers', () => {
  it.each([
    ['GET', '/healthz', 200],
    ['GET', '/version', 200],
    ['GET', '/api', 403],
    ['GET', '/api/v1/namespaces/default/pods', 403],
    ['GET', '/nonsense', 403],
    ['POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', 403],
  ])('%s %s', async (method, target, status) => {
    await using at = await world();
    expect((await at.ask(method, target, { anonymous: true })).status).toBe(status);
  });

  it('leave an audit line when they are refused, as everybody does', async () => {
    const audits: AuditEvent[] = [];
    await using at = await world({ audits });
    await at.ask('GET', '/healthz', { anonymous: true });
    await at.ask('GET', '/api', { anonymous: true });
    await at.ask('POST', '/api/v1/namespaces/default/pods', { token: await tokenOf(at), body: pod('a') });
    const refused = { event: 'kubernetes-request', outcome: 'refused', reason: 'forbidden', cluster: at.cluster.spec.name };
    expect(audits).toMatchObject([
      { ...refused, user: 'system:anonymous', verb: 'get', path: '/api' },
      { ...refused, user: 'system:serviceaccount:default:default', verb: 'create', resource: 'pods', object: 'default/' },
    ]);
  });

  it('are told so in the words of Kubernetes', async () => {
    await using at = await world();
    const list = await at.ask('GET', '/api/v1/namespaces/default/pods', { anonymous: true });
    expect(list.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
      reason: 'Forbidden',
      details: { kind: 'pods' },
      code: 403,
    });
    const path = await at.ask('GET', '/metrics', { anonymous: true });
    expect(path.body).toMatchObject({ message: 'forbidden: User "system:anonymous" cannot get path "/metrics"' });
  });
});

describe('service accounts', () => {
  it('have nothing but discovery until a role is bound, and lose it with the binding', async () => {
    await using at = await world();
    const token = await tokenOf(at);
    const list = async () => (await at.ask('GET', '/api/v1/namespaces/default/pods', { token })).status;
    expect((await at.ask('GET', '/api', { token })).status).toBe(200);
    expect(await list()).toBe(403);
    await grant(at, ['list'], ['pods']);
    expect(await list()).toBe(200);
    expect((await at.ask('GET', '/api/v1/namespaces/kube-system/pods', { token })).status).toBe(403);
    expect((await at.ask('GET', '/api/v1/pods', { token })).status).toBe(403);
    expect((await at.ask('GET', '/api/v1/namespaces/default/pods?watch=true', { token })).status).toBe(403);
    await at.ask('DELETE', `${roles}/namespaces/default/rolebindings/b`);
    expect(await list()).toBe(403);
  });

  it('with a right to one object may watch that one, by its name', async () => {
    await using at = await world();
    const token = await tokenOf(at);
    await grant(at, ['list'], ['configmaps'], ['kube-root-ca.crt']);
    const list = async (query: string) => (await at.ask('GET', `/api/v1/namespaces/default/configmaps${query}`, { token })).status;
    expect(await list('')).toBe(403);
    expect(await list('?fieldSelector=metadata.name%3Dother')).toBe(403);
    expect(await list('?fieldSelector=metadata.name%21%3Dkube-root-ca.crt')).toBe(403);
    expect(await list('?fieldSelector=metadata.name%3Dkube-root-ca.crt,metadata.namespace%3Ddefault')).toBe(403);
    expect(await list('?fieldSelector=metadata.name%3Dkube-root-ca.crt')).toBe(200);
  });

  it('cannot give themselves more than they have', async () => {
    await using at = await world();
    const token = await tokenOf(at);
    await at.ask('POST', `${roles}/clusterroles`, {
      body: {
        metadata: { name: 'editor' },
        rules: [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: ['create', 'update'] }],
      },
    });
    await at.ask('POST', `${roles}/clusterrolebindings`, {
      body: {
        metadata: { name: 'editor' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'editor' },
        subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
      },
    });
    const role = await at.ask('POST', `${roles}/namespaces/default/roles`, {
      token,
      body: { metadata: { name: 'x' }, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] },
    });
    expect(role.body).toMatchObject({
      code: 403,
      message: expect.stringContaining('is attempting to grant RBAC permissions not currently held') as string,
    });
    const binding = await at.ask('POST', `${roles}/namespaces/default/rolebindings`, {
      token,
      body: {
        metadata: { name: 'x' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
      },
    });
    expect(binding.body).toMatchObject({ code: 403 });
  });
});

describe('impersonation', () => {
  it('needs the right to it', async () => {
    await using at = await world();
    const token = await tokenOf(at);
    const headers = { 'impersonate-user': 'admin', 'impersonate-group': 'system:masters' };
    const refused = await at.ask('GET', '/api/v1/secrets', { token, headers });
    expect(refused.body).toMatchObject({ code: 403, message: expect.stringContaining('cannot impersonate resource "users"') as string });
    const groupOnly = await at.ask('GET', '/api', { headers: { 'impersonate-group': 'x' } });
    expect(groupOnly.status).toBe(400);
    const lowered = await at.ask('GET', '/api/v1/secrets', { headers: { 'impersonate-user': 'system:serviceaccount:default:default' } });
    expect(lowered.body).toMatchObject({
      code: 403,
      message: expect.stringContaining('User "system:serviceaccount:default:default" cannot list') as string,
    });
  });
});

describe('kubelets', () => {
  it('touch only what belongs to their node', async () => {
    await using at = await world();
    const kubelet = await certificate(at, 'system:node:n1', ['system:nodes']);
    const maps = '/api/v1/namespaces/default/configmaps';
    const pods = '/api/v1/namespaces/default/pods';
    await at.ask('POST', maps, { body: configMap('mine') });
    await at.ask('POST', maps, { body: configMap('other') });
    await at.ask('POST', '/api/v1/nodes', { body: node('n2') });
    const volumes = [{ name: 'v', configMap: { name: 'mine' } }];
    await at.ask('POST', pods, { body: pod('a', { spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'x' }], volumes } }) });
    await at.ask('POST', pods, { body: pod('b', { spec: { nodeName: 'n2', containers: [{ name: 'c', image: 'x' }] } }) });
    expect((await at.ask('POST', '/api/v1/nodes', { ...kubelet, body: node('n1') })).status).toBe(201);
    expect((await at.ask('POST', '/api/v1/nodes', { ...kubelet, body: node('n3') })).status).toBe(403);
    expect((await at.ask('GET', `${maps}/mine`, kubelet)).status).toBe(200);
    expect((await at.ask('GET', `${maps}/other`, kubelet)).status).toBe(403);
    expect((await at.ask('GET', '/api/v1/secrets', kubelet)).status).toBe(403);
    const merge = { 'content-type': 'application/strategic-merge-patch+json' };
    const patch = (name: string) =>
      at.ask('PATCH', `${pods}/${name}/status`, { ...kubelet, body: { status: { phase: 'Running' } }, headers: merge });
    expect((await patch('a')).status).toBe(200);
    expect((await patch('b')).status).toBe(403);
    const token = (name: string) =>
      at.ask('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', {
        ...kubelet,
        body: { spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name } } },
      });
    expect((await token('a')).status).toBe(201);
    expect((await token('b')).status).toBe(403);
    const unbound = await at.ask('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', { ...kubelet, body: {} });
    expect(unbound.body).toMatchObject({
      code: 403,
      message: expect.stringContaining('node requested token not bound to a pod') as string,
    });
  });
});

describe('reviews', () => {
  it('tell who somebody is and what they may do', async () => {
    await using at = await world();
    await grant(at, ['get'], ['pods']);
    const token = await tokenOf(at);
    const self = await at.ask('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { token, body: {} });
    expect(self.body).toMatchObject({
      status: {
        userInfo: {
          username: 'system:serviceaccount:default:default',
          groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
        },
      },
    });
    const can = async (attributes: object) =>
      (
        await at.ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
          token,
          body: { spec: { resourceAttributes: attributes } },
        })
      ).body['status'];
    expect(await can({ verb: 'get', resource: 'pods', namespace: 'default' })).toMatchObject({
      allowed: true,
      reason: expect.stringContaining('RoleBinding "b/default"') as string,
    });
    expect(await can({ verb: 'delete', resource: 'pods', namespace: 'default' })).toEqual({ allowed: false });
    const about = await at.ask('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      body: {
        spec: {
          user: 'system:serviceaccount:default:default',
          resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'default' },
        },
      },
    });
    expect(about.body).toMatchObject({ status: { allowed: true } });
    const list = await at.ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
      token,
      body: { spec: { namespace: 'default' } },
    });
    expect(list.body['status']).toMatchObject({
      resourceRules: expect.arrayContaining([{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }]) as unknown[],
    });
    const review = async (value: string, audiences?: readonly string[]) =>
      (await at.ask('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { body: { spec: { token: value, audiences } } })).body;
    expect(await review(token)).toMatchObject({
      status: { authenticated: true, user: { username: 'system:serviceaccount:default:default' } },
    });
    expect(JSON.stringify(await review(token))).not.toContain(token);
    expect(await review(token, ['other'])).toMatchObject({ status: { error: expect.any(String) as string } });
    expect(await review('abc')).toMatchObject({ status: { error: '[invalid bearer token]' } });
  });
});

describe('rules', () => {
  const rule = (over: Partial<Rule>): Rule => ({
    verbs: ['get'],
    apiGroups: [''],
    resources: ['pods'],
    resourceNames: [],
    nonResourceURLs: [],
    ...over,
  });
  const action = { verb: 'get', group: '', resource: 'pods', subresource: '', namespace: 'n', name: 'a' };

  it.each([
    [{}, {}, true],
    [{}, { subresource: 'log' }, false],
    [{ resources: ['pods/log'] }, { subresource: 'log' }, true],
    [{ resources: ['*/log'] }, { subresource: 'log' }, true],
    [{ resources: ['pods/log'] }, {}, false],
    [{ resources: ['*'] }, { subresource: 'log' }, true],
    [{ resourceNames: ['b'] }, {}, false],
    [{ resourceNames: ['a'] }, {}, true],
    [{ apiGroups: ['apps'] }, {}, false],
    [{ verbs: ['*'] }, { verb: 'delete' }, true],
    [{ nonResourceURLs: ['/a/*'], resources: [] }, { path: '/a/b' }, true],
    [{ nonResourceURLs: ['/a/*'], resources: [] }, { path: '/ab' }, false],
  ])('%j against %j', (over, wanted, expected) => {
    expect(allows(rule(over), { ...action, ...wanted })).toBe(expected);
  });

  it('cover what they grant and no more', () => {
    expect(uncovered([rule({ verbs: ['get'] })], [rule({ verbs: ['get', 'list'] })])).toHaveLength(1);
    expect(uncovered([rule({ resourceNames: ['a'] })], [rule({})])).toHaveLength(1);
    expect(uncovered([rule({ resources: ['*'], verbs: ['*'], apiGroups: ['*'] })], [rule({ resources: ['pods/log'] })])).toHaveLength(0);
    expect(uncovered([rule({ verbs: ['get'] }), rule({ verbs: ['list'] })], [rule({ verbs: ['get', 'list'] })])).toHaveLength(0);
  });
});
