import { describe, expect, it } from 'vitest';
import { CodecError } from '../codec/index.ts';
import { mediaTypes } from '../wire.ts';
import { codecStatus } from './body.ts';
import { claimsOf, configMap, eventually, pod, world } from '../testing/harness.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const json = (type: string) => ({ 'content-type': type });

describe('what is refused', () => {
  it.each([
    ['malformed JSON', { raw: '{"a":' }, 400, 'BadRequest'],
    ['an array', { body: [] }, 400, 'BadRequest'],
    ['null', { raw: 'null' }, 400, 'BadRequest'],
    ['metadata that is text', { body: { ...configMap('a'), metadata: 'x' } }, 400, 'BadRequest'],
    ['labels that are a list', { body: configMap('a', { metadata: { name: 'a', labels: [] } }) }, 400, 'BadRequest'],
    ['data of the wrong type', { body: configMap('a', { data: [1, 2] }) }, 400, 'BadRequest'],
    ['another kind', { body: pod('a') }, 400, 'BadRequest'],
    ['another version', { body: { ...configMap('a'), apiVersion: 'v2' } }, 400, 'BadRequest'],
    ['nesting without end', { raw: `{"data":${'['.repeat(5_000)}${']'.repeat(5_000)}}` }, 400, 'BadRequest'],
    [
      'malformed protobuf',
      { raw: Buffer.from('6b3873000affff', 'hex'), headers: json('application/vnd.kubernetes.protobuf') },
      400,
      'BadRequest',
    ],
    ['an unknown media type', { raw: 'x', headers: json('text/csv') }, 415, 'UnsupportedMediaType'],
    ['no name', { body: configMap('') }, 422, 'Invalid'],
    ['a name with a slash', { body: configMap('a/b') }, 422, 'Invalid'],
    ['a name that leaves its place', { body: configMap('..') }, 422, 'Invalid'],
    ['capitals in a name', { body: configMap('Aa') }, 422, 'Invalid'],
    ['another namespace', { body: configMap('a', { metadata: { name: 'a', namespace: 'other' } }) }, 400, 'BadRequest'],
    ['a resourceVersion', { body: configMap('a', { metadata: { name: 'a', resourceVersion: '3' } }) }, 500, 'InternalError'],
  ])('a creation with %s', async (_what, options, status, reason) => {
    await using at = await world();
    const reply = await at.ask('POST', maps, options);
    expect(reply.body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code: status });
    expect(reply.status).toBe(status);
    expect(reply.text).not.toMatch(/at .*\.ts:\d+/);
  });

  it.each([
    ['GET', '/api/v1/namespaces/default/widgets', 404],
    ['GET', '/apis/batch/v1/jobs', 404],
    ['GET', '/nonsense', 404],
    ['POST', '/version', 405],
    ['POST', `${maps}/a`, 405],
    ['DELETE', '/api/v1/namespaces', 405],
    ['POST', '/api/v1/configmaps', 405],
    ['GET', '/api/v1/nodes/a/%zz', 400],
    ['GET', '/api/v1/namespaces/default/configmaps/a%2f..%2fb', 400],
    ['GET', '/api/v1//pods', 400],
    ['GET', '/api/v1/namespaces/default/pods/a/exec', 501],
  ])('%s %s', async (method, target, status) => {
    await using at = await world();
    const reply = await at.ask(method, target);
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({ kind: 'Status', code: status });
  });

  it('an Accept that only protobuf satisfies', async () => {
    await using at = await world();
    const reply = await at.ask('GET', maps, { headers: { accept: 'application/vnd.kubernetes.protobuf' } });
    expect(reply.body).toMatchObject({ reason: 'NotAcceptable', code: 406 });
  });

  it('unknown fields, when they are to be strict', async () => {
    await using at = await world();
    const body = pod('a', { spec: { containers: [{ name: 'main', image: 'x', imagee: 'y' }] } });
    const strict = await at.ask('POST', '/api/v1/namespaces/default/pods?fieldValidation=Strict', { body });
    expect(strict.body).toMatchObject({
      code: 400,
      message: expect.stringContaining('strict decoding error: unknown field "spec.containers[0].imagee"') as string,
    });
    const warned = await at.ask('POST', '/api/v1/namespaces/default/pods?fieldValidation=Warn', { body });
    expect(warned.status).toBe(201);
    expect(warned.headers['Warning']).toBe('299 - "unknown field \\"spec.containers[0].imagee\\""');
    expect(JSON.stringify(warned.body)).not.toContain('imagee');
  });

  it('an update without a name in the body', async () => {
    await using at = await world();
    await at.ask('POST', maps, { body: configMap('a') });
    expect((await at.ask('PUT', `${maps}/a`, { body: configMap('a', { metadata: {} }) })).body).toMatchObject({
      code: 400,
      message: 'the name of the object (a based on URL) was undeterminable: name must be provided',
    });
  });

  it.each([
    ['POST', maps, configMap('a', { data: 'x' }), 'ConfigMap.data of type map[string]string'],
    ['POST', maps, configMap('a', { metadata: { name: 1 } }), 'ObjectMeta.metadata.name of type string'],
    ['PUT', `${maps}/kube-root-ca.crt`, configMap('kube-root-ca.crt', { data: [] }), 'ConfigMap.data of type map[string]string'],
    [
      'POST',
      '/api/v1/namespaces/default/serviceaccounts/default/token',
      { spec: { expirationSeconds: 'x' } },
      'TokenRequestSpec.spec.expirationSeconds of type int64',
    ],
    ['DELETE', `${maps}/kube-root-ca.crt`, { preconditions: { uid: 7 } }, 'Preconditions.preconditions.uid of type string'],
  ])('%s %s with a field of the wrong JSON type, before its fields are looked at', async (method, target, body, message) => {
    await using at = await world();
    const reply = await at.ask(method, `${target}?fieldValidation=Strict`, { body: { ...body, unknown: 1 } });
    expect(reply.body).toMatchObject({ code: 400, reason: 'BadRequest', message: expect.stringContaining(message) as string });
  });

  it.each(['merge-patch', 'strategic-merge-patch'])('a %s that leaves a field of the wrong JSON type', async (type) => {
    await using at = await world();
    const reply = await at.ask('PATCH', `${maps}/kube-root-ca.crt`, {
      body: { data: 'x' },
      headers: json(`application/${type}+json`),
    });
    expect(reply.body).toMatchObject({ code: 422, message: expect.stringMatching(/^ "" is invalid: patch: Invalid value: /) as string });
  });

  it('a strategic merge patch of a kind without a schema, naming the formats that it could have', () => {
    expect(codecStatus(new CodecError('unknown-kind', 'x'), [mediaTypes.mergePatch])).toMatchObject({
      code: 415,
      message: expect.stringMatching(/: application\/merge-patch\+json$/) as string,
    });
  });

  it('server-side apply', async () => {
    await using at = await world();
    await at.ask('POST', maps, { body: configMap('a') });
    const reply = await at.ask('PATCH', `${maps}/a?fieldManager=x`, {
      body: configMap('a'),
      headers: json('application/apply-patch+yaml'),
    });
    expect(reply.body).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' });
  });
});

