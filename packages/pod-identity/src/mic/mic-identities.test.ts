import { afterEach, expect, it } from 'vitest';
import { resourceId, scaleSetId } from './testing/builders.ts';
import { expectSoon, startMic, type MicHarness } from './testing/harness.ts';

/** The cases of upstream's end-to-end tests that concern MIC. */
const started: MicHarness[] = [];
const start = async (): Promise<MicHarness> => {
  const mic = await startMic();
  started.push(mic);
  for (const [index, name] of ['node1', 'node2'].entries()) mic.cluster.node(name, 'vmss1', index);
  return mic;
};
afterEach(async () => {
  await Promise.all(started.splice(0).map((mic) => mic.stop()));
});
const vmss1 = scaleSetId('vmss1');
const id = (name: string): string => resourceId(name).toLowerCase();

it('several identities behind one selector, removed one after the other in no order', async () => {
  const mic = await start();
  const names = ['i1', 'i2', 'i3', 'i4', 'i5'];
  for (const name of names) {
    mic.cluster.identity(name);
    mic.cluster.binding(`b-${name}`, name);
  }
  mic.cluster.pod('pod1');
  await expectSoon(() => mic.states().filter((state) => state.endsWith('Assigned')).length === 5);
  const left = new Set(names);
  for (const name of ['i3', 'i5', 'i1', 'i2', 'i4']) {
    mic.cluster.deleteIdentity(name);
    left.delete(name);
    await expectSoon(() => mic.states().length === left.size && !mic.cloud.of(vmss1).has(id(name)));
    expect([...mic.cloud.of(vmss1)].toSorted()).toEqual([...left].map(id).toSorted());
  }
});

it('forty pods on one identity cost one change of the scale set each way', async () => {
  const mic = await start();
  mic.cluster.identity('id1');
  mic.cluster.binding('b1', 'id1');
  for (let index = 0; index < 40; index += 1) mic.cluster.pod(`pod${String(index)}`, { node: index % 2 === 0 ? 'node1' : 'node2' });
  await expectSoon(() => mic.states().filter((state) => state.endsWith('Assigned')).length === 40);
  expect(mic.cloud.changes.flatMap(({ add }) => add).length).toBeLessThanOrEqual(3);
  for (let index = 0; index < 40; index += 1) mic.cluster.deletePod(`pod${String(index)}`);
  await expectSoon(() => mic.states().length === 0);
  expect(mic.cloud.changes.flatMap(({ remove }) => remove)).toEqual([id('id1')]);
  expect(mic.cloud.of(vmss1).size).toBe(0);
});

it('a pod whose label changes gets the other identity', async () => {
  const mic = await start();
  for (const name of ['one', 'two']) {
    mic.cluster.identity(name);
    mic.cluster.binding(`b-${name}`, name, { selector: name });
  }
  mic.cluster.pod('pod1', { label: 'one' });
  await expectSoon(() => mic.states().join() === 'default/pod1-default-one Assigned');
  mic.cluster.pod('pod1', { label: 'two' });
  await expectSoon(() => mic.states().join() === 'default/pod1-default-two Assigned');
  expect([...mic.cloud.of(vmss1)]).toEqual([id('two')]);
});

it('nothing else than the change is asked of the API server: no lists while pods come and go', async () => {
  const mic = await start();
  mic.cluster.identity('id1');
  mic.cluster.binding('b1', 'id1');
  const before = mic.api.calls.length;
  mic.cluster.pod('pod1');
  await expectSoon(() => mic.states()[0]?.endsWith('Assigned') === true);
  await expectSoon(() => mic.events().length === 1);
  expect(mic.api.calls.slice(before).map(({ method, path }) => `${method} ${path.split('/').at(-1) ?? ''}`)).toEqual([
    'POST azureassignedidentities',
    'PATCH pod1-default-id1',
    'POST events',
  ]);
});
