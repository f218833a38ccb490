import path from 'node:path';
import { root, run } from '@podpass/tools';
import { median, type Row } from '../row.ts';

export interface ExchangeInput {
  readonly port: number;
  readonly tenantId: string;
  readonly clientId: string;
  readonly assertion: string;
}

const load = async (file: string, argument: string): Promise<Record<string, number>> => {
  const result = await run(process.execPath, [path.join(root, 'bench/src/load', file), argument]);
  if (result.code !== 0) throw new Error(`${file}: ${result.stderr}`);
  return JSON.parse(result.stdout) as Record<string, number>;
};

/** Federated exchanges per second over HTTPS keep-alive ÷ raw asynchronous RS256 signatures per second of all cores; the two in turn. */
export const exchange = async ({ port, tenantId, clientId, assertion }: ExchangeInput, rounds = 5): Promise<Row[]> => {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    scope: 'https://vault.azure.net/.default',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  }).toString();
  const input = { port, host: 'login.microsoftonline.com', path: `/${tenantId}/oauth2/v2.0/token`, form, connections: 32 };
  await load('exchange.ts', JSON.stringify({ ...input, seconds: 3 }));
  const [exchanges, signatures, p99]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    const measured = await load('exchange.ts', JSON.stringify({ ...input, seconds: 4 }));
    if (measured['refused'] !== 0) throw new Error(`${measured['refused']} exchanges were refused`);
    exchanges.push(measured['perSecond'] ?? 0);
    p99.push(measured['p99'] ?? 0);
    signatures.push((await load('sign.ts', '3'))['perSecond'] ?? Number.NaN);
  }
  const ratio = median(exchanges.map((value, index) => value / (signatures[index] ?? Number.NaN)));
  return [
    {
      figure: 'token exchanges ÷ raw RS256 signatures of all cores',
      measured: `${median(exchanges).toFixed(0)}/s (p99 ${median(p99).toFixed(0)} ms at 32 connections)`,
      dividedBy: `${median(signatures).toFixed(0)}/s`,
      ratio: ratio.toFixed(2),
      bar: '≥ 0.50',
      reached: ratio >= 0.5,
    },
  ];
};
