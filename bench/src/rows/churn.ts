import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../row.ts';
import { assignedIdentities, bindIdentity } from '../world/bindings.ts';
import { liveHeapMegabytes } from '../world/live-heap.ts';
import { podOf, pods, type KubeItem, type PodCluster } from '../world/pod-cluster.ts';
import { unmappedImage } from '../world/pod-programs.ts';
import type { Identity, PodWorld } from '../world/pod-world.ts';

const size = { pods: 1000, identities: 200, waves: 5 } as const;
/** Pods that each wave replaces, and identities that no pod uses during it. */
const replaced = 500;
const unused = 50;
/** Most growth of the live heap from the end of the second wave to the end of the last one. */
const most = 1.1;
/** Requests under way at once. */
const width = 16;
const settleLimit = 120_000;
const twoCompactions = 125_000;

const each = async <T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> => {
  const iterator = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let next = iterator.next(); !next.done; next = iterator.next()) await work(next.value);
    }),
  );
};

interface Assigned extends KubeItem {
  readonly spec: { readonly pod: string; readonly azureIdentityRef: { readonly metadata: { readonly name: string } } };
  readonly status?: { readonly status?: string };
}

interface Difference {
  readonly lost: number;
  readonly wrong: number;
}

/** Compares what MIC wrote, and what the scale set carries, with what the pods need. */
const compare = async (
  world: PodWorld,
  cluster: PodCluster,
  { wanted, identities, own }: { wanted: ReadonlyMap<string, string>; identities: readonly Identity[]; own: readonly string[] },
): Promise<Difference> => {
  const found = (await cluster.list(assignedIdentities)) as readonly Assigned[];
  const right = found.filter(
    ({ spec, status }) => status?.status === 'Assigned' && wanted.get(spec.pod) === spec.azureIdentityRef.metadata.name,
  );
  const served = new Set(right.map(({ spec }) => spec.pod));
  const used = new Set(wanted.values());
  const needed = new Set([...own, ...identities.filter(({ name }) => used.has(name)).map(({ id }) => id.toLowerCase())]);
  const [carried = [], ...others] = await world.scaleSetIdentities(cluster);
  if (others.length > 0) throw new Error('the cluster has more than one scale set');
  return {
    lost: wanted.size - served.size + [...needed].filter((id) => !carried.includes(id)).length,
    wrong: found.length - served.size + carried.filter((id) => !needed.has(id)).length,
  };
};

/**
 * What the server keeps: the live heap once everything that is kept for a time only is gone. Events stay an hour, as in any
 * cluster, so they are deleted; the history of changes stays until the second of the compactions that come each minute.
 */
const kept = async (world: PodWorld, cluster: PodCluster): Promise<number> => {
  for (const namespace of ['default', 'kube-system']) await cluster.clear(`/api/v1/namespaces/${namespace}/events`);
  await sleep(twoCompactions);
  return liveHeapMegabytes(world);
};

/**
 * A thousand pods without programs, whose labels name two hundred identities; each wave deletes half of them and creates as many,
 * and another quarter of the identities is used by none. After each wave every AzureAssignedIdentity and the identities of the scale set
 * are compared with what is due. What the server then keeps may grow by a tenth
 * from the second wave to the last.
 */
export const churn = async (world: PodWorld): Promise<Row[]> => {
  const cluster = await world.createCluster('churned', { nodes: 5 });
  await world.standardMode(cluster);
  const own = (await world.scaleSetIdentities(cluster)).flat();
  const identities = await world.createIdentities('churned', size.identities);
  await each(identities, (identity) => bindIdentity(cluster, identity, identity.name));
  const wanted = new Map<string, string>();
  let created = 0;
  const wave = async (number: number): Promise<Difference> => {
    const leaving = [...wanted.keys()].slice(0, replaced);
    const coming = Array.from({ length: size.pods - (wanted.size - leaving.length) }, () => {
      created += 1;
      const label = identities[(number * unused + (created % (size.identities - unused))) % size.identities]?.name ?? '';
      return { name: `churned-${created}`, label };
    });
    for (const name of leaving) wanted.delete(name);
    for (const { name, label } of coming) wanted.set(name, label);
    await Promise.all([
      each(leaving, (name) => cluster.remove(pods, name)),
      each(coming, ({ name, label }) => cluster.create(pods, podOf(name, unmappedImage, { label }))),
    ]);
    const deadline = performance.now() + settleLimit;
    for (;;) {
      const difference = await compare(world, cluster, { wanted, identities, own });
      if (difference.lost + difference.wrong === 0 || performance.now() > deadline) return difference;
      await sleep(1000);
    }
  };
  let [lost, wrong, second] = [0, 0, Number.NaN];
  for (let number = 0; number < size.waves; number += 1) {
    const difference = await wave(number);
    lost += difference.lost;
    wrong += difference.wrong;
    if (number === 1) second = await kept(world, cluster);
  }
  const last = await kept(world, cluster);
  cluster.close();
  return [
    {
      figure: `${size.pods} pods × ${size.identities} identities, ${created} pods in ${size.waves} waves: lost or wrong assignments`,
      measured: `${lost} lost, ${wrong} wrong`,
      bar: '0',
      reached: lost + wrong === 0,
    },
    {
      figure: `live heap after wave ${size.waves} of that ÷ after wave 2, events deleted, history compacted`,
      measured: `${last.toFixed(1)} MB`,
      dividedBy: `${second.toFixed(1)} MB`,
      ratio: (last / second).toFixed(2),
      bar: '≤ 1.10',
      reached: last / second <= most,
    },
  ];
};
