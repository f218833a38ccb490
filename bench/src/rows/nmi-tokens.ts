import { exchangeAll, exchangeForm } from '../load/run.ts';
import type { LoadResult } from '../load/https-load.ts';
import { median, type Row } from '../row.ts';
import { bindIdentity } from '../world/bindings.ts';
import { podOf, pods, type PodCluster } from '../world/pod-cluster.ts';
import { podImages, tokenPath } from '../world/pod-programs.ts';
import type { PodWorld } from '../world/pod-world.ts';

const least = 0.7;
const connections = 32;

/**
 * Tokens per second that one pod gets from NMI ÷ exchanges per second of a federated assertion, both over 32 kept
 * connections with the same generator, the two in turn. The pod's connections go through its own network and address; each
 * of its requests is looked up, checked against the bindings, counted and audited. As on Azure the machine's metadata
 * service hands out a token again while it is good, and the exchange makes a new one each time.
 */
export const nmiTokens = async (world: PodWorld, cluster: PodCluster, rounds = 5): Promise<Row[]> => {
  const [identity] = await world.createIdentities('nmi-tokens', 1);
  if (identity === undefined) throw new Error('no identity was made');
  await bindIdentity(cluster, identity, identity.name);
  const assertion = await world.federate(cluster, identity);
  const { port } = world;
  const { tenantId } = world.platform.admin;
  const forms = [exchangeForm(identity.clientId, assertion)];
  let asked = 0;
  let answered = 0;
  const throughNmi = async (seconds: number): Promise<number> => {
    const name = `load-${asked}`;
    asked += 1;
    const args = [JSON.stringify({ path: tokenPath, seconds, connections, warmUp: 1 })];
    await cluster.create(pods, podOf(name, podImages.load.image, { args, label: identity.name }));
    const said = JSON.parse(await cluster.outputOf(name)) as LoadResult;
    if (said.refused > 0) throw new Error(`${said.refused} of ${said.answered} requests were refused: ${said.refusal}`);
    answered += said.answered;
    await cluster.remove(pods, name);
    return said.perSecond;
  };
  const direct = async (seconds: number) => (await exchangeAll({ port, tenantId, forms, seconds, connections, warmUp: 1 })).perSecond;
  await direct(6);
  await throughNmi(4);
  const [nmi, exchanges]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    nmi.push(await throughNmi(4));
    exchanges.push(await direct(4));
  }
  const decided = decisions(await world.metrics());
  if (decided < answered) throw new Error(`${answered} tokens came, and NMI decided about ${decided}`);
  const ratio = median(nmi.map((value, index) => value / (exchanges[index] ?? Number.NaN)));
  return [
    {
      figure: 'tokens per second through NMI ÷ direct exchange',
      measured: `${median(nmi).toFixed(0)}/s at ${connections} connections of a pod (${world.runtime} runtime)`,
      dividedBy: `${median(exchanges).toFixed(0)}/s`,
      ratio: ratio.toFixed(2),
      bar: '≥ 0.7',
      reached: ratio >= least,
    },
  ];
};

/** How many tokens NMI has granted, by its own count. */
const decisions = (metrics: string): number =>
  [...metrics.matchAll(/^aadpodidentity_nmi_operations_duration_seconds_count\{([^}]*)\} (\d+)/gm)]
    .filter(([, labels = '']) => labels.includes('status_code="200"'))
    .reduce((sum, [, , count]) => sum + Number(count), 0);
