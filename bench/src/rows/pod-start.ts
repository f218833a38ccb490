import { median, type Row } from '../row.ts';
import { podOf, pods, type PodCluster } from '../world/pod-cluster.ts';
import { firstLineArguments, podImages } from '../world/pod-programs.ts';

const most = 2;

/** Milliseconds from sending the request that creates a pod until its program prints its first line, by the program's own clock. */
const start = async (cluster: PodCluster, name: string): Promise<number> => {
  const created = Date.now();
  await cluster.create(pods, podOf(name, podImages.shell.image, { args: firstLineArguments }));
  const printed = Number(await cluster.outputOf(name)) / 1e6;
  await cluster.remove(pods, name);
  return printed - created;
};

/** Created to first line in namespaces ÷ as an ordinary process: one pod at a time, the same program, the two in turn. */
export const podStart = async (clusters: { readonly namespace: PodCluster; readonly process: PodCluster }, rounds = 21): Promise<Row[]> => {
  const [isolated, plain]: [number[], number[]] = [[], []];
  const warm = 3;
  for (let round = -warm; round < rounds; round += 1) {
    const name = `start-${round + warm}`;
    const [a, b] = [await start(clusters.namespace, name), await start(clusters.process, name)];
    if (round < 0) continue;
    isolated.push(a);
    plain.push(b);
  }

  const [a, b] = [median(isolated), median(plain)];
  return [
    {
      figure,
      measured: `${a.toFixed(0)} ms (worst ${Math.max(...isolated).toFixed(0)} ms)`,
      dividedBy: `${b.toFixed(0)} ms (worst ${Math.max(...plain).toFixed(0)} ms)`,
      ratio: (a / b).toFixed(2),
      bar,
      reached: a / b <= most,
    },
  ];
};

const figure = 'pod start in namespaces ÷ as a process';
const bar = '≤ 2';

/** The row of a machine that cannot isolate pods. */
export const podStartSkipped = (because: string): Row => ({ figure, measured: '–', bar, reached: true, skipped: because });
