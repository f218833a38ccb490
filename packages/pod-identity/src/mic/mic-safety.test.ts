import { afterEach, describe, expect, it } from 'vitest';
import { crdPath } from '../crds/index.ts';
import { CloudError } from './cloud.ts';
import { resourceId, scaleSetId } from './testing/builders.ts';
import { rest, startMic, expectSoon, type HarnessOptions, type MicHarness } from './testing/harness.ts';

const started: MicHarness[] = [];
const start = async (options: HarnessOptions = {}): Promise<MicHarness> => {
  const mic = await startMic(options);
  started.push(mic);
  mic.cluster.node('node1');
  return mic;
};
afterEach(async () => {
  await Promise.all(started.splice(0).map((mic) => mic.stop()));
});
const vmss1 = scaleSetId('vmss1');
const id = (name: string): string => resourceId(name).toLowerCase();

describe('malformed and hostile objects', () => {
  const malformed: readonly (readonly [string, object])[] = [
    ['no spec', {}],
    ['spec null', { spec: null }],
    ['spec a list', { spec: [] }],
    ['numbers for strings', { spec: { azureIdentity: 1, selector: 2, resourceID: 3, type: '0' } }],
    ['objects for strings', { spec: { azureIdentity: {}, selector: {}, resourceID: {} } }],
    ['labels a string', { metadata: { labels: 'x', annotations: 7 }, spec: { podLabels: 'x' } }],
    ['an endless id', { spec: { resourceID: `/subscriptions/${'a/'.repeat(5_000)}` } }],
    ['names of prototypes', { spec: { azureIdentity: '__proto__', selector: 'constructor' } }],
  ];
  it.each(malformed)('%s: the others are served', async (_name, object) => {
    const mic = await start();
    for (const kind of ['identity', 'binding', 'assigned', 'exception'] as const)
      mic.api.put(crdPath(kind, 'default'), {
        ...object,
        metadata: { name: 'bad', namespace: 'default', ...(object as { metadata?: object }).metadata },
      });
    mic.api.put('/api/v1/namespaces/default/pods', {
      ...object,
      metadata: { name: 'bad', namespace: 'default', labels: { aadpodidbinding: 'sel' } },
    });
    mic.api.put('/api/v1/nodes', { ...object, metadata: { name: 'bad' } });
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states().join() === 'default/pod1-default-id1 Assigned');
  });

  it('says why an identity is ignored, on one line', async () => {
    const mic = await start();
    mic.cluster.identity('bad', { spec: { resourceID: 'x\ny' } });
    await expectSoon(() =>
      mic.lines.some((line) => line.includes('ignoring azure identity default/bad, error: invalid resource id: "x y", must match')),
    );
  });

  it('a forged assigned identity is taken down and changes no scale set that others need', async () => {
    const mic = await start();
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states()[0]?.endsWith('Assigned') === true);
    const real = mic.assigned()['default/pod1-default-id1']?.object as { spec: object; metadata: object };
    mic.api.put(crdPath('assigned', 'default'), {
      ...real,
      metadata: { name: 'forged', namespace: 'default' },
      spec: { ...real.spec, pod: 'evil' },
    });
    await expectSoon(() => mic.states().join() === 'default/pod1-default-id1 Assigned');
    expect(mic.cloud.of(vmss1).has(id('id1'))).toBe(true);
  });

  it('an assigned identity that somebody deletes by hand comes back', async () => {
    const mic = await start();
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states()[0]?.endsWith('Assigned') === true);
    const uid = mic.assigned()['default/pod1-default-id1']?.uid;
    mic.api.delete(crdPath('assigned', 'default', 'pod1-default-id1'));
    await expectSoon(() => {
      const found = mic.assigned()['default/pod1-default-id1'];
      return found !== undefined && found.uid !== uid && found.status === 'Assigned';
    });
    expect(mic.cloud.of(vmss1).has(id('id1'))).toBe(true);
  });
});

