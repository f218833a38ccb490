import { describe, expect, it } from 'vitest';
import { eventually, pod, world } from '../testing/harness.ts';
import { addNode, apps, aWhile, itemsAt, metadataOf, podsPath, specAt, statusAt, workload } from './workloads/workloads.fixture.ts';
import type { Fields } from '../object/types.ts';

/** A node that takes so many pods. */
const small = (pods: string) => ({
  status: { conditions: [{ type: 'Ready', status: 'True' }], allocatable: { pods } },
});
const placed = (found: readonly Fields[]) => found.filter((entry) => specAt(entry)['nodeName'] !== undefined);
const why = (entry: Fields | undefined) => JSON.stringify(statusAt(entry)['conditions'] ?? []);

describe('a node', () => {
  it('gets no more pods than it says it takes, and the next one when a place is free', async () => {
    await using at = await world();
    await addNode(at, 'n1', small('2'));
    for (const name of ['a', 'b', 'c']) await at.ask('POST', podsPath, { body: pod(name) });
    const full = await eventually(async () => {
      const found = await itemsAt(at, podsPath);
      return placed(found).length === 2 && why(found[2]).includes('Unschedulable') ? found : undefined;
    });
    expect(why(full[2])).toContain('0/1 nodes are available: 1 Too many pods.');
    // One that has ended takes no place any more.
    const headers = { 'content-type': 'application/merge-patch+json' };
    await at.ask('PATCH', `${podsPath}/a/status`, { headers, body: { status: { phase: 'Succeeded' } } });
    await eventually(async () => (placed(await itemsAt(at, podsPath)).length === 3 ? true : undefined));
    await at.ask('POST', podsPath, { body: pod('d') });
    await eventually(async () => (why((await at.ask('GET', `${podsPath}/d`)).body).includes('Too many pods') ? true : undefined));
    await at.ask('DELETE', `${podsPath}/b`, { body: { gracePeriodSeconds: 0 } });
    await eventually(async () => (specAt((await at.ask('GET', `${podsPath}/d`)).body)['nodeName'] === 'n1' ? true : undefined));
  });

  it('that does not say how many it takes gets all', async () => {
    await using at = await world();
    await addNode(at, 'n1');
    for (const name of ['a', 'b', 'c']) await at.ask('POST', podsPath, { body: pod(name) });
    const found = await eventually(async () => {
      const all = placed(await itemsAt(at, podsPath));
      return all.length === 3 ? all : undefined;
    });
    expect(found.map((entry) => specAt(entry)['nodeName'])).toEqual(['n1', 'n1', 'n1']);
  });
});

describe('a replica set', () => {
  it('of any number does not make pods without end that find no place', async () => {
    await using at = await world();
    expect((await at.ask('POST', `${apps}/replicasets`, { body: workload('ReplicaSet', { spec: { replicas: 2_000_000 } }) })).status).toBe(
      201,
    );
    await eventually(async () => ((await itemsAt(at, podsPath)).length >= 500 ? true : undefined));
    await aWhile();
    const waiting = await itemsAt(at, podsPath);
    expect(waiting).toHaveLength(500);
    // With each one that is placed another may come.
    const [first] = waiting;
    await at.ask('POST', `${podsPath}/${metadataOf(first).name}/binding`, {
      body: { apiVersion: 'v1', kind: 'Binding', metadata: { name: metadataOf(first).name }, target: { kind: 'Node', name: 'n1' } },
    });
    await eventually(async () => ((await itemsAt(at, podsPath)).length === 501 ? true : undefined));
  });
});
