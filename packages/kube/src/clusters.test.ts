import { createEnvelope, createKeyPool } from '@podpass/crypto';
import { createClock } from '@podpass/kernel';
import { createMemoryStore, type Store } from '@podpass/store';
import { silentTelemetry } from '@podpass/telemetry';
import { describe, expect, it } from 'vitest';
import { createClusters } from './clusters.ts';
import { exchangeOf, replyOf, spec, world } from './testing/harness.ts';

const open = (store: Store, keyPool = createKeyPool({ size: 0 })) =>
  createClusters({
    store,
    clock: createClock(),
    telemetry: silentTelemetry(),
    envelope: createEnvelope(Buffer.alloc(32, 7)),
    wire: { request: () => Promise.reject(new Error('no')), lines: async function* () {}, close: () => Promise.resolve() },
    keyPool,
    issuerHostSuffix: '.oic.prod-aks.azure.com',
  });

describe('clusters', () => {
  it.each([
    ['an issuer over http', { issuer: 'http://a.example/' }],
    ['an issuer that is none', { issuer: 'x' }],
    ['an issuer with a query', { issuer: 'https://a.example/?b' }],
    ['a uid that leaves its place', { uid: 'a/b' }],
  ])('are refused with %s', async (_what, over) => {
    await using at = await world();
    await expect(async () => at.clusters.create(spec(over))).rejects.toMatchObject({ code: 'invalid' });
  });

  it('cannot be changed when they do not exist', async () => {
    await using at = await world();
    await expect(at.clusters.update(spec())).rejects.toMatchObject({ code: 'not-found' });
  });

  it('write the status that a fault brings into the body too', async () => {
    await using at = await world();
    const fault = { kind: 'malformed-request', message: 'Another name.' } as const;
    for (const [given, status] of [
      [fault, 400],
      [{ ...fault, status: 421 }, 421],
    ] as const) {
      const answer = replyOf(at.clusters.api.fault(given));
      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject({ kind: 'Status', code: status, reason: 'BadRequest' });
      expect(at.clusters.issuers.fault(given).status).toBe(status);
    }
  });

  it('are not opened under another master key', async () => {
    const at = await world();
    await at.clusters.close();
    const other = createClusters({
      store: at.store,
      clock: createClock(),
      telemetry: silentTelemetry(),
      envelope: createEnvelope(Buffer.alloc(32, 8)),
      wire: { request: () => Promise.reject(new Error('no')), lines: async function* () {}, close: () => Promise.resolve() },
      keyPool: createKeyPool({ size: 0 }),
      issuerHostSuffix: '.x',
    });
    await expect(other).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('come into being once, however often they are asked for', async () => {
    const store = createMemoryStore();
    const clusters = await open(store);
    const wanted = spec();
    const [first, second] = await Promise.all([clusters.create(wanted), clusters.create(wanted)]);
    expect(first).toBe(second);
    expect(await clusters.create(wanted)).toBe(first);
    expect(clusters.list()).toEqual([first]);
    await clusters.close();
  });

  it('move to another name and issuer', async () => {
    await using at = await world();
    const moved = { ...at.cluster.spec, fqdn: 'green.hcp.westeurope.azmk8s.io', publishIssuer: false };
    await at.clusters.update(moved);
    const version = async (host: string) => replyOf(await at.clusters.api.handle(exchangeOf(host, 'GET', '/version'))).status;
    expect(await version('green.hcp.westeurope.azmk8s.io')).toBe(200);
    expect(await version('blue.hcp.westeurope.azmk8s.io')).toBe(503);
    await using again = await world({ store: at.store });
    expect(again.cluster.spec).toEqual(moved);
  });

  it('see nothing of each other', async () => {
    await using at = await world();
    await at.clusters.create(spec({ name: 'other', fqdn: 'other.azmk8s.io' }));
    const token = await at.ask('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', { body: {} });
    const bearer = (token.body['status'] as { token: string }).token;
    const reply = replyOf(await at.clusters.api.handle(exchangeOf('other.azmk8s.io', 'GET', '/api', { token: bearer })));
    expect(reply.status).toBe(401);
  });

  it('whose deletion was cut short leave nothing after the next start', async () => {
    const store = createMemoryStore();
    await store.txn({ then: [{ op: 'put', key: '/kube/gone/core/pods/default/a', value: Buffer.from('{"metadata":{"name":"a"}}') }] });
    const first = await open(store);
    expect((await store.list('/kube/')).items).toEqual([]);
    await first.close();
  });
});
