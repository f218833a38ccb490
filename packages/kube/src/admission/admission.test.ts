import type { WireRequest } from '@podpass/http';
import { describe, expect, it } from 'vitest';
import type { Fields } from '../object/types.ts';
import { configMap, pod, world, type FakeWire, type World } from '../testing/harness.ts';

const configurations = '/apis/admissionregistration.k8s.io/v1';
const pods = '/api/v1/namespaces/default/pods';

interface Review {
  readonly request: Fields & { readonly uid: string; readonly object: { readonly metadata: Fields; readonly spec: Fields } };
}
const reviewOf = (request: WireRequest) => JSON.parse(String(request.body)) as Review;
const answer = (body: unknown, status = 200) => ({ status, headers: {}, body: Buffer.from(JSON.stringify(body)) });
const verdict = (request: WireRequest, response: Fields) =>
  answer({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: reviewOf(request).request.uid, allowed: true, ...response },
  });
const patching =
  (operations: readonly object[]): FakeWire =>
  (request) =>
    verdict(request, { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(operations)).toString('base64') });

const webhook = (over: Fields = {}): Fields => ({
  name: 'mutation.example.org',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig: { caBundle: Buffer.from('PEM').toString('base64'), service: { name: 'hook', namespace: 'default', path: '/mutate' } },
  rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
  ...over,
});

const install = async (at: World, over: Fields = {}, resource = 'mutatingwebhookconfigurations') => {
  await at.ask('POST', '/api/v1/namespaces/default/services', {
    body: { metadata: { name: 'hook' }, spec: { ports: [{ name: 'https', port: 443, targetPort: 9443 }] } },
  });
  await at.ask('POST', '/api/v1/namespaces/default/endpoints', {
    body: { metadata: { name: 'hook' }, subsets: [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ name: 'https', port: 19443 }] }] },
  });
  return at.ask('POST', `${configurations}/${resource}`, { body: { metadata: { name: 'hook' }, webhooks: [webhook(over)] } });
};

