import { spawn } from 'node:child_process';
import { podNamed, testCluster } from './namespaces.ts';

/** A platform in small, to be killed: a cluster with a node and two pods in which something runs. Prints what must be gone afterwards. */
const { cluster, openNode } = await testCluster();
const node = await openNode();
const pods = await Promise.all([node.attach(podNamed('own')), node.attach(podNamed('host', true))]);
const pids = pods.map(({ enter }) => {
  const [program, ...args] = [...enter, 'sh', '-c', 'setsid sleep 987654 & exec sleep 987654'];
  return spawn(program, args, { detached: true, stdio: 'ignore' }).pid ?? 0;
});
console.log(JSON.stringify({ holder: cluster.holderPid, pids }));
