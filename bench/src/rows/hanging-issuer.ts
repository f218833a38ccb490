import { setTimeout as sleep } from 'node:timers/promises';
import { exchangeAll, exchangeForm, sendExchanges } from '../load/run.ts';
import { median, type Row } from '../row.ts';
import type { Issuer } from '../world/issuer.ts';
import type { World } from '../world/platforms.ts';

const least = 0.95;
/** Clients of the issuer that hangs: one request each second from each, as of clients that try again. */
const stuck = { connections: 16, rate: 16 };

/** Exchange rate while another issuer takes requests for its keys and never answers ÷ without its clients; the two in turn. */
export const hangingIssuer = async (world: World, hanging: Issuer, rounds = 5): Promise<Row[]> => {
  const { port, tenantId, forms, otherClientId } = world;
  if (otherClientId === undefined) throw new Error('no identity trusts the issuer that hangs');
  const good = async (seconds: number) => (await exchangeAll({ port, tenantId, forms, connections: 32, seconds })).perSecond;
  const assertion = await hanging.assertion('system:serviceaccount:team-0:app-0');
  const stuckForms = [exchangeForm(otherClientId, assertion)];
  const beside = async () => {
    const clients = sendExchanges({ port, tenantId, forms: stuckForms, seconds: 6, ...stuck });
    await sleep(1500);
    const rate = await good(3);
    const { answered, refused } = await clients;
    if (answered === 0 || refused !== answered) throw new Error(`${answered - refused} exchanges of the issuer that hangs were granted`);
    return rate;
  };
  await good(4);
  const [without, during]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    without.push(await good(3));
    during.push(await beside());
  }
  const ratio = median(during.map((value, index) => value / (without[index] ?? Number.NaN)));
  return [
    {
      figure: 'exchange rate while another issuer hangs ÷ without it',
      measured: `${median(during).toFixed(0)}/s`,
      dividedBy: `${median(without).toFixed(0)}/s`,
      ratio: ratio.toFixed(2),
      bar: '≥ 0.95',
      reached: ratio >= least,
    },
  ];
};
