import { expect, it } from 'vitest';
import { isObject } from '@podpass/kernel';
import { crdPath, readAssigned } from '../crds/index.ts';
import { resourceId, scaleSetId } from './testing/builders.ts';
import { rest, startMic } from './testing/harness.ts';

const podCount = 1_000;
const identityCount = 200;
const nodeCount = 12;
const rounds = 6;
const id = (name: string): string => resourceId(name).toLowerCase();

/** Numbers that look random and are the same in every run. */
const numbers = (seed: number) => {
  let state = seed;
  return (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
};

it('1,000 pods and 200 identities in constant change: nothing lost, nothing wrong', { timeout: 120_000 }, async () => {
  const next = numbers(42);
  const mic = await startMic();
  const { api, cloud, cluster } = mic;
  const wrong: string[] = [];
  const pods = new Map<string, { label: number; node: number }>();
  const scaleSetName = (node: number): string => `vmss${String(node % 3)}`;

  // No object may ever say Assigned for what its copies do not bind, or while the scale set lacks the identity just brought.
  api.hooks.onChange = ({ collection, before, after }) => {
    if (!collection.endsWith('azureassignedidentities') || after === undefined) return;
    const { value } = readAssigned(after);
    const was = before === undefined ? undefined : readAssigned(before).value;
    if (value === undefined || value.status !== 'Assigned' || was?.status === 'Assigned') return;
    const { binding, identity, nodeName, name, podNamespace, pod } = value;
    if (binding?.azureIdentity !== identity?.name || name !== `${pod}-${podNamespace}-${identity?.name ?? ''}`)
      wrong.push(`${name}: wrong copies`);
    const node = Number(nodeName.slice(4));
    if (!cloud.of(scaleSetId(scaleSetName(node))).has((identity?.resourceId ?? '').toLowerCase()))
      wrong.push(`${name}: not on its scale set`);
    const object = api.get(`/api/v1/namespaces/default/pods/${pod}`);
    const labels = object !== undefined && isObject(object.metadata['labels']) ? object.metadata['labels'] : undefined;
    // A pod that went or changed in the meantime is put right by what follows; one that is there must be the one that was bound.
    if (
      labels !== undefined &&
      labels['aadpodidbinding'] !== binding?.selector &&
      pods.get(pod)?.label === Number(binding?.selector.slice(1))
    )
      wrong.push(`${name}: bound to another label`);
  };

  for (let node = 0; node < nodeCount; node += 1) cluster.node(`node${String(node)}`, scaleSetName(node), node);
  for (let index = 0; index < identityCount; index += 1) {
    cluster.identity(`id${String(index)}`);
    cluster.binding(`b${String(index)}`, `id${String(index)}`, { selector: `s${String(index)}` });
  }
  const place = (pod: number): void => {
    const view = { label: next(identityCount), node: next(nodeCount) };
    pods.set(`pod${String(pod)}`, view);
    cluster.pod(`pod${String(pod)}`, { label: `s${String(view.label)}`, node: `node${String(view.node)}` });
  };
  const settled = async (): Promise<void> => {
    const expected = [...pods].map(([name, { label }]) => `default/${name}-default-id${String(label)}`).toSorted();
    const done = (): boolean => {
      const found = Object.entries(mic.assigned());
      return found.length === expected.length && found.every(([, { status }]) => status === 'Assigned');
    };
    for (let turn = 0; turn < 1_000 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(Object.keys(mic.assigned()).toSorted()).toEqual(expected);
    expect(Object.values(mic.assigned()).filter(({ status }) => status !== 'Assigned')).toEqual([]);
    for (let set = 0; set < 3; set += 1) {
      const needed = [...pods.values()].filter(({ node }) => node % 3 === set).map(({ label }) => id(`id${String(label)}`));
      expect([...cloud.of(scaleSetId(`vmss${String(set)}`))].toSorted()).toEqual([...new Set(needed)].toSorted());
    }
  };

  for (let pod = 0; pod < podCount; pod += 1) place(pod);
  await settled();
  for (let round = 0; round < rounds; round += 1) {
    for (let step = 0; step < 400; step += 1) {
      const pod = next(podCount);
      const name = `pod${String(pod)}`;
      if (pods.has(name) && next(3) > 0) {
        pods.delete(name);
        cluster.deletePod(name);
      } else if (!pods.has(name)) place(pod);
      if (next(20) === 0) await rest(3);
    }
    await settled();
  }
  expect(wrong).toEqual([]);
  // Everything goes: nothing stays in the cluster, on the scale sets or in memory.
  for (const name of pods.keys()) cluster.deletePod(name);
  pods.clear();
  await settled();
  expect(api.list(crdPath('assigned'))).toEqual([]);
  await mic.stop();
});
