import type { Row } from './row.ts';
import { churn } from './rows/churn.ts';
import { firstToken } from './rows/first-token.ts';
import { nmiTokens } from './rows/nmi-tokens.ts';
import { podStart, podStartSkipped } from './rows/pod-start.ts';
import { startPodWorld } from './world/pod-world.ts';

/** Pod-managed identity in standard mode, on a platform that chose its runtime. */
const standardRows = async (): Promise<Row[]> => {
  await using world = await startPodWorld('bench-pods');
  const cluster = await world.createCluster('standard');
  try {
    await world.standardMode(cluster);
    return [...(await firstToken(world, cluster)), ...(await nmiTokens(world, cluster))];
  } finally {
    cluster.close();
  }
};

/** The two runtimes side by side. */
const runtimeRows = async (): Promise<Row[]> => {
  await using chosen = await startPodWorld('bench-runtime');
  if (chosen.runtime !== 'namespace') return [podStartSkipped('this machine has no namespaces for pods; see `podpass status`')];
  await using other = await startPodWorld('bench-process', ['--runtime', 'process']);
  const [namespace, plain] = [await chosen.createCluster('isolated'), await other.createCluster('plain')];
  try {
    return await podStart({ namespace, process: plain });
  } finally {
    namespace.close();
    plain.close();
  }
};

const churnRows = async (): Promise<Row[]> => {
  // The heap is counted by way of the server's inspector, which must not take a port that is somebody else's.
  const given = process.env['NODE_OPTIONS'];
  process.env['NODE_OPTIONS'] = `${given ?? ''} --inspect-port=0`;
  await using world = await startPodWorld('bench-churn');
  if (given === undefined) delete process.env['NODE_OPTIONS'];
  else process.env['NODE_OPTIONS'] = given;
  return await churn(world);
};

/** The rows about pods with identities. */
export const podIdentityRows = async (): Promise<Row[]> => [...(await standardRows()), ...(await runtimeRows()), ...(await churnRows())];
