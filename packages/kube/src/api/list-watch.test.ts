import { describe, expect, it } from 'vitest';
import type { Fields } from '../object/types.ts';
import { limits } from '../wire.ts';
import { configMap, eventually, pod, world, type World } from '../testing/harness.ts';

const maps = '/api/v1/namespaces/work/configmaps';
const namesOf = (body: Fields) => (body['items'] as { metadata: { name: string } }[]).map((item) => item.metadata.name);
const metadataOf = (body: unknown) => ((body as Fields)['metadata'] ?? {}) as Record<string, string>;
const objectOf = (frame: Fields | undefined) => (frame?.['object'] ?? {}) as Fields;

/** A namespace with nothing but its root CA config map, and `count` maps in it. */
const filled = async (count: number): Promise<World> => {
  const at = await world();
  await at.ask('POST', '/api/v1/namespaces', { body: { metadata: { name: 'work' } } });
  await eventually(async () => ((await at.ask('GET', `${maps}/kube-root-ca.crt`)).status === 200 ? true : undefined));
  await at.ask('DELETE', '/api/v1/namespaces/work/configmaps/x');
  for (let index = 0; index < count; index += 1) {
    await at.ask('POST', maps, {
      body: configMap(`m${index}`, { metadata: { name: `m${index}`, labels: { even: String(index % 2 === 0) } } }),
    });
  }
  return at;
};
const own = 'labelSelector=even';

describe('lists', () => {
  it.each([
    ['resourceVersionMatch=Exact', 422],
    ['resourceVersion=0&resourceVersionMatch=Exact', 422],
    ['resourceVersion=1&resourceVersionMatch=Maybe', 422],
    ['sendInitialEvents=true', 422],
    ['continue=nonsense', 400],
    ['resourceVersion=x', 400],
    ['limit=x', 400],
    ['labelSelector=a%3D%3D%3D', 400],
    ['labelSelector=a+in+(', 400],
    ['fieldSelector=spec.foo%3D1', 400],
    ['fieldSelector=nonsense', 400],
    ['resourceVersion=999999', 504],
  ])('refuse %s', async (query, code) => {
    await using at = await filled(0);
    const reply = await at.ask('GET', `${maps}?${query}`);
    expect(reply.body).toMatchObject({ kind: 'Status', code });
  });

  it('come in pages of one and the same revision', async () => {
    await using at = await filled(5);
    const first = await at.ask('GET', `${maps}?limit=2`);
    expect(namesOf(first.body)).toEqual(['kube-root-ca.crt', 'm0']);
    expect(metadataOf(first.body)).toMatchObject({ remainingItemCount: 4 });
    await at.ask('DELETE', `${maps}/m1`);
    await at.ask('POST', maps, { body: configMap('m11') });
    const second = await at.ask('GET', `${maps}?limit=3&continue=${metadataOf(first.body)['continue'] ?? ''}`);
    expect(namesOf(second.body)).toEqual(['m1', 'm2', 'm3']);
    expect(metadataOf(second.body)['resourceVersion']).toBe(metadataOf(first.body)['resourceVersion']);
    const third = await at.ask('GET', `${maps}?limit=3&continue=${metadataOf(second.body)['continue'] ?? ''}`);
    expect(namesOf(third.body)).toEqual(['m4']);
    expect(metadataOf(third.body)).not.toHaveProperty('continue');
    const exact = await at.ask(
      'GET',
      `${maps}?resourceVersionMatch=Exact&resourceVersion=${metadataOf(first.body)['resourceVersion'] ?? ''}`,
    );
    expect(namesOf(exact.body)).toContain('m1');
    expect(namesOf(exact.body)).not.toContain('m11');
  });

  it('say when their pages have expired, and how to go on', async () => {
    await using at = await filled(3);
    const first = await at.ask('GET', `${maps}?limit=1`);
    await at.ask('DELETE', `${maps}/m1`);
    await at.store.compact(at.store.revision);
    const expired = await at.ask('GET', `${maps}?continue=${metadataOf(first.body)['continue'] ?? ''}`);
    expect(expired.body).toMatchObject({ code: 410, reason: 'Expired', metadata: { continue: expect.any(String) as string } });
    const rest = await at.ask('GET', `${maps}?continue=${metadataOf(expired.body)['continue'] ?? ''}`);
    expect(namesOf(rest.body)).toEqual(['m0', 'm2']);
  });

  it.each([
    ['labelSelector=even%3Dtrue', ['m0', 'm2']],
    ['labelSelector=even%21%3Dtrue', ['kube-root-ca.crt', 'm1']],
    ['labelSelector=even+in+(false,maybe)', ['m1']],
    ['labelSelector=%21even', ['kube-root-ca.crt']],
    ['fieldSelector=metadata.name%3Dm1', ['m1']],
    ['fieldSelector=metadata.name%21%3Dm1,metadata.namespace%3Dwork&labelSelector=even', ['m0', 'm2']],
  ])('select with %s', async (query, expected) => {
    await using at = await filled(3);
    expect(namesOf((await at.ask('GET', `${maps}?${query}`)).body)).toEqual(expected);
  });

  it('are tables for those who ask for tables', async () => {
    await using at = await filled(1);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const table = await at.ask('GET', `${maps}?${own}`, { headers: { accept } });
    expect(table.body).toMatchObject({
      kind: 'Table',
      metadata: { resourceVersion: expect.any(String) as string },
      rows: [{ cells: ['m0', 1, expect.any(String) as string], object: { kind: 'PartialObjectMetadata', metadata: { name: 'm0' } } }],
    });
    const partial = await at.ask('GET', `${maps}/m0`, {
      headers: { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' },
    });
    expect(partial.body).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'm0' } });
    expect(partial.body).not.toHaveProperty('data');
  });
});

