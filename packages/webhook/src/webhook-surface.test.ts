import type { Exchange } from '@podpass/http';
import { isObject, KernelError } from '@podpass/kernel';
import { silentTelemetry } from '@podpass/telemetry';
import { describe, expect, it } from 'vitest';
import { config, pod, serviceAccount, withAnnotation } from './testing/builders.ts';
import { createWebhookSurface, type WebhookSurfaceDeps } from './webhook-surface.ts';

const review = (object: unknown, change: object = {}) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: { uid: 'uid-1', namespace: 'ns', operation: 'CREATE', object, ...change },
});

const setUp = (change: Partial<WebhookSurfaceDeps> = {}) => {
  const outcomes: unknown[] = [];
  const silent = silentTelemetry();
  const telemetry = {
    ...silent,
    metrics: { ...silent.metrics, webhookReviews: { observe: (_: number, labels?: object) => void outcomes.push(labels) } },
  };
  const asked: string[] = [];
  const serviceAccounts = {
    async get(namespace: string, name: string) {
      asked.push(`${namespace}/${name}`);
      return name === 'missing' ? undefined : serviceAccount();
    },
  };
  const surface = createWebhookSurface({ config: config(), serviceAccounts, telemetry, ...change });
  const send = async (body: unknown, exchange: Partial<Exchange> = {}) => {
    const answer = await surface.handle({
      id: '1',
      method: 'POST',
      host: 'localhost',
      authority: 'localhost',
      path: '/mutate-v1-pod',
      query: new URLSearchParams('timeout=10s'),
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      peer: { address: '127.0.0.1', certificate: undefined },
      signal: new AbortController().signal,
      ...exchange,
    });
    const response = isObject(answer.body) && isObject(answer.body['response']) ? answer.body['response'] : {};
    return { status: answer.status, body: answer.body, response };
  };
  return { send, asked, outcomes, surface };
};