describe('objects', () => {
  it('are created once, read, changed and removed', async () => {
    await using at = await world();
    const created = await at.ask('POST', maps, { body: configMap('a') });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: {
        name: 'a',
        namespace: 'default',
        uid: expect.any(String) as string,
        resourceVersion: expect.stringMatching(/^\d+$/) as string,
      },
      data: { a: '1' },
    });
    expect((await at.ask('POST', maps, { body: configMap('a') })).body).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'configmaps "a" already exists',
      details: { name: 'a', kind: 'configmaps' },
    });
    expect((await at.ask('GET', `${maps}/a`)).body).toEqual(created.body);
    const replaced = await at.ask('PUT', `${maps}/a`, { body: configMap('a', { data: { a: '2' } }) });
    expect(replaced.body).toMatchObject({ data: { a: '2' } });
    const stale = await at.ask('PUT', `${maps}/a`, { body: { ...created.body, data: { a: '3' } } });
    expect(stale.body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    });
    const removed = await at.ask('DELETE', `${maps}/a`, {
      body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' },
    });
    expect(removed.body).toMatchObject({ kind: 'Status', status: 'Success', details: { name: 'a', kind: 'configmaps' } });
    expect((await at.ask('GET', `${maps}/a`)).body).toMatchObject({ code: 404, message: 'configmaps "a" not found' });
  });

  it('keep their version when nothing changes', async () => {
    await using at = await world();
    const created = await at.ask('POST', maps, { body: configMap('a') });
    const again = await at.ask('PUT', `${maps}/a`, { body: created.body });
    expect(again.body).toEqual(created.body);
    const patched = await at.ask('PATCH', `${maps}/a`, { body: { data: { a: '1' } }, headers: json('application/merge-patch+json') });
    expect(patched.body).toEqual(created.body);
  });

  it.each([
    ['application/json-patch+json', [{ op: 'replace', path: '/data/a', value: '9' }]],
    ['application/merge-patch+json', { data: { a: '9' } }],
    ['application/strategic-merge-patch+json', { data: { a: '9' } }],
  ])('are patched with %s', async (type, body) => {
    await using at = await world();
    await at.ask('POST', maps, { body: configMap('a') });
    const reply = await at.ask('PATCH', `${maps}/a`, { body, headers: json(type) });
    expect(reply.body).toMatchObject({ data: { a: '9' } });
    expect((await at.ask('GET', `${maps}/a`)).body).toEqual(reply.body);
  });

  it('are not written by dry runs', async () => {
    await using at = await world();
    expect((await at.ask('POST', `${maps}?dryRun=All`, { body: configMap('a') })).status).toBe(201);
    expect((await at.ask('GET', `${maps}/a`)).status).toBe(404);
    await at.ask('POST', maps, { body: configMap('a') });
    const dry = await at.ask('PUT', `${maps}/a?dryRun=All`, { body: configMap('a', { data: { a: '2' } }) });
    expect(dry.body).toMatchObject({ data: { a: '2' } });
    expect((await at.ask('DELETE', `${maps}/a`, { body: { dryRun: ['All'] } })).status).toBe(200);
    expect((await at.ask('GET', `${maps}/a`)).body).toMatchObject({ data: { a: '1' } });
    expect((await at.ask('POST', `${maps}?dryRun=Some`, { body: configMap('b') })).body).toMatchObject({ code: 422 });
  });

  it('get generated names', async () => {
    await using at = await world();
    const reply = await at.ask('POST', maps, { body: configMap('', { metadata: { generateName: 'a-' } }) });
    expect(reply.body).toMatchObject({ metadata: { name: expect.stringMatching(/^a-[a-z0-9]{5}$/) as string } });
  });

  it('held by a finalizer go with the last of them', async () => {
    await using at = await world();
    await at.ask('POST', maps, { body: configMap('a', { metadata: { name: 'a', finalizers: ['example.org/hold'] } }) });
    const deleting = await at.ask('DELETE', `${maps}/a`);
    expect(deleting.body).toMatchObject({ kind: 'ConfigMap', metadata: { deletionTimestamp: expect.any(String) as string } });
    const added = await at.ask('PATCH', `${maps}/a`, {
      body: { metadata: { finalizers: ['example.org/hold', 'example.org/more'] } },
      headers: json('application/merge-patch+json'),
    });
    expect(added.body).toMatchObject({ code: 422 });
    await at.ask('PATCH', `${maps}/a`, { body: { metadata: { finalizers: null } }, headers: json('application/merge-patch+json') });
    expect((await at.ask('GET', `${maps}/a`)).status).toBe(404);
  });

  it('are deleted only when the preconditions hold', async () => {
    await using at = await world();
    await at.ask('POST', maps, { body: configMap('a') });
    const reply = await at.ask('DELETE', `${maps}/a`, { body: { preconditions: { uid: 'other' } } });
    expect(reply.body).toMatchObject({
      code: 409,
      message: expect.stringContaining('Precondition failed: UID in precondition: other') as string,
    });
  });

  it('are deleted together by selector', async () => {
    await using at = await world();
    for (const name of ['a', 'b']) await at.ask('POST', maps, { body: configMap(name, { metadata: { name, labels: { app: name } } }) });
    await at.ask('DELETE', `${maps}?labelSelector=app%3Da`);
    expect((await at.ask('GET', `${maps}/a`)).status).toBe(404);
    expect((await at.ask('GET', `${maps}/b`)).status).toBe(200);
  });

  it('keep their status apart from their specification', async () => {
    await using at = await world();
    const pods = '/api/v1/namespaces/default/pods';
    await at.ask('POST', pods, { body: { ...pod('a'), status: { phase: 'Running' } } });
    const created = await at.ask('GET', `${pods}/a`);
    expect(created.body).toMatchObject({ status: { phase: 'Pending', qosClass: 'BestEffort' }, metadata: { generation: 1 } });
    await at.ask('PATCH', `${pods}/a/status`, {
      body: { status: { phase: 'Running' }, spec: { nodeName: 'sneaky' } },
      headers: json('application/strategic-merge-patch+json'),
    });
    const after = await at.ask('GET', `${pods}/a`);
    expect(after.body).toMatchObject({ status: { phase: 'Running' } });
    expect(after.body['spec']).not.toHaveProperty('nodeName');
    const ignored = await at.ask('PATCH', `${pods}/a`, {
      body: { status: { phase: 'Failed' } },
      headers: json('application/merge-patch+json'),
    });
    expect(ignored.body).toMatchObject({ status: { phase: 'Running' } });
    const changed = await at.ask('PATCH', `${pods}/a`, {
      body: { spec: { restartPolicy: 'Never' } },
      headers: json('application/merge-patch+json'),
    });
    expect(changed.body).toMatchObject({
      code: 422,
      message: expect.stringContaining('pod updates may not change fields other than') as string,
    });
  });

  it('of the kind Secret are sealed in the store', async () => {
    await using at = await world();
    await at.ask('POST', '/api/v1/namespaces/default/secrets', {
      body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { password: 'correct horse' } },
    });
    const encoded = Buffer.from('correct horse').toString('base64');
    expect((await at.ask('GET', '/api/v1/namespaces/default/secrets/s')).body).toMatchObject({
      type: 'Opaque',
      data: { password: encoded },
    });
    const stored = await at.store.list('/kube');
    for (const { value } of stored.items) expect(Buffer.from(value).toString('latin1')).not.toContain(encoded);
  });
});

