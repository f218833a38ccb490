import { createCertificateAuthority } from '@podpass/crypto';
import { createDialer, createWireClient } from '@podpass/http';
import { createClock, isObject, parseJson } from '@podpass/kernel';
import { silentTelemetry } from '@podpass/telemetry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { config, pod, serviceAccount } from './testing/builders.ts';
import { createWebhookServer } from './webhook-server.ts';

const telemetry = silentTelemetry();
const serviceName = 'azure-wi-webhook-webhook-service.ns.svc';
let failing = false;

const start = async () => {
  const clock = createClock();
  const authority = await createCertificateAuthority({ clock, commonName: 'test', permittedDns: [], days: 1 });
  const issued = await authority.issueServer({ dns: [serviceName] });
  const server = createWebhookServer({
    config: config(),
    certificate: { cert: issued.certificate, key: issued.privateKey },
    serviceAccounts: { get: async () => (failing ? Promise.reject(new TypeError('internal detail')) : serviceAccount()) },
    telemetry,
    clock,
  });
  const { port } = await server.listen();
  const wire = createWireClient({ dialer: createDialer({ serves: () => true, listenerPort: port }), ca: authority.certificate, telemetry });
  const post = async (body: string, headers: Record<string, string> = { 'Content-Type': 'application/json' }) => {
    const answer = await wire.request({ method: 'POST', url: `https://${serviceName}/mutate-v1-pod?timeout=10s`, headers, body });
    const text = answer.body.toString();
    const json = parseJson(text);
    return { status: answer.status, text, json: isObject(json) ? json : {} };
  };
  return { server, wire, post };
};
let running: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  running = await start();
});
afterAll(async () => {
  await running.wire.close();
  await running.server.close();
});

const review = (object: unknown): string =>
  JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: { uid: 'u', namespace: 'ns', object } });

describe('the webhook over HTTPS', () => {
  it('refuses bodies above 3 MiB, and lives on', async () => {
    expect((await running.post(review({ fill: 'x'.repeat(3 * 1024 * 1024) }))).status).toBe(413);
    expect((await running.post('{')).status).toBe(400);
    expect((await running.post(review({}), { 'Content-Type': 'text/plain' })).status).toBe(415);
  });

  it('answers an internal error with 500 and without its cause', async () => {
    failing = true;
    const answer = await running.post(review(pod('p')));
    failing = false;
    expect(answer).toMatchObject({ status: 500, text: 'internal error\n' });
  });

  it('reviews pods', async () => {
    const { status, json } = await running.post(review(pod('demo')));
    expect(status).toBe(200);
    expect(json).toMatchObject({ kind: 'AdmissionReview', response: { uid: 'u', allowed: true, patchType: 'JSONPatch' } });
  });

  it('answers probes', async () => {
    for (const path of ['/healthz', '/readyz']) {
      expect((await running.wire.request({ method: 'GET', url: `https://${serviceName}${path}` })).body.toString()).toBe('ok');
    }
  });
});