describe('in-tree admission', () => {
  it('refuses a pod whose service account does not exist', async () => {
    await using at = await world();
    const reply = await at.ask('POST', pods, {
      body: pod('a', { spec: { serviceAccountName: 'x', containers: [{ name: 'c', image: 'i' }] } }),
    });
    expect(reply.body).toMatchObject({
      code: 403,
      message: 'pods "a" is forbidden: error looking up service account default/x: serviceaccount "x" not found',
    });
  });

  it('gives pods their service account, its token and tolerations', async () => {
    await using at = await world();
    const { body } = await at.ask('POST', pods, { body: pod('a') });
    const spec = body['spec'] as Fields & { volumes: Fields[]; containers: Fields[] };
    expect(spec).toMatchObject({ serviceAccountName: 'default', serviceAccount: 'default', restartPolicy: 'Always' });
    expect(spec.volumes).toEqual([
      {
        name: expect.stringMatching(/^kube-api-access-[a-z0-9]{5}$/) as string,
        projected: {
          defaultMode: 420,
          sources: [
            { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
            { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
            { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
          ],
        },
      },
    ]);
    expect(spec.containers[0]).toMatchObject({
      volumeMounts: [{ readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
    });
    expect(spec['tolerations']).toHaveLength(2);
    const without = await at.ask('POST', pods, {
      body: pod('b', { spec: { automountServiceAccountToken: false, containers: [{ name: 'c', image: 'i' }] } }),
    });
    expect(without.body['spec']).not.toHaveProperty('volumes');
  });
});

describe('mutating webhooks', () => {
  it.each([
    ['match conditions', { matchConditions: [{ name: 'c', expression: 'true' }] }],
    ['an older review version only', { admissionReviewVersions: ['v1beta1'] }],
    ['a timeout out of range', { timeoutSeconds: 31 }],
    ['no side effects declared', { sideEffects: undefined }],
    ['side effects that dry runs would have', { sideEffects: 'Some' }],
  ])('are refused with %s', async (_what, over) => {
    await using at = await world();
    const reply = await install(at, over);
    expect(reply.body).toMatchObject({ kind: 'Status', code: 422 });
  });

  it.each([
    [
      'when they cannot be reached',
      undefined,
      'failed to call webhook: Post "https://hook.default.svc:443/mutate?timeout=10s": connect ECONNREFUSED',
    ],
    ['when they answer nonsense', () => answer('x'), 'the response is no JSON object'],
    [
      'when they answer for somebody else',
      () => answer({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: 'x', allowed: true } }),
      'expected response.uid=',
    ],
    ['when they answer with an error', () => answer({}, 500), 'status 500'],
    ['when their patch has no type', (request: WireRequest) => verdict(request, { patch: 'W10=' }), 'patchType'],
  ] as [string, FakeWire | undefined, string][])('fail closed %s', async (_what, wire, message) => {
    await using at = await world(wire === undefined ? {} : { wire });
    await install(at);
    const reply = await at.ask('POST', pods, { body: pod('a') });
    expect(reply.body).toMatchObject({ code: 500, reason: 'InternalError' });
    expect(reply.body['message']).toContain('Internal error occurred: failed calling webhook "mutation.example.org": ');
    expect(reply.body['message']).toContain(message);
    expect((await at.ask('GET', `${pods}/a`)).status).toBe(404);
  });

  it('are passed over when they fail and may be ignored', async () => {
    await using at = await world();
    await install(at, { failurePolicy: 'Ignore' });
    expect((await at.ask('POST', pods, { body: pod('a') })).status).toBe(201);
  });

  it('refuse with their own words and code', async () => {
    await using at = await world({
      wire: (request) => verdict(request, { allowed: false, status: { code: 403, message: 'no' }, warnings: ['careful'] }),
    });
    await install(at);
    const reply = await at.ask('POST', pods, { body: pod('a') });
    expect(reply.body).toMatchObject({ code: 403, message: 'admission webhook "mutation.example.org" denied the request: no' });
  });

  it('are called at the service behind their name and change the object', async () => {
    await using at = await world({
      wire: patching([
        { op: 'add', path: '/spec/containers/0/env', value: [{ name: 'AZURE_CLIENT_ID', value: 'x' }] },
        {
          op: 'add',
          path: '/spec/volumes/-',
          value: { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 't', audience: 'a' } }] } },
        },
        { op: 'add', path: '/metadata/name', value: 'other' },
      ]),
    });
    await install(at);
    const { body, status } = await at.ask('POST', pods, { body: pod('a') });
    expect(status).toBe(201);
    expect(body).toMatchObject({ metadata: { name: 'a' }, spec: { containers: [{ env: [{ name: 'AZURE_CLIENT_ID', value: 'x' }] }] } });
    // Filled in again after the patch: kubectl cannot describe a token volume without it.
    expect(JSON.stringify(body['spec'])).toContain('"expirationSeconds":3600');
    const [call] = at.calls;
    expect(call).toMatchObject({
      method: 'POST',
      url: 'https://127.0.0.1:19443/mutate?timeout=10s',
      serverName: 'hook.default.svc',
      ca: 'PEM',
      timeout: 10_000,
    });
    expect(call === undefined ? {} : reviewOf(call)).toMatchObject({
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      request: {
        kind: { group: '', version: 'v1', kind: 'Pod' },
        resource: { group: '', version: 'v1', resource: 'pods' },
        operation: 'CREATE',
        namespace: 'default',
        name: 'a',
        dryRun: false,
        userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
        object: { kind: 'Pod', spec: { serviceAccountName: 'default' } },
        oldObject: null,
      },
    });
  });

  it.each([
    ['other labels', { objectSelector: { matchLabels: { use: 'true' } } }, pod('a')],
    ['another namespace', { namespaceSelector: { matchLabels: { team: 'x' } } }, pod('a')],
    ['another operation', { rules: [{ operations: ['UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }] }, pod('a')],
    [
      'another resource',
      { rules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/status', 'secrets'] }] },
      pod('a'),
    ],
    [
      'another scope',
      { rules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['*'], scope: 'Cluster' }] },
      pod('a'),
    ],
  ])('are not called for %s', async (_what, over, body) => {
    await using at = await world({ wire: (request) => verdict(request, {}) });
    await install(at, over);
    expect((await at.ask('POST', pods, { body })).status).toBe(201);
    expect(at.calls).toHaveLength(0);
  });

  it('are called again when something changed after them and they ask for it', async () => {
    let second = 0;
    const wire: FakeWire = (request) => {
      if (request.url.includes('/first')) return verdict(request, {});
      second += 1;
      return patching([{ op: 'add', path: '/metadata/labels', value: { changed: 'yes' } }])(request);
    };
    await using at = await world({ wire });
    await install(at);
    const service = (path: string) => ({ clientConfig: { caBundle: 'UEVN', service: { name: 'hook', namespace: 'default', path } } });
    await at.ask('PATCH', `${configurations}/mutatingwebhookconfigurations/hook`, {
      headers: { 'content-type': 'application/merge-patch+json' },
      body: {
        webhooks: [
          webhook({ name: 'first.example.org', reinvocationPolicy: 'IfNeeded', ...service('/first') }),
          webhook({ name: 'second.example.org', reinvocationPolicy: 'IfNeeded', ...service('/second') }),
        ],
      },
    });
    await at.ask('POST', pods, { body: pod('a') });
    expect(at.calls.map((call) => new URL(call.url).pathname)).toEqual(['/first', '/second', '/first']);
    expect(second).toBe(1);
  });
});

describe('validating webhooks', () => {
  it('see the final object and may refuse it', async () => {
    await using at = await world({
      wire: (request) => verdict(request, { allowed: reviewOf(request).request.object.metadata['name'] === 'good', warnings: ['seen'] }),
    });
    const rules = [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }];
    await install(at, { rules }, 'validatingwebhookconfigurations');
    const bad = await at.ask('POST', '/api/v1/namespaces/default/configmaps', { body: configMap('bad') });
    expect(bad.body).toMatchObject({
      code: 400,
      message: 'admission webhook "mutation.example.org" denied the request without explanation',
    });
    const good = await at.ask('POST', '/api/v1/namespaces/default/configmaps', { body: configMap('good') });
    expect(good.status).toBe(201);
    expect(good.headers['Warning']).toBe('299 - "seen"');
  });
});
