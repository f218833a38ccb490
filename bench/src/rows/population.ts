import { exchangeAll } from '../load/run.ts';
import { median, type Row } from '../row.ts';
import type { World } from '../world/platforms.ts';

const least = 0.95;

/**
 * Exchange rate of a platform with many identities and credentials ÷ that of one with a single one, as the median of `rounds` blocks. In each block the
 * two take turns as one, many, many, one, so that a machine that gets slower or faster meanwhile favours neither.
 */
export const population = async (
  worlds: { readonly one: World; readonly many: World; readonly size: string },
  rounds = 9,
): Promise<Row[]> => {
  const rate = async ({ port, tenantId, forms }: World, seconds: number) =>
    (await exchangeAll({ port, tenantId, forms, connections: 32, seconds, warmUp: 0.5 })).perSecond;
  await rate(worlds.one, 6);
  await rate(worlds.many, 6);
  const [one, many]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const [first, second] = [await rate(worlds.one, 3), await rate(worlds.many, 3)];
    const [third, fourth] = [await rate(worlds.many, 3), await rate(worlds.one, 3)];
    one.push((first + fourth) / 2);
    many.push((second + third) / 2);
  }
  const ratio = median(many.map((value, index) => value / (one[index] ?? Number.NaN)));
  return [
    {
      figure: `exchange rate with ${worlds.size} ÷ with one`,
      measured: `${median(many).toFixed(0)}/s`,
      dividedBy: `${median(one).toFixed(0)}/s`,
      ratio: ratio.toFixed(2),
      bar: '≥ 0.95',
      reached: ratio >= least,
    },
  ];
};
