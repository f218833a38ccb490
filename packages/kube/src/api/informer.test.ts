import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { certificateCache, createCertificateAuthority } from '@podpass/crypto';
import { createListener, type Surface } from '@podpass/http';
import { createClock } from '@podpass/kernel';
import { silentTelemetry } from '@podpass/telemetry';
import { configMap, world, type World } from '../testing/harness.ts';

const maps = '/api/v1/namespaces/default/configmaps';

/** Serves the API over TLS under the name `localhost`, for a client that was not written for it. */
const serve = async (at: World, surface: Surface) => {
  const clock = createClock();
  const telemetry = silentTelemetry();
  const authority = await createCertificateAuthority({ commonName: 'Test', permittedDns: ['localhost'], days: 1, clock });
  const listener = createListener({ surfaces: [surface], certificates: certificateCache(authority, clock), telemetry, clock });
  const { port } = await listener.listen();
  const { certificate, privateKey } = await at.cluster.issueClient('someone', ['system:masters']);
  const base64 = (pem: string) => Buffer.from(pem).toString('base64');
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'c', server: `https://localhost:${port}`, caData: base64(authority.certificate) }],
    users: [{ name: 'u', certData: base64(certificate), keyData: base64(privateKey) }],
    contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
    currentContext: 'x',
  });
  return { config, [Symbol.asyncDispose]: () => listener.close({ graceMs: 0 }) };
};

it("the Node client's informer follows changes, and lists anew when its revision was forgotten", async () => {
  await using at = await world({ spec: { fqdn: 'localhost' } });
  await at.ask('POST', maps, { body: configMap('before') });
  const broken = Promise.withResolvers<void>();
  let watches = 0;
  let lists = 0;
  await using server = await serve(at, {
    ...at.clusters.api,
    async handle(exchange) {
      if (!exchange.query.has('watch')) lists += 1;
      else {
        watches += 1;
        // The first watch stays silent and breaks off; by then the store has forgotten what it missed.
        if (watches === 1) return { status: 200, headers: { 'Content-Type': 'application/json' }, stream: () => broken.promise };
      }
      return at.clusters.api.handle(exchange);
    },
  });
  const api = server.config.makeApiClient(CoreV1Api);
  const informer = makeInformer(server.config, maps, () => api.listNamespacedConfigMap({ namespace: 'default' }));
  const seen: string[] = [];
  for (const verb of ['add', 'update', 'delete'] as const) {
    informer.on(verb, ({ metadata }) => seen.push(`${verb} ${metadata?.name ?? ''}`));
  }
  try {
    await informer.start();
    await expect.poll(() => watches).toBe(1);
    expect(seen).toContain('add before');
    await at.ask('POST', maps, { body: configMap('missed') });
    await at.ask('DELETE', `${maps}/before`);
    await at.store.compact(at.store.revision);
    broken.resolve();
    await expect.poll(() => seen).toEqual(expect.arrayContaining(['add missed', 'delete before']));
    expect(lists).toBe(2);
    await expect.poll(() => watches).toBe(3);
    await at.ask('PUT', `${maps}/missed`, { body: configMap('missed', { data: { a: '2' } }) });
    await expect.poll(() => seen).toContain('update missed');
  } finally {
    await informer.stop();
  }
});