describe('watches', () => {
  it.each([
    ['sendInitialEvents=true', 422],
    ['resourceVersionMatch=NotOlderThan', 422],
    ['sendInitialEvents=true&resourceVersionMatch=Exact', 422],
    ['resourceVersion=999999&sendInitialEvents=true&resourceVersionMatch=NotOlderThan', 504],
  ])('refuse %s', async (query, code) => {
    await using at = await filled(0);
    expect((await at.ask('GET', `${maps}?watch=true&${query}`)).body).toMatchObject({ kind: 'Status', code });
  });

  it('replay what came after a revision, then go on', async () => {
    await using at = await filled(1);
    const { resourceVersion } = metadataOf((await at.ask('GET', maps)).body);
    await at.ask('PUT', `${maps}/m0`, { body: configMap('m0', { data: { a: '2' } }) });
    const watching = await at.watch(`${maps}?watch=true&resourceVersion=${resourceVersion ?? ''}`);
    await watching.wait(1);
    await at.ask('DELETE', `${maps}/m0`);
    const frames = await watching.wait(2);
    expect(frames.map((frame) => frame['type'])).toEqual(['MODIFIED', 'DELETED']);
    expect(objectOf(frames[0])).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { a: '2' } });
    expect(Number(metadataOf(objectOf(frames[1]))['resourceVersion'])).toBe(at.store.revision);
    watching.stop();
    await watching.ended;
  });

  it('show objects that begin and cease to match', async () => {
    await using at = await filled(1);
    const watching = await at.watch(`${maps}?watch=true&labelSelector=even%3Dfalse`);
    const relabel = (value: string) =>
      at.ask('PATCH', `${maps}/m0`, {
        body: { metadata: { labels: { even: value } } },
        headers: { 'content-type': 'application/merge-patch+json' },
      });
    await relabel('false');
    await relabel('true');
    await relabel('true');
    const frames = await watching.wait(2);
    expect(frames.map((frame) => frame['type'])).toEqual(['ADDED', 'DELETED']);
    expect(Number(metadataOf(objectOf(frames[1]))['resourceVersion'])).toBe(at.store.revision);
    watching.stop();
    await watching.ended;
  });

  it('begin with the present objects and mark their end for streaming lists', async () => {
    await using at = await filled(2);
    const watching = await at.watch(
      `${maps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&${own}`,
    );
    const frames = await watching.wait(3);
    expect(frames.map((frame) => frame['type'])).toEqual(['ADDED', 'ADDED', 'BOOKMARK']);
    expect(objectOf(frames[2])).toMatchObject({
      kind: 'ConfigMap',
      metadata: { annotations: { 'k8s.io/initial-events-end': 'true' }, resourceVersion: String(at.store.revision) },
    });
    await at.ask('POST', maps, { body: configMap('m9', { metadata: { name: 'm9', labels: { even: 'false' } } }) });
    expect((await watching.wait(4))[3]).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'm9' } } });
    watching.stop();
    await watching.ended;
  });

  it('end at their deadline with a bookmark before', async () => {
    await using at = await filled(1);
    const watching = await at.watch(`${maps}?watch=true&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion=${at.store.revision}`);
    await watching.ended;
    expect(watching.frames.map((frame) => frame['type'])).toEqual(['BOOKMARK']);
  });

  it('from a forgotten revision end with 410 in an ERROR event', async () => {
    await using at = await filled(2);
    await at.store.compact(at.store.revision);
    const watching = await at.watch(`${maps}?watch=true&resourceVersion=1`);
    await watching.ended;
    expect(watching.frames).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }]);
  });

  it('are refused beyond the bound of the cluster, until one ends', async () => {
    await using at = await filled(1);
    const open = await Promise.all(Array.from({ length: limits.watches }, () => at.watch(`${maps}?watch=true`)));
    expect((await at.ask('GET', `${maps}?watch=true`)).body).toMatchObject({ code: 429, reason: 'TooManyRequests' });
    for (const watching of open) watching.stop();
    await Promise.all(open.map((watching) => watching.ended));
    const again = await at.watch(`${maps}?watch=true`);
    again.stop();
    await again.ended;
  });

  it('give tables to those who ask for tables', async () => {
    await using at = await filled(1);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const watching = await at.watch(`${maps}?watch=true&${own}`, { headers: { accept } });
    expect((await watching.wait(1))[0]).toMatchObject({
      type: 'ADDED',
      object: { kind: 'Table', rows: [{ cells: ['m0', 1, expect.anything() as string] }] },
    });
    watching.stop();
    await watching.ended;
  });

  it('end when the cluster goes away', async () => {
    await using at = await filled(0);
    const watching = await at.watch(`${maps}?watch=true`);
    await at.clusters.delete(at.cluster.spec.uid);
    await expect(watching.ended).resolves.toBeUndefined();
  });

  it('follow pods by node, as kubelets do', async () => {
    await using at = await filled(0);
    const pods = '/api/v1/namespaces/work/pods';
    await at.ask('POST', pods, { body: pod('a') });
    const watching = await at.watch('/api/v1/pods?watch=true&fieldSelector=spec.nodeName%3Dn1');
    await at.ask('POST', `${pods}/a/binding`, { body: { target: { kind: 'Node', name: 'n1' } } });
    expect((await watching.wait(1))[0]).toMatchObject({ type: 'ADDED', object: { spec: { nodeName: 'n1' } } });
    watching.stop();
    await watching.ended;
  });
});
