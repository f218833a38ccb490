import { afterEach, describe, expect, it } from 'vitest';
import { CloudError } from './cloud.ts';
import { resourceId, scaleSetId } from './testing/builders.ts';
import { createFakeApi } from './testing/fake-api.ts';
import { rest, startMic, expectSoon, type HarnessOptions, type MicHarness } from './testing/harness.ts';
import { createMemoryCloud } from './testing/memory-cloud.ts';

/** The cases of upstream's own tests of MIC, under upstream's names, each in words of what must hold. */
const started: MicHarness[] = [];
const start = async (options: HarnessOptions = {}): Promise<MicHarness> => {
  const mic = await startMic(options);
  started.push(mic);
  return mic;
};
afterEach(async () => {
  await Promise.all(started.splice(0).map((mic) => mic.stop()));
});

const vmss1 = scaleSetId('vmss1');
const id = (name: string): string => resourceId(name).toLowerCase();

describe('upstream MIC cases', () => {
  it('SimpleMICClient: assigns, and the pod’s end takes the identity away', async () => {
    const mic = await start();
    mic.cluster.node('node1');
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states()[0] === 'default/pod1-default-id1 Assigned');
    expect(mic.assigned()['default/pod1-default-id1']).toMatchObject({ pod: 'pod1', podNamespace: 'default', nodeName: 'node1' });
    expect(mic.assigned()['default/pod1-default-id1']?.object.metadata).toMatchObject({
      labels: { nodename: 'node1' },
      finalizers: ['azureassignedidentity.finalizers.aadpodidentity.k8s.io'],
    });
    expect([...mic.cloud.of(vmss1)]).toEqual([id('id1')]);
    mic.cluster.deletePod('pod1');
    await expectSoon(() => mic.states().length === 0);
    expect([...mic.cloud.of(vmss1)]).toEqual([]);
    await rest();
    expect(mic.events()).toEqual([
      'Normal binding applied: Binding b1 applied on node node1 for pod pod1-default-id1',
      'Normal binding removed: Binding b1 removed from node node1 for pod pod1',
    ]);
  });

  it('SimpleMICClient: an error of the cloud leaves the status Created', async () => {
    const mic = await start();
    mic.cloud.state.failures.push(new CloudError('failed', 'no'));
    mic.cluster.node('node1');
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.events().some((event) => event.startsWith('Warning binding apply error')));
    expect(mic.states()).toEqual(['default/pod1-default-id1 Created']);
    expect(mic.events()).toEqual([
      'Warning binding apply error: failed to apply binding default/b1 node node1 for pod default/pod1, error: no',
    ]);
  });

  it('UpdateAssignedIdentities: a changed identity is updated in place, and the former one goes', async () => {
    const mic = await start();
    mic.cluster.node('node1');
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states()[0]?.endsWith('Assigned') === true);
    const uid = mic.assigned()['default/pod1-default-id1']?.uid;
    mic.cluster.identity('id1', { spec: { resourceID: resourceId('other') } });
    await expectSoon(
      () => mic.cloud.of(vmss1).has(id('other')) && !mic.cloud.of(vmss1).has(id('id1')) && mic.states()[0]?.endsWith('Assigned') === true,
    );
    expect(mic.assigned()['default/pod1-default-id1']).toMatchObject({ uid, identity: { resourceId: resourceId('other') } });
  });

  it('UpdateAssignedIdentities: a pod that moved has its object updated and its former scale set cleaned', async () => {
    const mic = await start();
    mic.cluster.node('node1');
    mic.cluster.node('node2', 'vmss2');
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states()[0]?.endsWith('Assigned') === true);
    mic.cluster.pod('pod1', { node: 'node2' });
    await expectSoon(() => mic.cloud.of(scaleSetId('vmss2')).has(id('id1')) && mic.cloud.of(vmss1).size === 0);
    await expectSoon(() => mic.states()[0]?.endsWith('Assigned') === true);
    expect(mic.assigned()['default/pod1-default-id1']?.object.metadata).toMatchObject({ labels: { nodename: 'node2' } });
  });

  it('AddUpdateDel: additions, changes and removals at the same time', async () => {
    const mic = await start();
    mic.cluster.node('node1');
    for (const name of ['a', 'b', 'c']) {
      mic.cluster.identity(name);
      mic.cluster.binding(`b-${name}`, name, { selector: name });
    }
    mic.cluster.pod('gone', { label: 'a' });
    mic.cluster.pod('changed', { label: 'b' });
    await expectSoon(() => mic.states().filter((state) => state.endsWith('Assigned')).length === 2);
    mic.cluster.deletePod('gone');
    mic.cluster.identity('b', { spec: { resourceID: resourceId('b2') } });
    mic.cluster.pod('new', { label: 'c' });
    await expectSoon(
      () => mic.states().join() === 'default/changed-default-b Assigned,default/new-default-c Assigned' && mic.cloud.of(vmss1).size === 2,
    );
    expect([...mic.cloud.of(vmss1)].toSorted()).toEqual([id('b2'), id('c')]);
  });

  it('AddDelMICClient: one binding goes, the others stay', async () => {
    const mic = await start();
    mic.cluster.node('node1');
    for (const name of ['id1', 'id2']) {
      mic.cluster.identity(name);
      mic.cluster.binding(`b-${name}`, name);
    }
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states().filter((state) => state.endsWith('Assigned')).length === 2);
    mic.cluster.deleteBinding('b-id1');
    await expectSoon(() => mic.states().join() === 'default/pod1-default-id2 Assigned');
    expect([...mic.cloud.of(vmss1)]).toEqual([id('id2')]);
  });

  it('MicAddDelVMSS: an identity stays on the scale set until its last pod goes', async () => {
    const mic = await start();
    mic.cluster.node('node1', 'vmss1', 0);
    mic.cluster.node('node2', 'vmss1', 1);
    mic.cluster.node('node3', 'vmss2', 0);
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    for (const [pod, node] of Object.entries({ p1: 'node1', p2: 'node2', p3: 'node3' })) mic.cluster.pod(pod, { node });
    await expectSoon(() => mic.states().filter((state) => state.endsWith('Assigned')).length === 3);
    mic.cluster.deletePod('p1');
    await expectSoon(() => mic.states().length === 2);
    expect(mic.cloud.of(vmss1).has(id('id1'))).toBe(true);
    mic.cluster.deletePod('p2');
    await expectSoon(() => mic.states().length === 1);
    expect(mic.cloud.of(vmss1).has(id('id1'))).toBe(false);
    expect(mic.cloud.of(scaleSetId('vmss2')).has(id('id1'))).toBe(true);
  });

  it('MICStateFlow: failed removal stays Assigned, failed deletion Unassigned, and both are cleaned up later', async () => {
    const mic = await start({ settings: { syncRetry: 20 } });
    mic.cluster.node('node1');
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states()[0]?.endsWith('Assigned') === true);
    mic.cloud.state.before = async () => Promise.reject(new CloudError('failed', 'no'));
    mic.cluster.deletePod('pod1');
    await expectSoon(() => mic.events().some((event) => event.startsWith('Warning binding remove error')));
    expect(mic.states()).toEqual(['default/pod1-default-id1 Assigned']);
    mic.api.hooks.intercept = ({ method }) => (method === 'DELETE' ? 500 : undefined);
    mic.cloud.state.before = undefined;
    const patient = { interval: 5, timeout: 5_000 };
    await expect.poll(() => mic.states(), patient).toEqual(['default/pod1-default-id1 Unassigned']);
    expect([...mic.cloud.of(vmss1)]).toEqual([]);
    mic.api.hooks.intercept = () => undefined;
    await expect.poll(() => mic.states(), patient).toEqual([]);
  });

  it('ForceNamespaced: same names in two namespaces stay apart', async () => {
    const mic = await start({ settings: { forceNamespaced: true } });
    mic.cluster.node('node1');
    for (const namespace of ['ns1', 'ns2']) {
      mic.cluster.identity('same', { namespace, spec: { resourceID: resourceId(namespace) } });
      mic.cluster.binding('same', 'same', { namespace });
      mic.cluster.pod('pod', { namespace });
    }
    await expectSoon(() => mic.states().filter((state) => state.endsWith('Assigned')).length === 2);
    expect(mic.states()).toEqual(['ns1/pod-ns1-same Assigned', 'ns2/pod-ns2-same Assigned']);
    expect(mic.assigned()['ns1/pod-ns1-same']?.identity?.resourceId).toBe(resourceId('ns1'));
  });

  it('SyncRetryLoop: the ticker tries a failed deletion again', async () => {
    const mic = await start({ settings: { syncRetry: 20 } });
    mic.cluster.node('node1');
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states()[0]?.endsWith('Assigned') === true);
    mic.cloud.state.failures.push(new CloudError('failed', 'no'));
    mic.cluster.deletePod('pod1');
    await expect.poll(() => mic.states().length, { interval: 5, timeout: 5_000 }).toBe(0);
    expect(mic.cloud.state.updates).toBeGreaterThanOrEqual(3);
  });

  it('SyncNodeNotFound: the objects of nodes that are gone are deleted, others stay', async () => {
    const mic = await start();
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    for (let index = 0; index < 10; index += 1) {
      mic.cluster.node(`node${String(index)}`, 'vmss1', index);
      mic.cluster.pod(`pod${String(index)}`, { node: `node${String(index)}` });
    }
    await expectSoon(() => mic.states().filter((state) => state.endsWith('Assigned')).length === 10);
    for (let index = 0; index < 5; index += 1) mic.cluster.deleteNode(`node${String(index)}`);
    await expectSoon(() => mic.states().length === 5);
    expect(mic.states()).toEqual([5, 6, 7, 8, 9].map((index) => `default/pod${String(index)}-default-id1 Assigned`));
    expect(mic.cloud.of(vmss1).has(id('id1'))).toBe(true);
  });

  it('SyncNodeNotFound: after a restart, objects of unknown nodes go without the cloud', async () => {
    const first = await start();
    first.cluster.node('node1');
    first.cluster.identity('id1');
    first.cluster.binding('b1', 'id1');
    first.cluster.pod('pod1');
    await expectSoon(() => first.states()[0]?.endsWith('Assigned') === true);
    await first.stop();
    first.cluster.deleteNode('node1');
    const updates = first.cloud.state.updates;
    const second = await start({ api: first.api, cloud: first.cloud });
    await expectSoon(() => second.states().length === 0);
    expect(second.cloud.state.updates).toBe(updates);
  });

  it('SyncExit: ends when it is told to, with work under way', async () => {
    const mic = await start();
    mic.cloud.state.before = () => rest(5);
    mic.cluster.node('node1');
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.cloud.state.updates === 1);
    await mic.stop();
    const calls = mic.api.calls.length;
    mic.cluster.pod('pod2');
    await rest();
    expect(mic.api.calls.length).toBe(calls);
  });

  it('VMSSWithImmutableIdentities: never taken away, whatever the case of the id', async () => {
    const mic = await start({ settings: { immutable: new Set(['client-keep']) } });
    mic.cluster.node('node1');
    for (const [name, clientID] of Object.entries({ keep: 'Client-KEEP', drop: 'client-drop' })) {
      mic.cluster.identity(name, { spec: { clientID } });
      mic.cluster.binding(`b-${name}`, name);
    }
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states().filter((state) => state.endsWith('Assigned')).length === 2);
    mic.cluster.deletePod('pod1');
    await expectSoon(() => mic.states().length === 0);
    expect([...mic.cloud.of(vmss1)]).toEqual([id('keep')]);
  });

  it('CloudProviderRetryLoop: a bad identity stays Created, the good one is Assigned, and later ones are not held up', async () => {
    const mic = await start();
    mic.cloud.state.bad.add(id('bad'));
    mic.cluster.node('node1');
    for (const name of ['bad', 'good', 'later']) mic.cluster.identity(name);
    mic.cluster.binding('b-bad', 'bad');
    mic.cluster.binding('b-good', 'good');
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states().join() === 'default/pod1-default-bad Created,default/pod1-default-good Assigned');
    const before = mic.cloud.state.updates;
    mic.cluster.binding('b-later', 'later');
    await expectSoon(() => mic.states().includes('default/pod1-default-later Assigned'));
    expect(mic.cloud.state.updates).toBe(before + 1);
    expect(mic.states()).toContain('default/pod1-default-bad Created');
    mic.cloud.state.bad.clear();
    mic.cluster.identity('bad', { spec: { clientID: 'touched' } });
    await expectSoon(() => mic.states().every((state) => state.endsWith('Assigned')));
  });

  it('GenerateIdentityAssignmentState: what is missing on the scale set is brought back, nothing is removed', async () => {
    const mic = await start({ settings: { reconcileInterval: 20 } });
    mic.cluster.node('node1');
    mic.cluster.identity('id1');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.pod('pod1');
    mic.cluster.node('broken', 'elsewhere');
    mic.cloud.state.gone.add(scaleSetId('elsewhere'));
    mic.cluster.pod('pod2', { node: 'broken' });
    await expectSoon(() => mic.states().includes('default/pod1-default-id1 Assigned'));
    mic.cloud.of(vmss1).clear();
    mic.cloud.of(vmss1).add(id('somebody-elses'));
    await expect
      .poll(() => [...mic.cloud.of(vmss1)].toSorted(), { interval: 5, timeout: 5_000 })
      .toEqual([id('id1'), id('somebody-elses')]);
  });
});

