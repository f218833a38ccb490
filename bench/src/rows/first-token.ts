import { setTimeout as sleep } from 'node:timers/promises';
import { median, type Row } from '../row.ts';
import { bindIdentity } from '../world/bindings.ts';
import { podOf, pods, type PodCluster } from '../world/pod-cluster.ts';
import { firstTokenArguments, podImages, type FirstToken } from '../world/pod-programs.ts';
import type { PodWorld } from '../world/pod-world.ts';

const most = 500;

/**
 * From sending the request that creates a pod until its program holds its first token, in standard mode: scheduling,
 * MIC's binding, the assignment of the identity to the scale set through the resource manager, NMI and the token. Each pod
 * has an identity of its own, which no scale set carries before. The start of the pod's program is part of the figure.
 */
export const firstToken = async (world: PodWorld, cluster: PodCluster, count = 15): Promise<Row[]> => {
  const identities = await world.createIdentities('first-token', count);
  for (const identity of identities) await bindIdentity(cluster, identity, identity.name);
  const carried = new Set((await world.scaleSetIdentities(cluster)).flat());
  if (identities.some(({ id }) => carried.has(id.toLowerCase()))) throw new Error('an identity is assigned before its pod exists');
  const [whole, starts]: [number[], number[]] = [[], []];
  for (const { name, id } of identities) {
    // A pause as between two commands of a person.
    await sleep(1000);
    const created = Date.now();
    await cluster.create(pods, podOf(name, podImages.node.image, { args: firstTokenArguments, label: name }));
    const said = JSON.parse(await cluster.outputOf(name)) as FirstToken;
    if (!said.token) throw new Error(`the pod ${name} got no token: status ${said.status}`);
    whole.push(said.got - created);
    starts.push(said.asked - said.began);
    await cluster.remove(pods, name);
    await released(world, cluster, id);
  }
  const value = median(whole);
  return [
    {
      figure: 'pod with identity: created to first token, standard mode',
      measured: `${value.toFixed(0)} ms (worst ${Math.max(...whole).toFixed(0)} ms; the program's own start takes ${median(starts).toFixed(0)} ms of it; ${world.runtime} runtime)`,
      bar: '≤ 500 ms',
      reached: value <= most,
    },
  ];
};

/** Waits until MIC has taken the identity from the scale set again. */
const released = async (world: PodWorld, cluster: PodCluster, id: string): Promise<void> => {
  const deadline = performance.now() + 30_000;
  while ((await world.scaleSetIdentities(cluster)).flat().includes(id.toLowerCase())) {
    if (performance.now() > deadline) throw new Error(`${id} stays on the scale set without a pod`);
    await sleep(100);
  }
};
