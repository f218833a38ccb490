import { median, type Row } from '../row.ts';
import { administratorToken, createClient, type Client } from '../world/client.ts';
import type { World } from '../world/platforms.ts';

const most = 1.5;
const graph = 'graph.microsoft.com';
const pageSize = 100;

/** Reads the first page and, by its link, the second; milliseconds for both. */
const twoPages = async ({ call }: Client, bearer: string): Promise<number> => {
  const started = performance.now();
  let path = `/v1.0/users?$top=${pageSize}`;
  for (let page = 0; page < 2; page += 1) {
    const body = await call({ host: graph, path, bearer });
    const { value, '@odata.nextLink': next } = body;
    if (!Array.isArray(value) || value.length !== pageSize || typeof next !== 'string') throw new Error(`page ${page} is not whole`);
    const link = new URL(next);
    path = link.pathname + link.search;
  }
  return performance.now() - started;
};

/** Two pages of a hundred users from Microsoft Graph among many ÷ among few; one request at a time, the two in turn. */
export const userList = async (
  worlds: { readonly few: World; readonly many: World; readonly size: string },
  rounds = 300,
): Promise<Row[]> => {
  const open = async ({ port, platform }: World) => {
    const client = createClient(port);
    return { client, bearer: await administratorToken(client, platform.admin, `https://${graph}`) };
  };
  const [few, many] = [await open(worlds.few), await open(worlds.many)];
  const [amongFew, amongMany]: [number[], number[]] = [[], []];
  const warm = 100;
  for (let round = -warm; round < rounds; round += 1) {
    const [fewer, more] = [await twoPages(few.client, few.bearer), await twoPages(many.client, many.bearer)];
    if (round < 0) continue;
    amongFew.push(fewer);
    amongMany.push(more);
  }
  few.client.close();
  many.client.close();
  const [a, b] = [median(amongMany), median(amongFew)];
  return [
    {
      figure: `Graph: two pages of ${pageSize} users, ${worlds.size}`,
      measured: `${a.toFixed(2)} ms`,
      dividedBy: `${b.toFixed(2)} ms`,
      ratio: (a / b).toFixed(2),
      bar: '≤ 1.5',
      reached: a / b <= most,
    },
  ];
};
