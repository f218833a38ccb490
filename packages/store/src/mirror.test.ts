import { array, assert, asyncProperty, constantFrom, option, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collection } from './collection.ts';
import { createMemoryStore } from './memory.ts';
import { mirror, rawSource, type MirrorChange } from './mirror.ts';
import { put, remove, textOf, write } from './testing/builders.ts';
import { transactionOf } from './transaction.ts';

interface Pod {
  readonly node: string;
  readonly labels: readonly string[];
}

const fresh = () => {
  const store = createMemoryStore();
  return { store, pods: collection<Pod>(store, { prefix: 'pods' }) };
};

describe.each(['eager', 'lazy'] as const)('mirror, %s', (decoding) => {
  it('rejects when an item cannot be decoded at the start', async () => {
    const { store, pods } = fresh();
    await write(store, put(pods.key('a'), '{'));
    await expect(mirror(store, pods, { decoding })).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('counts an item that cannot be decoded later as absent, and reports it without its value', async () => {
    const { store, pods } = fresh();
    const reports: string[] = [];
    const copy = await mirror(store, pods, { decoding, report: (message) => reports.push(message) });
    const byNode = copy.index(({ node }) => node);
    await pods.create('a', { node: 'n1', labels: [] });
    await write(store, put(pods.key('a'), '{"hush'));
    expect([copy.get('a'), copy.size, byNode('n1')]).toEqual([undefined, 0, []]);
    expect(reports).toHaveLength(1);
    expect(reports[0]).not.toContain('hush');
  });

  it('has what was there, and what a writer wrote as soon as it goes on', async () => {
    const { store, pods } = fresh();
    await pods.create('a', { node: 'n1', labels: [] });
    const copy = await mirror(store, pods, { decoding });
    expect([copy.get('a')?.node, copy.size, copy.revision]).toEqual(['n1', 1, 1]);
    await pods.put('b', { node: 'n2', labels: [] });
    expect(copy.item('b')).toEqual({ id: 'b', value: { node: 'n2', labels: [] }, revision: 2, createRevision: 2 });
    await pods.delete('a');
    expect([copy.get('a'), [...copy.values()].map(({ node }) => node), copy.revision]).toEqual([undefined, ['n2'], 3]);
    expect([...copy.items()].map(({ id }) => id)).toEqual(['b']);
  });

  it('tells changes once all of their transaction are in place', async () => {
    const { store, pods } = fresh();
    const copy = await mirror(store, pods, { decoding });
    const heard: [MirrorChange<Pod>, number][] = [];
    const stop = copy.onChange((change) => heard.push([change, copy.size]));
    const value = { node: 'n1', labels: [] };
    await store.txn(transactionOf([pods.putOperation('a', value), pods.putOperation('b', value)]));
    await pods.delete('a');
    expect(heard.map(([{ id, item, previous, revision }, size]) => [id, item?.value.node, previous?.value.node, revision, size])).toEqual([
      ['a', 'n1', undefined, 1, 2],
      ['b', 'n1', undefined, 1, 2],
      ['a', undefined, 'n1', 2, 1],
    ]);
    stop();
    await pods.delete('b');
    expect(heard).toHaveLength(3);
  });

  it('does not change once closed', async () => {
    const { store, pods } = fresh();
    const copy = await mirror(store, pods, { decoding });
    copy.close();
    await pods.create('a', { node: 'n1', labels: [] });
    expect(copy.size).toBe(0);
  });

  it('mirrors raw keys', async () => {
    const store = createMemoryStore();
    const copy = await mirror(store, rawSource('raw/'), { decoding });
    await write(store, put('raw/a', '1'), put('other', '2'));
    expect([copy.size, textOf(copy.get('a'))]).toEqual([1, '1']);
  });

  it('does not copy upon repeated look-ups', async () => {
    const { store, pods } = fresh();
    const byNode = (await mirror(store, pods, { decoding })).index(({ node }) => node);
    await pods.create('a', { node: 'n1', labels: [] });
    expect(byNode('n1')).toBe(byNode('n1'));
    expect(byNode('none')).toBe(byNode('nothing'));
  });

  it('files a value once under a key that is named twice, and not at all once it is gone', async () => {
    const { store, pods } = fresh();
    await pods.create('a', { node: 'n1', labels: ['x', 'x'] });
    const byLabel = (await mirror(store, pods, { decoding })).index(({ labels }) => labels);
    expect(byLabel('x')).toHaveLength(1);
    await pods.put('b', { node: 'n1', labels: ['x', 'x'] });
    await pods.delete('a');
    expect(byLabel('x').map(({ node }) => node)).toEqual(['n1']);
    await pods.delete('b');
    expect(byLabel('x')).toEqual([]);
  });

  it('finds what is filed although more lists were asked for than are kept', async () => {
    const { store, pods } = fresh();
    const nodes = Array.from({ length: 8200 }, (_, number) => `n${number}`);
    for (let at = 0; at < nodes.length; at += 820) {
      const some = nodes.slice(at, at + 820);
      // Each transaction builds on the one before.
      // oxlint-disable-next-line no-await-in-loop
      await store.txn(transactionOf(some.map((node) => pods.putOperation(node, { node, labels: [] }))));
    }
    const byNode = (await mirror(store, pods, { decoding })).index(({ node }) => node);
    expect(nodes.every((node) => byNode(node)[0]?.node === node)).toBe(true);
    await pods.put('n0', { node: 'n0', labels: ['new'] });
    expect([byNode('n0')[0]?.labels, byNode('n8199')[0]?.node]).toEqual([['new'], 'n8199']);
  });

  it('keeps its indexes equal to a scan, whatever happens', async () => {
    const id = constantFrom('a', 'b', 'c');
    const pod = option(tuple(constantFrom('n1', 'n2'), array(constantFrom('x', 'y'), { maxLength: 3 })));
    await assert(
      asyncProperty(array(tuple(id, pod), { maxLength: 20 }), async (steps) => {
        const { store, pods } = fresh();
        await pods.create('a', { node: 'n1', labels: ['x'] });
        const copy = await mirror(store, pods, { decoding });
        const byNode = copy.index(({ node }) => (node === 'n2' ? undefined : node));
        const byLabel = copy.index(({ labels }) => labels);
        for (const [name, value] of steps) {
          if (value === null) await write(store, remove(pods.key(name)));
          else await pods.put(name, { node: value[0], labels: value[1] });
          const all = [...copy.values()];
          expect(new Set(byNode('n1'))).toEqual(new Set(all.filter(({ node }) => node === 'n1')));
          expect(byNode('n2')).toEqual([]);
          for (const label of ['x', 'y']) {
            const found = byLabel(label);
            expect(found).toHaveLength(all.filter(({ labels }) => labels.includes(label)).length);
            expect(found.every((each) => each.labels.includes(label))).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