describe('namespaces', () => {
  it('get a label, a service account and the root CA', async () => {
    await using at = await world();
    const created = await at.ask('POST', '/api/v1/namespaces', { body: { metadata: { name: 'team' } } });
    expect(created.body).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'team' } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
    await eventually(async () =>
      (await at.ask('GET', '/api/v1/namespaces/team/serviceaccounts/default')).status === 200 ? true : undefined,
    );
    const root = await eventually(async () => {
      const reply = await at.ask('GET', '/api/v1/namespaces/team/configmaps/kube-root-ca.crt');
      return reply.status === 200 ? reply : undefined;
    });
    expect(root.body).toMatchObject({ data: { 'ca.crt': at.cluster.clientCa } });
  });

  it('take nothing when they do not exist', async () => {
    await using at = await world();
    const reply = await at.ask('POST', '/api/v1/namespaces/none/configmaps', { body: configMap('a') });
    expect(reply.body).toMatchObject({ code: 404, message: 'namespaces "none" not found' });
  });

  it('go with everything in them, and take nothing more while they go', async () => {
    await using at = await world();
    await at.ask('POST', '/api/v1/namespaces', { body: { metadata: { name: 'team' } } });
    await at.ask('POST', '/api/v1/namespaces/team/configmaps', {
      body: configMap('held', { metadata: { name: 'held', finalizers: ['example.org/hold'] } }),
    });
    expect((await at.ask('DELETE', '/api/v1/namespaces/team')).body).toMatchObject({ status: { phase: 'Terminating' } });
    const late = await at.ask('POST', '/api/v1/namespaces/team/configmaps', { body: configMap('late') });
    expect(late.body).toMatchObject({
      code: 403,
      message: 'configmaps "late" is forbidden: unable to create new content in namespace team because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating' }] },
    });
    await eventually(
      async () =>
        ((await at.ask('GET', '/api/v1/namespaces/team/configmaps/held')).body['metadata'] as Record<string, unknown>)['deletionTimestamp'],
    );
    await at.ask('PATCH', '/api/v1/namespaces/team/configmaps/held', {
      body: { metadata: { finalizers: [] } },
      headers: json('application/merge-patch+json'),
    });
    await eventually(async () => ((await at.ask('GET', '/api/v1/namespaces/team')).status === 404 ? true : undefined));
  });

  it('of the system stay', async () => {
    await using at = await world();
    expect((await at.ask('DELETE', '/api/v1/namespaces/kube-system')).body).toMatchObject({
      code: 403,
      message: 'namespaces "kube-system" is forbidden: this namespace may not be deleted',
    });
  });
});

describe('a platform that starts again', () => {
  it('has its clusters, their objects and their keys', async () => {
    const first = await world();
    await first.ask('POST', maps, { body: configMap('a') });
    const token = await first.ask('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', { body: {} });
    await first.clusters.close();
    await using second = await world({ store: first.store });
    expect(second.cluster.spec).toEqual(first.cluster.spec);
    expect((await second.ask('GET', `${maps}/a`)).status).toBe(200);
    const value = (token.body['status'] as Record<string, string>)['token'] ?? '';
    expect(claimsOf(value)['iss']).toBe(second.cluster.spec.issuer);
    expect((await second.ask('GET', '/apis', { token: value })).status).toBe(200);
  });

  it('forgets a deleted cluster altogether', async () => {
    await using at = await world();
    await at.ask('POST', maps, { body: configMap('a') });
    await at.clusters.delete(at.cluster.spec.uid);
    expect((await at.store.list('/kube')).items).toEqual([]);
    expect((await at.ask('GET', maps)).body).toMatchObject({ kind: 'Status', code: 503 });
  });
});
