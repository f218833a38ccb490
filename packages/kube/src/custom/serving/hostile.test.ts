import { describe, expect, it } from 'vitest';
import { world, type World } from '../../testing/harness.ts';
import { definition, paths, widget } from '../testing.ts';

const create = async (at: World, body: object) => expect((await at.ask('POST', paths.definitions, { body })).status).toBe(201);

describe('custom resources', () => {
  it.each(['Strict', 'Warn'])('do not get an answer that outgrows the request: %s', async (mode) => {
    await using at = await world();
    const open = { type: 'object', additionalProperties: { type: 'object', properties: { a: { type: 'string' } } } };
    await create(at, definition({ schema: open }));
    const unknown = Object.fromEntries(Array.from({ length: 100 }, (_value, index) => [`x${String(index)}`, 1]));
    const body = widget('a', { ['n'.repeat(500_000)]: unknown });
    const answer = await at.ask('POST', `${paths.widgets}?fieldValidation=${mode}`, { body });
    expect(answer.status).toBe(mode === 'Strict' ? 400 : 201);
    expect(answer.text.length).toBeLessThan(mode === 'Strict' ? 250_000 : 510_000);
    expect((answer.headers['Warning'] ?? '').length).toBeLessThan(6_000);
  });

  it('that are on their way are not stored under another definition of the same name', async () => {
    // A webhook takes its time; meanwhile the definition goes and comes back with another scope.
    let arrived: () => void = () => undefined;
    let proceed: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (arrived = resolve));
    const released = new Promise<void>((resolve) => (proceed = resolve));
    await using at = await world({
      async wire(request) {
        arrived();
        await released;
        const { request: asked } = JSON.parse(String(request.body)) as { request: { uid: string } };
        const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: asked.uid, allowed: true } };
        return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(review)) };
      },
    });
    await create(at, definition());
    const hook = {
      name: 'slow.example.org',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      clientConfig: { url: 'https://hook.example.org/' },
      rules: [{ operations: ['CREATE'], apiGroups: ['example.com'], apiVersions: ['v1'], resources: ['widgets'] }],
    };
    const configuration = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'slow' },
      webhooks: [hook],
    };
    const installed = await at.ask('POST', '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
      body: configuration,
    });
    expect(installed.status).toBe(201);
    const answer = at.ask('POST', paths.widgets, { body: widget('late') });
    await reached;
    await at.ask('DELETE', `${paths.definitions}/widgets.example.com`);
    await expect.poll(async () => (await at.ask('GET', `${paths.definitions}/widgets.example.com`)).status).toBe(404);
    await create(at, definition({ spec: { scope: 'Cluster' } }));
    proceed();
    expect((await answer).status).toBe(404);
    expect((await at.ask('GET', '/apis/example.com/v1/widgets')).body['items']).toEqual([]);
  });

  it('do not outlive a definition whose finalizer was taken off by force', async () => {
    await using at = await world();
    await create(at, definition());
    const held = widget('held', { size: 1 }, { metadata: { name: 'held', finalizers: ['example.com/hold'] } });
    expect((await at.ask('POST', paths.widgets, { body: held })).status).toBe(201);
    await at.ask('DELETE', `${paths.definitions}/widgets.example.com`);
    const headers = { 'content-type': 'application/merge-patch+json' };
    const body = { metadata: { finalizers: null } };
    expect((await at.ask('PATCH', `${paths.definitions}/widgets.example.com`, { headers, body })).status).toBe(200);
    await expect.poll(async () => (await at.store.list(`/kube/${at.cluster.spec.uid}/example.com/`)).items.length).toBe(0);
    await create(at, definition({ spec: { scope: 'Cluster' } }));
    expect((await at.ask('GET', '/apis/example.com/v1/widgets')).body['items']).toEqual([]);
  });

  it('are seen to go before their watch ends with the definition, and nothing of the watch stays', async () => {
    await using at = await world();
    await create(at, definition());
    const watching = await at.watch(`${paths.widgets}?watch=true`);
    for (const name of ['a', 'b', 'c']) await at.ask('POST', paths.widgets, { body: widget(name) });
    await watching.wait(3);
    await at.ask('DELETE', `${paths.definitions}/widgets.example.com`);
    await watching.ended;
    const last = watching.frames.slice(3).map(({ type, object }) => [type, (object as { metadata: { name: string } }).metadata.name]);
    expect(last).toEqual([
      ['DELETED', 'a'],
      ['DELETED', 'b'],
      ['DELETED', 'c'],
    ]);
  });

  it('may be called namespaces, and are none', async () => {
    await using at = await world();
    const names = { plural: 'namespaces', singular: 'namespace', kind: 'Namespace', shortNames: ['nsx'] };
    await create(at, definition({ names, spec: { scope: 'Cluster' } }));
    const body = { apiVersion: 'example.com/v1', kind: 'Namespace', metadata: { name: 'kube-system' }, spec: { size: 1 } };
    const path = '/apis/example.com/v1/namespaces';
    expect((await at.ask('POST', path, { body })).status).toBe(201);
    expect((await at.ask('GET', `${path}/kube-system`)).body['spec']).toMatchObject({ size: 1 });
    expect((await at.ask('DELETE', `${path}/kube-system`)).status).toBe(200);
    expect((await at.ask('GET', '/api/v1/namespaces/kube-system')).body['status']).toEqual({ phase: 'Active' });
  });
});

describe('built-in kinds', () => {
  it('keep what they know when an unknown field bears its path as a name', async () => {
    await using at = await world();
    const raw = '{"metadata":{"name":"a","labels":{"b":"c"}},"data":{"foo":"bar"},"data.foo":1,"metadata.labels":2}';
    const { status, body } = await at.ask('POST', '/api/v1/namespaces/default/configmaps', { raw });
    expect(status).toBe(201);
    expect(body).toMatchObject({ data: { foo: 'bar' }, metadata: { labels: { b: 'c' } } });
    expect(Object.keys(body)).not.toContain('data.foo');
  });
});