describe('upstream MapMICClient', () => {
  const cases: readonly (readonly [string, object, boolean])[] = [
    ['a valid identity', {}, true],
    ['an invalid resource id', { resourceID: '/subscriptions/1/resourceGroups/2/userAssignedIdentities/3' }, false],
    ['a service principal without resource id', { type: 1, resourceID: '' }, true],
    ['an unknown type', { type: 7 }, false],
  ];
  it.each(cases)('%s', async (_name, spec, present) => {
    const mic = await start();
    mic.cluster.node('node1');
    mic.cluster.identity('id1', { spec });
    mic.cluster.identity('sentinel');
    mic.cluster.binding('b1', 'id1');
    mic.cluster.binding('b2', 'sentinel');
    mic.cluster.pod('pod1');
    await expectSoon(() => mic.states().includes('default/pod1-default-sentinel Assigned'));
    await rest();
    expect(mic.states().includes('default/pod1-default-id1 Assigned')).toBe(present);
  });

  it('an identity of another namespace, or of none, is not found', async () => {
    const mic = await start();
    mic.cluster.node('node1');
    mic.cluster.identity('id1', { namespace: 'other' });
    mic.cluster.binding('wrong', 'id1');
    mic.cluster.binding('unknown', 'nobody');
    mic.cluster.pod('pod1');
    await rest(200);
    expect(mic.states()).toEqual([]);
    mic.cluster.binding('right', 'id1', { namespace: 'other' });
    await expectSoon(() => mic.states().join() === 'default/pod1-default-id1 Assigned');
  });
});

it('a leader that takes over finishes what the former one began', async () => {
  const api = createFakeApi();
  const cloud = createMemoryCloud();
  const first = await start({ api, cloud });
  first.cluster.node('node1');
  for (const name of ['id1', 'id2']) first.cluster.identity(name);
  first.cluster.binding('b1', 'id1');
  first.cluster.pod('pod1');
  await expectSoon(() => first.states()[0]?.endsWith('Assigned') === true);
  // Cut off between the object and the cloud.
  cloud.state.before = async () => Promise.reject(new CloudError('failed', 'cut off'));
  first.cluster.binding('b2', 'id2');
  await expectSoon(() => first.states().includes('default/pod1-default-id2 Created'));
  await first.stop();
  cloud.state.before = undefined;
  first.cluster.deleteBinding('b1');
  const second = await start({ api, cloud });
  await expectSoon(() => second.states().join() === 'default/pod1-default-id2 Assigned');
  expect([...cloud.of(vmss1)]).toEqual([id('id2')]);
});
