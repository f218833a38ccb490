import type { Answer, Exchange } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import { applicationErrors } from './errors/applications.ts';
import { objectErrors } from './errors/objects.ts';
import { queryErrors } from './errors/queries.ts';
import { requestErrors } from './errors/requests.ts';
import type { ErrorRow } from './errors/row.ts';

/** The catalogue of Graph errors, in parts. */
export const catalogue = { ...requestErrors, ...queryErrors, ...objectErrors, ...applicationErrors } as const;
export type GraphErrorName = keyof typeof catalogue;

/** A refusal on its way to the writer. Values of its data are cut to 200 characters. */
export class GraphError extends Error {
  readonly reason: GraphErrorName;
  readonly row: ErrorRow;
  readonly sentence: string;
  readonly target: string | undefined;

  constructor(name: GraphErrorName, data: Readonly<Record<string, string>> = {}, options: { cause?: unknown } = {}) {
    super(name, options);
    this.name = 'GraphError';
    this.reason = name;
    this.row = catalogue[name];
    this.sentence = this.row.text.replaceAll(/\{(\w+)\}/g, (whole, key: string) => data[key]?.slice(0, 200) ?? whole);
    this.target = data['property'];
  }
}

/** The client's own request id, when it is one. */
export const clientRequestId = ({ headers }: Pick<Exchange, 'headers'>): string | undefined => {
  const sent = headers['client-request-id'];
  return typeof sent === 'string' && /^[\w-]{1,64}$/.test(sent) ? sent : undefined;
};

/** The one writer of error bodies. https://learn.microsoft.com/graph/errors#json-representation */
export const errorAnswer = (error: GraphError, exchange: Pick<Exchange, 'id' | 'headers'>, clock: Clock): Answer => {
  const clientId = clientRequestId(exchange) ?? exchange.id;
  const { code, status, detail } = error.row;
  return {
    status,
    headers: {
      'cache-control': 'no-cache',
      'request-id': exchange.id,
      'client-request-id': clientId,
      ...(status === 401 ? { 'www-authenticate': challenge } : {}),
    },
    body: {
      error: {
        code,
        message: error.sentence,
        ...(detail === undefined ? {} : { details: [{ code: detail, target: error.target ?? null, message: error.sentence }] }),
        innerError: { date: clock.date().toISOString().slice(0, 19), 'request-id': exchange.id, 'client-request-id': clientId },
      },
    },
  };
};

const challenge =
  'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';
