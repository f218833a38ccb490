import path from 'node:path';
import { root, run } from '@podpass/tools';
import type { LoadResult } from './https-load.ts';

/** Token requests to send, as `exchange.ts` reads them. */
export interface ExchangeLoad {
  readonly port: number;
  readonly tenantId: string;
  /** Request bodies, sent in turn. */
  readonly forms: readonly string[];
  readonly seconds: number;
  readonly connections: number;
  /** Requests per second at fixed moments; as fast as answers come when absent. */
  readonly rate?: number;
  /** Seconds at the beginning that do not count; none when absent. */
  readonly warmUp?: number;
}

const host = 'login.microsoftonline.com';
const script = (name: string): string => path.join(root, 'bench/src/load', name);

/** Sends token requests from a process of its own. Throws when a connection broke or an answer was not whole; refusals are only counted. */
export const sendExchanges = async ({ tenantId, ...load }: ExchangeLoad): Promise<LoadResult> => {
  const input = JSON.stringify({ ...load, host, path: `/${tenantId}/oauth2/v2.0/token` });
  const result = await run(process.execPath, [script('exchange.ts')], { input });
  if (result.code !== 0) throw new Error(`exchange.ts: ${result.stderr}`);
  return JSON.parse(result.stdout) as LoadResult;
};

/** `sendExchanges` that throws when a single one was refused. */
export const exchangeAll = async (load: ExchangeLoad): Promise<LoadResult> => {
  const result = await sendExchanges(load);
  if (result.refused > 0) throw new Error(`${result.refused} of ${result.answered} exchanges were refused: ${result.refusal}`);
  return result;
};

/** Raw asynchronous RS256 signatures per second of all cores. */
export const signaturesPerSecond = async (seconds: number): Promise<number> => {
  const result = await run(process.execPath, [script('sign.ts'), String(seconds)]);
  if (result.code !== 0) throw new Error(`sign.ts: ${result.stderr}`);
  return (JSON.parse(result.stdout) as { perSecond: number }).perSecond;
};

/** The body of a federated exchange (RFC 7523, 2.2) for a token to Key Vault. */
export const exchangeForm = (clientId: string, assertion: string): string =>
  new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    scope: 'https://vault.azure.net/.default',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  }).toString();