describe('namespaces and names', () => {
  it('a namespaced identity is not given to pods of other namespaces', async () => {
    const mic = await start();
    mic.cluster.identity('own', { namespace: 'ns1', namespaced: true });
    mic.cluster.identity('open', { namespace: 'ns1' });
    mic.cluster.binding('b1', 'own', { namespace: 'ns1' });
    mic.cluster.binding('b2', 'open', { namespace: 'ns1' });
    mic.cluster.pod('thief', { namespace: 'ns2' });
    mic.cluster.pod('owner', { namespace: 'ns1' });
    await expectSoon(() => mic.states().filter((state) => state.endsWith('Assigned')).length === 3);
    expect(mic.states()).toEqual(['default/owner-ns1-open Assigned', 'default/thief-ns2-open Assigned', 'ns1/owner-ns1-own Assigned']);
  });

  it('two identities of one name in two namespaces are both assigned (upstream loses one)', async () => {
    const mic = await start();
    for (const namespace of ['ns1', 'ns2']) {
      mic.cluster.identity('same', { namespace, spec: { resourceID: resourceId(namespace) } });
      mic.cluster.binding('b', 'same', { namespace });
    }
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states().filter((state) => state.endsWith('Assigned')).length === 2);
    expect(mic.states()[0]).toBe('default/pod1-default-same Assigned');
    expect(mic.states()[1]).toMatch(/^default\/pod1-default-same-[0-9a-f]{16} Assigned$/);
    expect([...mic.cloud.of(vmss1)].toSorted()).toEqual([id('ns1'), id('ns2')]);
    mic.cluster.deleteBinding('b', 'ns1');
    await expectSoon(() => mic.states().length === 1 && mic.cloud.of(vmss1).size === 1);
    expect(Object.values(mic.assigned())[0]?.identity?.namespace).toBe('ns2');
  });

  it('two pods whose names run together the same are both served', async () => {
    const mic = await start();
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('a-b', { namespace: 'c' });
    mic.cluster.pod('a', { namespace: 'b-c' });
    await expectSoon(() => mic.states().filter((state) => state.endsWith('Assigned')).length === 2);
    expect(new Set(Object.values(mic.assigned()).map(({ pod, podNamespace }) => `${podNamespace}/${pod}`))).toEqual(
      new Set(['c/a-b', 'b-c/a']),
    );
  });

  it('a pod of the same name in another namespace keeps the identity in use (upstream compares names only)', async () => {
    const mic = await start();
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('pod', { namespace: 'ns1' });
    mic.cluster.pod('pod', { namespace: 'ns2' });
    await expectSoon(() => mic.states().filter((state) => state.endsWith('Assigned')).length === 2);
    mic.cluster.deletePod('pod', 'ns1');
    await expectSoon(() => mic.states().join() === 'default/pod-ns2-id1 Assigned');
    expect(mic.cloud.of(vmss1).has(id('id1'))).toBe(true);
  });
});

describe('scale sets', () => {
  it('a pod that comes to need an identity while it is being taken away has it in the end', async () => {
    const mic = await start();
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states()[0]?.endsWith('Assigned') === true);
    mic.cloud.state.before = async ({ remove }) => {
      if (remove.length === 0) return;
      mic.cloud.state.before = undefined;
      mic.cluster.pod('pod1');
      mic.cluster.pod('pod2');
      await rest(30);
    };
    mic.cluster.deletePod('pod1');
    await expectSoon(() => mic.cloud.state.before === undefined);
    await expectSoon(
      () => mic.states().length === 2 && mic.states().every((state) => state.endsWith('Assigned')) && mic.cloud.of(vmss1).has(id('id1')),
    );
  });

  it('a throttled scale set does not hold up another', async () => {
    const mic = await start();
    mic.cluster.node('node2', 'vmss2');
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cloud.state.failures.push(new CloudError('throttled', 'VMSSUpdate client throttled, retry after: later', 60_000));
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.events().length > 0);
    mic.cluster.pod('pod2', { node: 'node2' });
    await expectSoon(() => mic.states().includes('default/pod2-default-id1 Assigned'));
    expect(mic.states()).toContain('default/pod1-default-id1 Created');
    expect(mic.cloud.state.updates).toBe(2);
  });

  it('identities that no pod was given are never touched', async () => {
    const mic = await start();
    mic.cloud.of(vmss1).add(id('somebody-elses'));
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states()[0]?.endsWith('Assigned') === true);
    mic.cluster.deletePod('pod1');
    await expectSoon(() => mic.states().length === 0);
    expect([...mic.cloud.of(vmss1)]).toEqual([id('somebody-elses')]);
  });

  it('service principals need no machine, and a node that is no instance cannot carry an identity', async () => {
    const mic = await start();
    mic.api.put('/api/v1/nodes', { metadata: { name: 'metal' }, spec: {} });
    mic.cluster.identity('sp', { spec: { type: 1 } });
    mic.cluster.identity('msi');
    mic.cluster.binding('b1', 'sp');
    mic.cluster.binding('b2', 'msi');
    mic.cluster.pod('pod1', { node: 'metal' });
    await expectSoon(() => mic.states().join() === 'default/pod1-default-msi Created,default/pod1-default-sp Assigned');
    await expectSoon(() => mic.events().some((event) => event.includes('no instance of a virtual machine scale set')));
    expect(mic.cloud.state.updates).toBe(0);
  });

  it('pods without a node or with an empty label are passed over', async () => {
    const mic = await start();
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('waiting', { node: '' });
    mic.cluster.pod('unlabelled', { label: '' });
    await rest(100);
    expect(mic.states()).toEqual([]);
    mic.cluster.pod('waiting');
    await expectSoon(() => mic.states().join() === 'default/waiting-default-id1 Assigned');
  });
});
