import { exchangeAll, signaturesPerSecond, type ExchangeLoad } from '../load/run.ts';
import { median, type Row } from '../row.ts';

const bar = { exchanges: 0.6, latency: 5 };

/**
 * Federated exchanges per second over HTTPS keep-alive ÷ raw asynchronous RS256 signatures per second of all cores, the load
 * generator included, the two in turn; then latency at half of that peak rate, sent at fixed moments and counted from
 * the moment when each request was due. The first second of each round does not count: its connections are new, and the client is a
 * process that has just begun.
 */
export const exchange = async (target: Pick<ExchangeLoad, 'port' | 'tenantId' | 'forms'>, rounds = 5): Promise<Row[]> => {
  const load = { ...target, connections: 32 };
  await exchangeAll({ ...load, seconds: 6 });
  const [exchanges, signatures]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    exchanges.push((await exchangeAll({ ...load, seconds: 4 })).perSecond);
    signatures.push(await signaturesPerSecond(3));
  }
  const ratio = median(exchanges.map((value, index) => value / (signatures[index] ?? Number.NaN)));
  const peak = median(exchanges);
  const [p50, p99]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const measured = await exchangeAll({ ...load, seconds: 5, warmUp: 1, rate: peak / 2 });
    p50.push(measured.p50);
    p99.push(measured.p99);
  }
  const spread = median(p99.map((value, index) => value / (p50[index] ?? Number.NaN)));
  return [
    {
      figure: 'token exchanges ÷ raw RS256 signatures of all cores',
      measured: `${peak.toFixed(0)}/s at 32 connections`,
      dividedBy: `${median(signatures).toFixed(0)}/s`,
      ratio: ratio.toFixed(2),
      bar: '≥ 0.60',
      reached: ratio >= bar.exchanges,
    },
    {
      figure: `token exchange at half of the peak rate (${(peak / 2).toFixed(0)}/s), p99 ÷ p50`,
      measured: `${median(p99).toFixed(1)} ms`,
      dividedBy: `${median(p50).toFixed(1)} ms`,
      ratio: spread.toFixed(2),
      bar: '≤ 5',
      reached: spread <= bar.latency,
    },
  ];
};