describe('requests that are no review', () => {
  it.each<[string, unknown, Partial<Exchange>, [number, string]]>([
    ['malformed JSON', '{', {}, [400, 'not valid JSON']],
    ['an empty body', '', {}, [400, 'not valid JSON']],
    ['a list', [], {}, [400, 'not an AdmissionReview']],
    ['another kind', { ...review({}), kind: 'Pod' }, {}, [400, 'not an AdmissionReview']],
    ['another version', { ...review({}), apiVersion: 'admission.k8s.io/v2' }, {}, [400, 'unsupported apiVersion "admission.k8s.io/v2"']],
    ['no request', { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' }, {}, [400, 'has no request']],
    ['no uid', review({}, { uid: undefined }), {}, [400, 'has no uid']],
    ['an empty uid', review({}, { uid: '' }), {}, [400, 'has no uid']],
    [
      'YAML',
      review({}),
      { headers: { 'content-type': 'application/yaml' } },
      [415, 'contentType=application/yaml, expected application/json'],
    ],
    ['no content type', review({}), { headers: {} }, [415, 'expected application/json']],
    ['a GET', '', { method: 'GET' }, [405, 'method not allowed']],
    ['another path', review({}), { path: '/' }, [404, 'not found']],
  ])('%s', async (_, body, exchange, [status, message]) => {
    const answer = await setUp().send(body, exchange);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(message);
  });

  it('that are too large have their own answer, and faults tell nothing of the inside', () => {
    const { surface } = setUp();
    expect(surface.bodyLimit).toBe(3 * 1024 * 1024);
    expect(surface.fault({ kind: 'body-too-large', message: 'The body is too large.' })).toMatchObject({ status: 413 });
    expect(surface.fault({ kind: 'malformed-request', message: 'Another name.', status: 421 })).toMatchObject({ status: 421 });
    expect(surface.fault({ kind: 'internal', message: 'secret detail' }).body).toBe('internal error\n');
  });
});

describe('reviews', () => {
  it.each<[string, unknown, string]>([
    ['an object that is no pod', { apiVersion: 'v1', kind: 'ConfigMap' }, 'unable to decode /v1, Kind=ConfigMap into *v1.Pod'],
    ['no object, as on deletion', null, "couldn't get version/kind"],
    ['a missing service account', { ...pod('p'), spec: { serviceAccountName: 'missing' } }, 'serviceaccounts "missing" not found'],
    ['a bad expiration', pod('p', withAnnotation('service-account-token-expiration', '100')), 'token expiration 100 not valid.'],
  ])('deny %s with 400', async (_, object, message) => {
    const { send, outcomes } = setUp();
    const { status, response } = await send(review(object));
    expect(status).toBe(200);
    expect(response).toMatchObject({
      uid: 'uid-1',
      allowed: false,
      status: { code: 400, message: expect.stringContaining(message) as string },
    });
    expect(response).not.toHaveProperty('patch');
    expect(outcomes).toEqual([{ outcome: 'denied' }]);
  });

  it('are denied when the service account cannot be read, in the words of the API server', async () => {
    const get = () => Promise.reject(new KernelError('unavailable', 'reading the service account ns/default failed with status 403'));
    const { response } = await setUp({ serviceAccounts: { get } }).send(review(pod('p')));
    expect(response).toMatchObject({
      allowed: false,
      status: { code: 400, message: 'reading the service account ns/default failed with status 403' },
    });
  });

  it('fail upon anything unexpected: nothing is admitted by accident', async () => {
    const get = () => Promise.reject(new TypeError('bug'));
    const { send, outcomes } = setUp({ serviceAccounts: { get } });
    await expect(send(review(pod('p')))).rejects.toThrow('bug');
    expect(outcomes).toEqual([{ outcome: 'failed' }]);
  });

  it.each(['admission.k8s.io/v1', 'admission.k8s.io/v1beta1'])('in %s are answered in kind, with the patch', async (apiVersion) => {
    const { send, asked, outcomes } = setUp();
    const { status, body, response } = await send({ ...review(pod('demo')), apiVersion });
    expect(status).toBe(200);
    expect(body).toMatchObject({ apiVersion, kind: 'AdmissionReview' });
    expect(response).toMatchObject({ uid: 'uid-1', allowed: true, patchType: 'JSONPatch', status: { code: 200 } });
    const patch = JSON.parse(Buffer.from(String(response['patch']), 'base64').toString()) as { path: string }[];
    expect(patch.map(({ path }) => path)).toEqual(['/spec/containers/0/env', '/spec/containers/0/volumeMounts', '/spec/volumes']);
    expect(asked).toEqual(['ns/default']);
    expect(outcomes).toEqual([{ outcome: 'allowed' }]);
  });

  it('carry no patch when there is nothing to do', async () => {
    const { send } = setUp();
    const made = pod('demo', withAnnotation('skip-containers', 'app'));
    const source = {
      serviceAccountToken: { audience: 'api://AzureADTokenExchange', expirationSeconds: 3600, path: 'token/azure-identity-token' },
    };
    made.spec['volumes'] = [{ name: 'azure-workload-identity-reserved-2a97516c354b68848cdbd8f54a226a', projected: { sources: [source] } }];
    const { response } = await send(review(made));
    expect(response).toEqual({ uid: 'uid-1', allowed: true, status: { metadata: {}, code: 200 } });
  });

  it('look up the named service account in the namespace of the request', async () => {
    const { send, asked } = setUp();
    await send(review({ ...pod('p'), spec: { serviceAccountName: 'web' } }, { namespace: 'shop' }));
    expect(asked).toEqual(['shop/web']);
  });
});

describe('probes', () => {
  it('answer', async () => {
    let ready = false;
    const { send } = setUp({ ready: () => ready });
    expect((await send('', { method: 'GET', path: '/healthz' })).status).toBe(200);
    expect((await send('', { method: 'GET', path: '/readyz' })).status).toBe(500);
    ready = true;
    expect((await send('', { method: 'GET', path: '/readyz' })).status).toBe(200);
  });
});
